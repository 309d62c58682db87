/** Different weights a column can hold: four bits tell which. */
export const CODES = 16;

/**
 * What a byte of the table stands for. A byte holds the codes of two columns, the first in its low four bits;
 * `codes[column][code]` is the weight a code stands for, 0 to 255.
 *
 * @returns for each pair of columns 256 words: the first column's weight in the low half, the second's in the high half
 */
export function meaningsOf(codes: readonly (readonly number[])[]): Int32Array {
  return Int32Array.from({ length: (codes.length / 2) * 256 }, (_, at) => {
    const [column, byte] = [2 * (at >>> 8), at & 255];
    return (codes[column]?.[byte & 15] as number) | ((codes[column + 1]?.[byte >>> 4] as number) << 16);
  });
}

/** Codes of four bits, four to a word, the first in the lowest bits. */
export function pack(codes: Uint8Array): Uint16Array {
  return Uint16Array.from({ length: codes.length / 4 }, (_, word) => {
    const code = (index: number): number => codes[4 * word + index] as number;
    return code(0) | (code(1) << 4) | (code(2) << 8) | (code(3) << 12);
  });
}
