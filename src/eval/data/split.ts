import { axesOf, type Taxonomy } from '../../core/taxonomy.ts';
import { type Dataset, datasetOf } from '../dataset.ts';
import { shortHash } from '../load.ts';
import type { EvalFiles } from '../parts.ts';
import type { RequestRow } from '../rows.ts';
import { cell } from './cells.ts';
import { assign, familiesOf, familyNames } from './families.ts';
import { type LabelFile, readLabelFile } from './label-file.ts';

export const SPLIT_NAMES = ['train', 'dev', 'test'] as const;
export type SplitName = (typeof SPLIT_NAMES)[number];

export type SplitOptions = {
  taxonomy: Taxonomy;
  /** Shares of train, dev and test, each above 0. */
  shares: readonly [number, number, number];
  seed: number;
  /** Leave bad rows out and count them. @default false */
  skipBad?: boolean;
  /** Write `id`, `text`, axes and `cluster` as CSV, as training reads them, whatever the file is. @default false: its own columns and format */
  plain?: boolean;
};

export type SplitResult = {
  /** File name and content, by split. */
  files: Record<SplitName, { name: string; text: string }>;
  rows: Record<SplitName, number>;
  /** Rows per value of each axis, by split. */
  counts: Record<string, Record<string, Record<SplitName, number>>>;
  /** Families: rows of one cluster, or nearly alike, that stay together. */
  families: number;
  /** Rows that repeat or contradict others, in words. */
  warnings: string[];
  skipped: number;
};

/**
 * Cuts a labelled set into train, dev and test: rows of one `cluster` and near-duplicates stay together, labels keep their shares, and the
 * same seed gives the same split. Columns are kept; `cluster` is added where there is none, so that families stay known.
 *
 * @throws RouterError `dataset.invalid` listing bad rows and labels, unless `skipBad`
 */
export async function splitLabels(path: string, options: SplitOptions, files: EvalFiles): Promise<SplitResult> {
  const file = await readLabelFile(path, files);
  const { taxonomy, skipBad = false, plain = false } = options;
  const dataset = datasetOf(file.rows, file.bad, { name: file.name, hash: shortHash(file.bytes), taxonomy, skipBad });
  const good = new Set(dataset.rows.map(({ id }) => id));
  const rows = file.rows.filter(({ id }) => good.has(id));
  const texts = file.texts.filter(({ id }) => good.has(id)).map(({ text }) => text);
  const family = familiesOf(
    dataset.rows.map(({ cluster }) => cluster),
    texts,
  );
  const labels = dataset.rows.map(({ gold }) => Object.entries(gold).map(([axis, value]) => `${axis} ${value}`));
  const splits = assign(labels, family, options);
  const names = familyNames(dataset.rows, family);
  const part = (split: number) => rows.flatMap((row, index) => (splits[index] === split ? [{ row, cluster: names[index] as string }] : []));
  const ending = plain || file.format === 'csv' ? 'csv' : 'jsonl';
  const write = (rows: Part) => (plain ? plainText(dataset.axes, rows) : textOf(file, rows));
  return {
    files: byName((name, split) => ({ name: `${name}.${ending}`, text: write(part(split)) })),
    rows: byName((_, split) => splits.filter((one) => one === split).length),
    counts: countsOf(dataset, taxonomy, splits),
    families: new Set(family).size,
    warnings: dataset.warnings,
    skipped: dataset.skipped.length,
  };
}

function byName<T>(make: (name: SplitName, split: number) => T): Record<SplitName, T> {
  return { train: make('train', 0), dev: make('dev', 1), test: make('test', 2) };
}

function countsOf({ rows, axes }: Dataset, taxonomy: Taxonomy, splits: readonly number[]): SplitResult['counts'] {
  const counted = axesOf(taxonomy).filter(([axis]) => axes.includes(axis));
  const count = (axis: string, value: string, split: number) =>
    rows.filter(({ gold }, index) => gold[axis] === value && splits[index] === split).length;
  return Object.fromEntries(
    counted.map(([axis, { values }]) => [
      axis,
      Object.fromEntries(Object.keys(values).map((value) => [value, byName((_, split) => count(axis, value, split))])),
    ]),
  );
}

type Part = readonly { row: RequestRow; cluster: string }[];

/** Optional columns that training and evaluation know. */
const KNOWN = ['language', 'slices', 'labeler'];

function plainText(axes: readonly string[], part: Part): string {
  const known = KNOWN.filter((column) => part.some(({ row }) => row.fields[column] !== undefined));
  const text = (value: unknown) => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value));
  const lines = part.map(({ row: { id, input, fields }, cluster }) => {
    const said = typeof input === 'string' ? input : JSON.stringify(input.messages);
    const named = typeof fields.cluster === 'string' && fields.cluster !== '' ? fields.cluster : cluster;
    return [id, said, ...[...axes, ...known].map((column) => text(fields[column])), named].map(cell);
  });
  return [['id', 'text', ...axes, ...known, 'cluster'], ...lines].map((cells) => `${cells.join(',')}\n`).join('');
}

function textOf({ format, columns }: LabelFile, part: Part): string {
  const named = columns.includes('cluster');
  if (format === 'jsonl')
    return part.map(({ row, cluster }) => `${JSON.stringify(named ? row.fields : { ...row.fields, cluster })}\n`).join('');
  const header = named ? columns : [...columns, 'cluster'];
  const lines = part.map(({ row, cluster }) =>
    header.map((column) => cell(String(column === 'cluster' && !named ? cluster : (row.fields[column] ?? '')))),
  );
  return [header.map(cell), ...lines].map((cells) => `${cells.join(',')}\n`).join('');
}
