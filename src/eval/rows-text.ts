import { isUtf8 } from 'node:buffer';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { RouterError } from '../core/errors.ts';

export type Bytes = AsyncIterable<Uint8Array>;

/** Offsets, in the decoded stream, of bytes that are not UTF-8: at least one for every line that has any. Filled as the stream is read. */
export type InvalidBytes = { offsets: number[] };

/** What is said of a row that `InvalidBytes` names. */
export const NOT_UTF8 = 'bytes that are not UTF-8 (Latin-1, perhaps: `iconv -f latin1 -t utf-8` converts it)';

const UTF16_LE = 'utf-16le';
const UTF16_BE = 'utf-16be';

/**
 * The UTF-8 of a text file, without its byte order mark: gzip is unpacked and UTF-16 converted, both told by their first bytes.
 *
 * @param name for messages
 * @throws RouterError `input.unreadable` for another archive, UTF-32, or a damaged gzip stream
 */
export async function* textBytes(source: Bytes, name: string, invalid: InvalidBytes): AsyncGenerator<Buffer> {
  const { head, whole } = await peek(source, name);
  if (head[0] === 0x1f && head[1] === 0x8b) {
    const unpacked = await peek(gunzip(whole, name), name);
    yield* decoded(unpacked.head, unpacked.whole, name, invalid);
    return;
  }
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3) throw unreadable(name, 'it is a ZIP archive or a spreadsheet');
  yield* decoded(head, whole, name, invalid);
}

async function* decoded(head: Buffer, whole: AsyncIterable<Buffer>, name: string, invalid: InvalidBytes): AsyncGenerator<Buffer> {
  if (isUtf32(head)) throw unreadable(name, 'it is UTF-32');
  const utf16 = utf16Of(head);
  yield* utf16 === null ? checkedUtf8(whole, invalid) : fromUtf16(whole, utf16, name);
}

/** The first bytes, and the stream with those bytes back in place. */
async function peek(source: Bytes, name: string): Promise<{ head: Buffer; whole: AsyncIterable<Buffer> }> {
  const reader = source[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < 4) {
    const next = await reader.next();
    if (next.done === true) break;
    chunks.push(asBuffer(next.value, name));
    size += next.value.length;
  }
  const first = Buffer.concat(chunks);
  async function* whole() {
    if (first.length > 0) yield first;
    for (let next = await reader.next(); next.done !== true; next = await reader.next()) yield asBuffer(next.value, name);
  }
  return { head: first.subarray(0, 4), whole: whole() };
}

function asBuffer(chunk: unknown, name: string): Buffer {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  throw unreadable(name, 'its stream gives text where bytes are expected');
}

async function* gunzip(source: AsyncIterable<Buffer>, name: string): Bytes & AsyncGenerator<Uint8Array> {
  const unpacker = createGunzip({ chunkSize: 1 << 17 });
  pipeline(Readable.from(source, { objectMode: false }), unpacker, () => {});
  try {
    yield* unpacker as AsyncIterable<Buffer>;
  } catch (cause) {
    throw cause instanceof RouterError ? cause : unreadable(name, 'its gzip stream is cut or damaged', cause);
  }
}

/** Marks what is not UTF-8 and passes everything on; characters cut by a chunk's end are kept whole. */
async function* checkedUtf8(source: AsyncIterable<Buffer>, invalid: InvalidBytes): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let first = true;
  for await (const chunk of source) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (first && bytes.length >= 3) {
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
      first = false;
    }
    const whole = bytes.subarray(0, bytes.length - unfinished(bytes));
    rest = bytes.subarray(whole.length);
    markInvalid(whole, offset, invalid);
    offset += whole.length;
    if (whole.length > 0) yield whole;
  }
  if (rest.length === 0) return;
  markInvalid(rest, offset, invalid);
  yield rest;
}

/** Bytes at the end that begin a character without finishing it. @example unfinished(Buffer.from([0x61, 0xe2, 0x82])) // => 2 */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function markInvalid(bytes: Buffer, offset: number, invalid: InvalidBytes): void {
  if (isUtf8(bytes)) return;
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(10, start);
    const end = newline === -1 ? bytes.length : newline + 1;
    if (!isUtf8(bytes.subarray(start, end))) invalid.offsets.push(offset + start);
    start = end;
  }
}

async function* fromUtf16(source: AsyncIterable<Buffer>, encoding: string, name: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (cause) {
    throw cause instanceof RouterError ? cause : unreadable(name, 'its UTF-16 is broken', cause);
  }
}

/** By byte order mark, or by the zero bytes that Latin letters have in UTF-16. */
function utf16Of([a, b, c, d]: Buffer): string | null {
  if (a === 0xff && b === 0xfe) return UTF16_LE;
  if (a === 0xfe && b === 0xff) return UTF16_BE;
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return UTF16_LE;
  return a === 0 && b !== 0 && c === 0 && d !== 0 && d !== undefined ? UTF16_BE : null;
}

function isUtf32([a, b, c, d]: Buffer): boolean {
  return (a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff);
}

function unreadable(name: string, reason: string, cause?: unknown): RouterError {
  return new RouterError('input.unreadable', `cannot read \`${name}\`: ${reason}`, {
    where: name,
    advice: 'save it as CSV or JSONL in UTF-8, plain or as `.gz`',
    cause,
  });
}
