import { once } from 'node:events';
import { createWriteStream, lstatSync, realpathSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { RouterError } from '../core/errors.ts';
import type { Io } from './io.ts';

/** Where lines go. A file appears under its name only when it is whole. */
export type Sink = {
  /** The file, or null for standard output. */
  path: string | null;
  write(text: string): Promise<void>;
  finish(): Promise<void>;
  /** Removes what was written so far. */
  abandon(): Promise<void>;
};

/**
 * Standard output, or a file (`.gz` compresses), written beside its name and renamed at the end.
 *
 * @param input the file being read, which must not be the one written
 * @throws RouterError `options.invalid` when input and output are one file, `output.unwritable`
 */
export async function openSink(out: string | undefined, input: string, io: Io): Promise<Sink> {
  if (out === undefined || out === '-') {
    return {
      path: null,
      write: (text) => (text === '' ? Promise.resolve() : io.out(text)),
      finish: async () => {},
      abandon: async () => {},
    };
  }
  const path = resolve(io.cwd, out);
  if (input !== '-' && samePlace(path, resolve(io.cwd, input)))
    throw new RouterError('options.invalid', '`--out` is the file of `--in`', { where: '--out', advice: 'write to another file' });
  return fileSink(path, out);
}

async function fileSink(path: string, shown: string): Promise<Sink> {
  const direct = isSpecial(path);
  const partial = direct ? path : `${path}.${process.pid}.partial`;
  const file = createWriteStream(partial);
  const gzip = path.endsWith('.gz') ? createGzip() : null;
  const stream: Writable = gzip ?? file;
  try {
    await once(file, 'open');
  } catch (cause) {
    throw cannotWrite(shown, cause);
  }
  const done: Promise<unknown> = gzip === null ? once(file, 'finish') : pipeline(gzip, file);
  done.catch(() => {});
  return {
    path: shown,
    async write(text) {
      if (text === '' || stream.write(text)) return;
      await Promise.race([once(stream, 'drain'), done]).catch((cause) => Promise.reject(cannotWrite(shown, cause)));
    },
    async finish() {
      stream.end();
      await done.catch((cause) => Promise.reject(cannotWrite(shown, cause)));
      if (!direct) await rename(partial, path);
    },
    async abandon() {
      stream.destroy();
      file.destroy();
      if (!direct) await rm(partial, { force: true });
    },
  };
}

/** A pipe or a device is written to as it is: there is nothing to rename. */
function isSpecial(path: string): boolean {
  try {
    return !lstatSync(path).isFile();
  } catch {
    // What is wrong with the path is told when the file is made.
    return false;
  }
}

function samePlace(a: string, b: string): boolean {
  const real = (path: string) => {
    try {
      return realpathSync(path);
    } catch {
      return path;
    }
  };
  return real(a) === real(b);
}

function reasonOf(path: string, cause: unknown): [why: string, advice: string] {
  const folder = dirname(path);
  const { code } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT') return [`there is no folder \`${folder}\``, 'make the folder first, or write somewhere else'];
  if (code === 'ENOTDIR') return [`part of \`${folder}\` is a file, not a folder`, 'write somewhere else'];
  if (code === 'EISDIR') return ['it is a folder', 'give the name of a file'];
  return [cause instanceof Error ? cause.message : String(cause), 'check the folder, its permissions and the space left'];
}

function cannotWrite(path: string, cause: unknown): RouterError {
  const [why, advice] = reasonOf(path, cause);
  return new RouterError('output.unwritable', `cannot write \`${path}\`: ${why}`, { where: path, advice, cause });
}
