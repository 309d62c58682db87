import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pid } from 'node:process';
import { RouterError } from './core/errors.ts';

/**
 * Makes a folder and its parents, one at a time from the top. Not `mkdir` with `recursive`: Node then tries without end where a parent
 * exists in which nothing can be made, such as `/proc`.
 *
 * @throws RouterError `output.unwritable`
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

/**
 * Writes a whole file beside its name and renames it: whoever is stopped on the way leaves the file there was as it was, and a reader
 * never sees half a file. A link keeps pointing where it did; a pipe or a device is written to as it is, for there is nothing to rename.
 *
 * @throws RouterError `output.unwritable`
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  try {
    const known = statSync(path, { throwIfNoEntry: false });
    if (known === undefined || known.isFile()) writeBeside(known === undefined ? path : realpathSync(path), content);
    else writeFileSync(path, content);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function writeBeside(path: string, content: string | Uint8Array): void {
  const partial = `${path}.${pid}.partial`;
  try {
    const file = openSync(partial, 'w');
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw cause;
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

/**
 * What takes minutes or money to make is not begun where it could not be written. Nothing is made to find out.
 *
 * @throws RouterError `output.unwritable`
 */
export function refuseUnwritable(path: string): void {
  try {
    const known = statSync(path, { throwIfNoEntry: false });
    if (known?.isDirectory() === true) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    if (known !== undefined) accessSync(path, constants.W_OK);
    // It is written beside its name and renamed.
    if (known === undefined || known.isFile()) accessSync(dirname(path), constants.W_OK);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/**
 * The same for a folder that is only made when all has gone well: whether it could be is told by what there is of its path.
 *
 * @throws RouterError `output.unwritable`
 */
export function refuseUnmakeable(folder: string): void {
  let at = resolve(folder);
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  try {
    if (!statSync(at).isDirectory()) throw Object.assign(new Error('a file'), { code: at === resolve(folder) ? 'EEXIST' : 'ENOTDIR' });
    accessSync(at, constants.W_OK);
  } catch (cause) {
    throw unwritable(folder, cause, 'make the folder ');
  }
}

/** What a path cannot be written for, in words. */
export function unwritable(path: string, cause: unknown, doing = 'write '): RouterError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new RouterError('output.unwritable', `cannot ${doing}\`${path}\`: ${REASONS[code] ?? message}`, {
    where: path,
    advice: 'give a path that can be written, or check the folder, its permissions and the space left',
    cause,
  });
}
