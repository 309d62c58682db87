import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { VectorStore } from '../core/contracts.ts';
import { makeFolders } from '../folders.ts';

/** Bytes of checksum before the numbers. */
const CHECK = 8;
const BYTES = 4;

/**
 * Vectors as files, named by the SHA-256 of space and text; neither is written down. Each is an eight-byte checksum and the numbers,
 * little-endian, put in place by renaming, so that two processes may share a folder. What is cut short or altered is not there.
 *
 * @param folder made when the first vector is kept, such as `.pointsman/cache/embeddings`
 */
export function vectorFiles(folder: string): VectorStore {
  return {
    async read(space, text) {
      const bytes = await readFile(pathOf(folder, space, text)).catch(() => null);
      return bytes === null ? null : decode(bytes);
    },
    async write(space, text, vector) {
      const path = pathOf(folder, space, text);
      const draft = `${path}.${randomUUID()}.tmp`;
      makeFolders(dirname(path));
      try {
        await writeFile(draft, encode(vector));
        await rename(draft, path);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
    },
  };
}

/** Lone surrogates would all hash alike as UTF-8; JSON keeps them apart. Two hexadecimal digits of folder keep listings short. */
function pathOf(folder: string, space: string, text: string): string {
  const name = createHash('sha256').update(JSON.stringify({ space, text })).digest('hex');
  return join(folder, name.slice(0, 2), `${name}.vector`);
}

function encode(vector: Float32Array): Buffer {
  const numbers = Buffer.alloc(vector.length * BYTES);
  for (const [at, number] of vector.entries()) numbers.writeFloatLE(number, at * BYTES);
  return Buffer.concat([checksum(numbers), numbers]);
}

function decode(bytes: Buffer): Float32Array | null {
  const numbers = bytes.subarray(CHECK);
  if (numbers.length === 0 || numbers.length % BYTES !== 0 || !checksum(numbers).equals(bytes.subarray(0, CHECK))) return null;
  return Float32Array.from({ length: numbers.length / BYTES }, (_, at) => numbers.readFloatLE(at * BYTES));
}

const checksum = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest().subarray(0, CHECK);
