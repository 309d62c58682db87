import { seededRandom, shuffled } from '../../core/random.ts';
import { axesOf, type Taxonomy } from '../../core/taxonomy.ts';
import { type Dataset, type DatasetRow, datasetOf } from '../dataset.ts';
import { shortHash } from '../load.ts';
import type { EvalFiles } from '../parts.ts';
import type { RequestRow } from '../rows.ts';
import { cell } from './cells.ts';
import { type LabelFile, readLabelFile } from './label-file.ts';
import { nearGroups } from './near.ts';

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
  const family = familiesOf(
    dataset.rows,
    file.texts.filter(({ id }) => good.has(id)),
  );
  const splits = assign(dataset.rows, family, options);
  const names = familyNames(dataset.rows, family);
  const part = (split: number) => rows.flatMap((row, index) => (splits[index] === split ? [{ row, cluster: names[index] as string }] : []));
  const ending = plain || file.format === 'csv' ? 'csv' : 'jsonl';
  const write = (rows: Part) => (plain ? plainText(dataset.axes, rows) : textOf(file, rows));
  return {
    files: byName((name, split) => ({ name: `${name}.${ending}`, text: write(part(split)) })),
    rows: byName((_, split) => splits.filter((one) => one === split).length),
    counts: countsOf(dataset, taxonomy, splits),
    families: new Set(family).size,
    skipped: dataset.skipped.length,
  };
}

function byName<T>(make: (name: SplitName, split: number) => T): Record<SplitName, T> {
  return { train: make('train', 0), dev: make('dev', 1), test: make('test', 2) };
}

/** The family of each row: near-duplicates and rows of one cluster, through any number of others. */
function familiesOf(rows: readonly DatasetRow[], texts: readonly { text: string }[]): Int32Array {
  const near = nearGroups(texts.map(({ text }) => text));
  const parent = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
    return root;
  };
  for (const [index, { cluster }] of rows.entries()) {
    const [a, b] = [rootOf(`near ${near[index]}`), rootOf(`cluster ${cluster}`)];
    if (a !== b) parent.set(b, a);
  }
  const numbers = new Map<string, number>();
  return near.map((group) => {
    const root = rootOf(`near ${group}`);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}

/** A family is called by its first row. */
function familyNames(rows: readonly DatasetRow[], family: Int32Array): string[] {
  const first = new Map<number, string>();
  return rows.map(({ id }, index) => {
    const group = family[index] as number;
    const name = first.get(group) ?? id;
    first.set(group, name);
    return name;
  });
}

/**
 * Greedy iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011) over families: those of the rarest labels first, each to the split
 * that lacks most of what it brings, in parts of what the split should have. Ties go by the seed.
 */
function assign(rows: readonly DatasetRow[], family: Int32Array, { shares, seed }: SplitOptions): number[] {
  const labels = rows.map(({ gold }) => ['', ...Object.entries(gold).map(([axis, value]) => `${axis} ${value}`)]);
  const total = new Map<string, number>();
  for (const own of labels) for (const label of own) total.set(label, (total.get(label) ?? 0) + 1);
  const members = new Map<number, number[]>();
  for (const [index, group] of family.entries()) {
    const own = members.get(group);
    if (own === undefined) members.set(group, [index]);
    else own.push(index);
  }
  const rarest = (list: readonly number[]) =>
    Math.min(...list.flatMap((index) => (labels[index] ?? []).map((label) => total.get(label) ?? 0)));
  const order = shuffled([...members.values()], seededRandom(seed))
    .map((list) => ({ list, rare: rarest(list) }))
    .sort((a, b) => b.list.length - a.list.length || a.rare - b.rare);
  const have = shares.map(() => new Map<string, number>());
  const sum = shares.reduce((all, share) => all + share, 0);
  const splits = rows.map(() => 0);
  for (const { list } of order) {
    const brought = list.flatMap((index) => labels[index] ?? []);
    const needs = shares.map((share, split) => needOf(brought, total, have[split] as Map<string, number>, share / sum));
    const chosen = needs.indexOf(Math.max(...needs));
    for (const index of list) splits[index] = chosen;
    for (const label of brought) have[chosen]?.set(label, (have[chosen]?.get(label) ?? 0) + 1);
  }
  return splits;
}

function needOf(brought: readonly string[], total: ReadonlyMap<string, number>, have: ReadonlyMap<string, number>, share: number): number {
  return brought.reduce((need, label) => need + 1 - (have.get(label) ?? 0) / (share * (total.get(label) ?? 1)), 0);
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
