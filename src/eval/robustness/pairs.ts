import type { AnyLabel } from '../../core/label.ts';
import { type Figure, type Gap, type Interval, ratio } from '../metrics/gap.ts';
import { wilson } from '../metrics/wilson.ts';

/** How many of how many, and the Wilson interval of their share. */
export type Share = { count: number; of: number; share: Figure; interval: Interval | Gap };
/** Share of pairs whose values are the same, axis by axis; `all` on every axis, `allWhereSure` of those pairs alone in which no axis said it was unsure. */
export type Kept<A extends string = string> = { all: Share; allWhereSure: Share } & Record<A, Share>;

/** What pairing needs to know of a labelled row. */
export type PairRow = {
  id: string;
  gold: Readonly<Record<string, string>>;
  language: string | null;
  slices: readonly string[];
  cluster: string;
};

export const shareOf = (count: number, of: number): Share => ({ count, of, share: ratio(count, of), interval: wilson(count, of) });

/** How many pairs of labels agree. */
export function kept<A extends string>(pairs: readonly (readonly [AnyLabel, AnyLabel])[], axes: readonly A[]): Kept<A> {
  const same = ([a, b]: readonly [AnyLabel, AnyLabel], axis: string) => a[axis]?.value === b[axis]?.value;
  const sharing = (some: typeof pairs, on: readonly string[]) =>
    shareOf(some.filter((pair) => on.every((axis) => same(pair, axis))).length, some.length);
  const sure = pairs.filter((pair) => pair.every((label) => axes.every((axis) => label[axis]?.unsure === null)));
  const each = Object.fromEntries(axes.map((axis) => [axis, sharing(pairs, [axis])])) as Record<A, Share>;
  return { ...each, all: sharing(pairs, axes), allWhereSure: sharing(sure, axes) };
}

/** Share of rows labelled right, axis by axis; rows without a label are left out. */
export function accuracyOf<R extends PairRow, A extends string>(
  rows: readonly R[],
  labelOf: (row: R) => AnyLabel | null | undefined,
  axes: readonly A[],
): Record<A, Share> {
  const labelled = rows.flatMap((row) => {
    const label = labelOf(row);
    return label === null || label === undefined ? [] : [{ row, label }];
  });
  const right = (axis: A) => labelled.filter(({ row, label }) => label[axis]?.value === row.gold[axis]).length;
  return Object.fromEntries(axes.map((axis) => [axis, shareOf(right(axis), labelled.length)])) as Record<A, Share>;
}

/** Every two rows of one cluster: they say the same. */
export function clusterPairs<R extends PairRow>(rows: readonly R[]): [R, R][] {
  const clusters = new Map<string, R[]>();
  for (const row of rows) clusters.set(row.cluster, [...(clusters.get(row.cluster) ?? []), row]);
  return [...clusters.values()].flatMap((own) => own.flatMap((a, at) => own.slice(at + 1).map((b): [R, R] => [a, b])));
}

/** Rows written to say the same: in other words of one language, or in two languages. */
export function sameMeaning<R extends PairRow>(rows: readonly R[]): { paraphrases: [R, R][]; translations: [R, R][] } {
  const pairs = clusterPairs(rows.filter(({ slices }) => slices.includes('paraphrase') || slices.includes('translation')));
  const both = (row: R) => row.slices.includes('paraphrase');
  return {
    paraphrases: pairs.filter(([a, b]) => a.language === b.language && both(a) && both(b)),
    translations: pairs.filter(([a, b]) => a.language !== b.language),
  };
}
