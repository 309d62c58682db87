import { seededRandom, shuffled } from '../../core/random.ts';
import type { DatasetRow } from '../../eval/dataset.ts';
import { labelKey } from './groups.ts';

/** Feedback and few-shots, selection, and the sealed one. */
export type Splits = { train: DatasetRow[]; dev: DatasetRow[]; test: DatasetRow[] };

const SHARES: readonly (readonly [keyof Splits, number])[] = [
  ['train', 0.4],
  ['dev', 0.35],
  ['test', 0.25],
];
/** Fixed, whatever seed the tuner runs with: another seed must not give another test split to look at. */
const SEED = 20_261_121;

/**
 * One file in three parts: rows of one cluster and rows with the same text stay together, and each part gets its share of every label.
 *
 * @example splitRows([], ['risk']) // => { train: [], dev: [], test: [] }
 */
export function splitRows(rows: readonly DatasetRow[], axes: readonly string[]): Splits {
  const splits: Splits = { train: [], dev: [], test: [] };
  const counts = new Map<string, number>();
  const key = (split: string, label: string) => `${split} ${label}`;
  for (const group of shuffled(familiesOf(rows), seededRandom(SEED))) {
    const label = labelKey(group[0] as DatasetRow, axes);
    const filled = ([split, share]: readonly [keyof Splits, number]) =>
      (counts.get(key(split, label)) ?? 0) / share + splits[split].length / share / (rows.length + 1);
    const [split] = SHARES.toSorted((a, b) => filled(a) - filled(b))[0] as (typeof SHARES)[number];
    splits[split].push(...group);
    counts.set(key(split, label), (counts.get(key(split, label)) ?? 0) + group.length);
  }
  return splits;
}

/** Rows that belong together by cluster or by text, in the order of the file. */
function familiesOf(rows: readonly DatasetRow[]): DatasetRow[][] {
  const parent = rows.map((_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at] as number;
    return at;
  };
  const first = new Map<string, number>();
  for (const [index, { cluster, fingerprint }] of rows.entries()) {
    for (const name of [`c${cluster}`, `f${fingerprint}`]) {
      const other = first.get(name);
      if (other === undefined) first.set(name, index);
      else parent[root(index)] = root(other);
    }
  }
  const families = new Map<number, DatasetRow[]>();
  for (const [index, row] of rows.entries()) families.set(root(index), [...(families.get(root(index)) ?? []), row]);
  return [...families.values()];
}
