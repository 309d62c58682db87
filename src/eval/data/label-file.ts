import { basename } from 'node:path';
import type { Problem } from '../../core/errors.ts';
import { toRequest } from '../../core/request.ts';
import { viewOf } from '../../core/view.ts';
import type { EvalFiles } from '../parts.ts';
import { collectRows, formatOf, type RequestRow, type RowFormat, readRows } from '../rows.ts';

/** A labelled set as it stands: its rows, its columns in order, and what could not be read. */
export type LabelFile = {
  name: string;
  bytes: Uint8Array;
  format: RowFormat;
  columns: string[];
  rows: RequestRow[];
  bad: Problem[];
  /** What a classifier sees of each row. */
  texts: { id: string; text: string }[];
};

/** @throws RouterError `input.not-found`, `input.unreadable`, or `dataset.invalid` where not even the columns can be told */
export async function readLabelFile(path: string, files: EvalFiles): Promise<LabelFile> {
  const bytes = files.read(path);
  const name = basename(path);
  const bad: Problem[] = [];
  const onBad = ({ line, message }: { line: number; message: string }) => void bad.push({ where: `${name}:${line}`, message });
  const rows = await collectRows(readRows(once(bytes), { name, onBad }));
  const columns = [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))];
  const texts = rows.map(({ id, input }) => ({ id, text: viewOf(toRequest(input)).text }));
  return { name, bytes, format: formatOf(name), columns, rows, bad, texts };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
