import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { RouterError } from './core/errors.ts';

/**
 * Makes a folder and its parents, one at a time from the top. Not `mkdir` with `recursive`: Node then tries without end where a parent
 * exists in which nothing can be made, such as `/proc`.
 *
 * @throws RouterError `state.unavailable`
 */
export function makeFolders(path: string): void {
  const missing: string[] = [];
  try {
    for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.unshift(at);
    for (const folder of missing) makeFolder(folder);
    if (missing.length === 0 && !statSync(path).isDirectory()) mkdirSync(path);
  } catch (cause) {
    throw unwritable(path, cause, 'make the folder ');
  }
}

/** Another process may have made it in the meantime. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(path).isDirectory()) throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'nothing can be made there',
  ENOTDIR: 'part of its path is a file, not a folder',
  EEXIST: 'there is a file of that name',
  EISDIR: 'there is a folder of that name',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

/** What a path cannot be written for, in words. */
export function unwritable(path: string, cause: unknown, doing = 'write '): RouterError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new RouterError('state.unavailable', `cannot ${doing}\`${path}\`: ${REASONS[code] ?? message}`, {
    where: path,
    advice: 'give a path that can be written, or check the folder, its permissions and the space left',
    cause,
  });
}
