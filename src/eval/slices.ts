import type { DatasetRow } from './dataset.ts';
import { type Gap, gap } from './metrics/gap.ts';
import type { Predicted } from './predict.ts';
import { isScored, pairsOf, type Rate, rateOf } from './score.ts';

/** Fewest rows for which a slice gets a rate; below, only counts. */
export const SLICE_ROWS = 30;

/** One slice on one axis: counts always, a rate only when enough rows stand behind it. */
export type SliceScore = { axis: string; slice: string; n: number; hits: number; rate: Rate | Gap };

/** What rows are grouped by: language, labeler and the dataset's own slices. */
export function slicesOf(row: DatasetRow): string[] {
  return [
    ...(row.language === null ? [] : [`language:${row.language}`]),
    ...row.slices.map((slice) => `slice:${slice}`),
    ...(row.labeler === null ? [] : [`labeler:${row.labeler}`]),
  ];
}

/** Every slice on every axis, largest first. */
export function scoreSlices(rows: readonly DatasetRow[], predicted: readonly Predicted[], axes: readonly string[]): SliceScore[] {
  const scored = pairsOf(rows, predicted).filter(isScored);
  const groups = new Map<string, typeof scored>();
  for (const pair of scored) {
    for (const slice of slicesOf(pair.row)) {
      const group = groups.get(slice);
      if (group === undefined) groups.set(slice, [pair]);
      else group.push(pair);
    }
  }
  const sorted = [...groups].sort(([a, first], [b, second]) => second.length - first.length || (a < b ? -1 : 1));
  return sorted.flatMap(([slice, group]) =>
    axes.map((axis) => {
      const rate = rateOf(group, ({ row, predicted: answer }) => answer.label?.[axis]?.value === row.gold[axis]);
      return { axis, slice, n: rate.n, hits: rate.hits, rate: rate.n < SLICE_ROWS ? gap('not-enough-data') : rate };
    }),
  );
}
