/**
 * Bytes of a table whose columns hold at most sixteen different values each, as four bits: two columns to a byte, the first in the low bits.
 * `codes[column][bits]` is the byte that `bits` stand for.
 */
export function expand(packed: Uint8Array, codes: readonly (readonly number[])[]): Uint8Array {
  const pairs = codes.length / 2;
  const meanings = new Uint16Array(pairs * 256);
  for (let pair = 0; pair < pairs; pair++)
    // Little-endian: the first column's byte comes first.
    for (let bits = 0; bits < 256; bits++)
      meanings[pair * 256 + bits] = code(codes, 2 * pair, bits & 15) | (code(codes, 2 * pair + 1, bits >>> 4) << 8);
  const words = new Uint16Array(packed.length);
  let offset = 0;
  for (let at = 0; at < packed.length; at++) {
    words[at] = meanings[offset + (packed[at] as number)] as number;
    offset = offset === meanings.length - 256 ? 0 : offset + 256;
  }
  return new Uint8Array(words.buffer);
}

/**
 * The reverse of `expand`.
 *
 * @throws RangeError for a byte that is none of its column's codes
 */
export function pack(bytes: Uint8Array, codes: readonly (readonly number[])[]): Uint8Array {
  const bits = codes.map((column) => new Map(column.map((byte, index) => [byte, index])));
  const bitsAt = (at: number): number => {
    const found = bits[at % codes.length]?.get(bytes[at] as number);
    if (found === undefined) throw new RangeError(`byte ${bytes[at]} at ${at} is none of its column's codes`);
    return found;
  };
  return Uint8Array.from({ length: bytes.length / 2 }, (_, at) => bitsAt(2 * at) | (bitsAt(2 * at + 1) << 4));
}

const code = (codes: readonly (readonly number[])[], column: number, bits: number): number => codes[column]?.[bits] as number;
