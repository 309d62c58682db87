import { RouterError } from '../core/errors.ts';

/** One row of a file as it stands there: the line it begins on, from 1, and its cells or fields by name. */
export type RawRow = { line: number; fields: Readonly<Record<string, unknown>> };

/** A row, or the lines lost to a broken one, that could not be read. */
export type BadRow = { line: number; lastLine: number; message: string };

export type RowsOptions = {
  /** The file's name, for messages. */
  name: string;
  /** Told of every bad row, which is then left out. Without it the first bad row is an error. */
  onBad?: (bad: BadRow) => void;
};

/** Hands a bad row on, or stops at it. */
export function refuseRow(bad: BadRow, options: RowsOptions): void {
  if (options.onBad === undefined)
    throw datasetError(options.name, bad.line, bad.message, 'mend the row, or pass `--skip-bad` to leave bad rows out');
  options.onBad(bad);
}

export function datasetError(name: string, line: number, message: string, advice: string, cause?: unknown): RouterError {
  const where = `${name}:${line}`;
  return new RouterError('dataset.invalid', `\`${where}\`: ${message}`, { where, advice, cause });
}
