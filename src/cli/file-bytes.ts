import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { RouterError } from '../core/errors.ts';
import type { Io } from './io.ts';

/** Bytes read at once: large enough to keep the parser busy, small enough to keep memory flat. */
const READ_BYTES = 1 << 15;

/** The bytes of a file, opened when they are first asked for, so that a file nobody reads is no failure. */
export async function* fileBytes(file: string, io: Io): AsyncGenerator<Uint8Array> {
  try {
    yield* file === '-' ? io.stdin : createReadStream(resolve(io.cwd, file), { highWaterMark: READ_BYTES });
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? 'no such file' : (cause as Error).message;
    throw new RouterError(missing ? 'input.not-found' : 'input.unreadable', `cannot read \`${file}\`: ${reason}`, {
      where: file,
      advice: 'check the path and its permissions',
      cause,
    });
  }
}
