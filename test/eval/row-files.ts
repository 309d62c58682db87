import { isRouterError } from '../../src/core/errors.ts';
import { collectRows, type RequestRow, readRows } from '../../src/eval/rows.ts';
import type { BadRow } from '../../src/eval/rows-raw.ts';

/** The bytes of a file, cut into pieces of a size. */
export async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

type Content = string | Uint8Array;
const bytesOf = (content: Content): Uint8Array => (typeof content === 'string' ? Buffer.from(content) : content);

export const read = (name: string, content: Content, size = 1 << 16): Promise<RequestRow[]> =>
  collectRows(readRows(pieces(bytesOf(content), size), { name }));

export async function readSkipping(name: string, content: Content): Promise<{ ids: string[]; bad: BadRow[] }> {
  const bad: BadRow[] = [];
  const rows = await collectRows(readRows(pieces(bytesOf(content), 7), { name, onBad: (row) => bad.push(row) }));
  return { ids: rows.map(({ id }) => id), bad };
}

export async function failure(name: string, content: Content): Promise<string> {
  try {
    await read(name, content, 5);
  } catch (error) {
    if (isRouterError(error)) return `${error.code} ${error.where} ${error.message}`;
    throw error;
  }
  return 'no error';
}

export const texts = (rows: RequestRow[]) => rows.map(({ id, input }) => [id, input]);
