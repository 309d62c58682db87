import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { kill, pid } from 'node:process';
import { isRouterError, RouterError } from '../core/errors.ts';
import { makeFolders, unwritable } from '../folders.ts';
import type { EvalFiles, ProcessInfo } from './parts.ts';

/** The real file system. */
export function nodeFiles(): EvalFiles {
  return {
    read: readBytes,
    exists: existsSync,
    list: (folder) => (existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder).sort() : []),
    makeFolder: makeFolders,
    write: replaceFile,
    append: appendLine,
    openLog,
    truncate: truncateSync,
    createNew,
    remove: (path) => rmSync(path, { force: true }),
  };
}

/** This process. Signal 0 asks whether a process is there and does nothing to it. */
export function nodeProcess(): ProcessInfo {
  const isAlive = (other: number) => {
    try {
      kill(other, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  };
  return { pid, isAlive };
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
function replaceFile(path: string, text: string, { flush = true } = {}): void {
  const temporary = `${path}.${pid}.tmp`;
  try {
    const file = openMaking(temporary);
    try {
      writeAll(file, text);
      if (flush) fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    throw isRouterError(cause) ? cause : unwritable(path, cause);
  }
}

/** Folders are made when they are missed: looking for them before each of many files costs more than the file. */
function openMaking(path: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    makeFolders(dirname(path));
    return openSync(path, 'w');
  }
}

function appendLine(path: string, line: string): void {
  const log = openLog(path);
  try {
    log.append(line);
  } finally {
    log.close();
  }
}

/** Writes go straight to the system: a stream would acknowledge what a killed process then loses. */
function openLog(path: string): ReturnType<EvalFiles['openLog']> {
  makeFolders(dirname(path));
  const file = openSync(path, 'a', 0o600);
  return { append: (line) => writeAll(file, `${line}\n`), close: () => closeSync(file) };
}

function createNew(path: string, text: string): boolean {
  makeFolders(dirname(path));
  try {
    const file = openSync(path, 'wx', 0o600);
    writeAll(file, text);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(path, error);
  }
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
