import { join } from 'node:path';
import { isRouterError, RouterError } from '../../core/errors.ts';
import type { EvalParts } from '../parts.ts';
import { release, takeLock } from '../run-folder.ts';
import { recoverLines } from '../sealed-lines.ts';
import { type Cell, cellKey, decodeCell, encodeCell } from './cell.ts';

/** The log of a collection: what it holds already, and where more goes. */
export type CollectLog = {
  folder: string;
  file: string;
  /** The latest line of each cell. */
  known: Map<string, Cell>;
  /** Every line, replaced ones included: what they cost was spent. */
  all: readonly Cell[];
  add(cell: Cell): void;
  close(): void;
};

const CELLS = 'cells.jsonl';

/** Where the log of a table lies: beside it. */
export const collectFolder = (base: string): string => `${base}.collect`;

/** What a log holds, without opening it for writing. */
export function readCells(folder: string, files: EvalParts['files']): { cells: Cell[]; bytes: number } {
  const file = join(folder, CELLS);
  if (!files.exists(file)) return { cells: [], bytes: 0 };
  const { rows, bytes } = recoverLines(files.read(file), file, decodeCell);
  return { cells: rows, bytes };
}

export function latestOf(cells: readonly Cell[]): Map<string, Cell> {
  return new Map(cells.map((cell) => [cellKey(cell), cell]));
}

export const spentOf = (cells: readonly Cell[]): number => cells.reduce((sum, { usd, judge }) => sum + (usd ?? 0) + (judge?.usd ?? 0), 0);

/**
 * Opens the log of a table, cutting off a torn tail.
 *
 * @throws RouterError `eval.locked` when another process has it, `state.invalid` when it is damaged
 */
export function openCollectLog(base: string, parts: Pick<EvalParts, 'files' | 'clock' | 'process'>): CollectLog {
  const folder = collectFolder(base);
  const file = join(folder, CELLS);
  const { files } = parts;
  onDisk(folder, () => {
    files.makeFolder(folder);
    takeLock(folder, parts);
  });
  try {
    const { cells, bytes } = readCells(folder, files);
    if (files.exists(file) && files.read(file).length > bytes) files.truncate(file, bytes);
    const log = onDisk(folder, () => files.openLog(file));
    const close = () => {
      log.close();
      release(folder, parts);
    };
    const known = latestOf(cells);
    const add = (cell: Cell) => {
      append(log, cell, folder);
      cells.push(cell);
      known.set(cellKey(cell), cell);
    };
    return { folder, file, known, all: cells, add, close };
  } catch (error) {
    release(folder, parts);
    throw error;
  }
}

function append(log: { append(line: string): void }, cell: Cell, folder: string): void {
  onDisk(folder, () => log.append(encodeCell(cell)));
}

/** What a disk refuses stops the run with what was saved, not as a bug. */
export function onDisk<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (isRouterError(cause)) throw cause;
    const advice = 'mend the path or the disk and run the same command again: answers written so far are kept and not asked again';
    throw new RouterError('state.unavailable', `cannot write to \`${where}\`: ${(cause as Error).message}`, { where, advice, cause });
  }
}
