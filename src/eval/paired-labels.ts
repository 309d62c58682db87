import type { DatasetRow } from './dataset.ts';
import { type McNemar, mcnemar } from './metrics/mcnemar.ts';
import { holm } from './metrics/multiplicity.ts';
import type { Predicted } from './predict.ts';
import { isScored, pairsOf } from './score.ts';

/** One classifier against another on the same rows of one axis. */
export type LabelComparison = {
  axis: string;
  classifier: string;
  against: string;
  /** Rows both were scored on. */
  n: number;
  /** Rows only `classifier` got right, and rows only `against` did. */
  fixed: number;
  broken: number;
  /** Difference in accuracy, classifier minus against. */
  difference: number;
  p: McNemar;
  /** Exact p adjusted over the comparisons of this axis. */
  holm: number;
};

/** The main classifier against every other one that was answered on the same rows, per axis; Holm within each axis. */
export function compareLabels(
  main: string,
  predictions: ReadonlyMap<string, readonly Predicted[]>,
  rows: readonly DatasetRow[],
  axes: readonly string[],
): LabelComparison[] {
  const mine = predictions.get(main);
  if (mine === undefined) return [];
  return axes.flatMap((axis) => {
    const compared = [...predictions]
      .filter(([name]) => name !== main)
      .map(([against, theirs]) => compareOne(axis, main, against, mine, theirs, rows))
      .filter(({ n }) => n > 0);
    const adjusted = holm(compared.map(({ p }) => p.exact));
    return compared.map((comparison, index) => ({ ...comparison, holm: adjusted[index] ?? 1 }));
  });
}

function compareOne(
  axis: string,
  classifier: string,
  against: string,
  mine: readonly Predicted[],
  theirs: readonly Predicted[],
  rows: readonly DatasetRow[],
): Omit<LabelComparison, 'holm'> {
  const other = new Map(
    pairsOf(rows, theirs)
      .filter(isScored)
      .map(({ row, predicted }) => [row.id, predicted]),
  );
  let [n, fixed, broken] = [0, 0, 0];
  for (const { row, predicted } of pairsOf(rows, mine).filter(isScored)) {
    const opposite = other.get(row.id);
    if (opposite === undefined) continue;
    const [right, otherRight] = [predicted, opposite].map(({ label }) => label?.[axis]?.value === row.gold[axis]);
    n++;
    if (right && !otherRight) fixed++;
    if (!right && otherRight) broken++;
  }
  return { axis, classifier, against, n, fixed, broken, difference: n === 0 ? 0 : (fixed - broken) / n, p: mcnemar(fixed, broken) };
}
