import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { RouterError } from '../core/errors.ts';
import type { EvalFiles } from './parts.ts';

/** The real file system. */
export function nodeFiles(): EvalFiles {
  return {
    read: readBytes,
    exists: existsSync,
    makeFolder: (path) => void mkdirSync(path, { recursive: true }),
    write: replaceFile,
    append: appendLine,
  };
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const why = missing ? 'no such file' : (cause as Error).message;
    const advice = 'check the path and its permissions';
    throw new RouterError(missing ? 'input.not-found' : 'input.unreadable', `cannot read \`${path}\`: ${why}`, {
      where: path,
      advice,
      cause,
    });
  }
}

/** A reader never sees half a file: it is written beside, flushed, and renamed. */
function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w');
  try {
    writeAll(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

function appendLine(path: string, line: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a');
  try {
    writeAll(file, `${line}\n`);
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
