import { type Gap, type Interval, isGap } from '../metrics/gap.ts';
import type { EvalMetrics } from '../result.ts';
import { SLICE_ROWS } from '../slices.ts';
import type { TableMetrics } from '../table/result.ts';
import { differenceText, intervalText, plainText, shareText } from './format.ts';

const NONE = `none: no slice of ${SLICE_ROWS} rows or more`;

/** The slice that lies furthest below all rows together, on any axis. */
export function worstLabelSlice({ classifiers, dataset }: EvalMetrics, router: string): string {
  const scored = classifiers.find(({ classifier }) => classifier === router);
  type Worst = { short: number; axis: string; slice: string; n: number; value: number; overall: number; interval: Interval | Gap };
  let worst: Worst | null = null;
  for (const { axis, slice, n, rate } of scored?.slices ?? []) {
    const overall = scored?.axes[axis]?.accuracy.value;
    if (n >= dataset.rows || isGap(rate) || isGap(rate.value) || typeof overall !== 'number') continue;
    const short = overall - rate.value;
    if (worst === null || short > worst.short) worst = { short, axis, slice, n, value: rate.value, overall, interval: rate.interval };
  }
  if (worst === null) return NONE;
  const { axis, slice, n, value, overall, interval } = worst;
  return `worst: ${axis} on ${plainText(slice, 40)} ${shareText(value)} ${intervalText(interval)} of ${n} rows, all rows ${shareText(overall)}`;
}

/** The slice in which the router does worst against the best constant. */
export function worstTableSlice({ worstSlice }: TableMetrics): string {
  if (worstSlice === undefined) return 'not kept: the run is of an earlier version';
  if (worstSlice === null) return NONE;
  const { slice, n, quality, holm } = worstSlice;
  const sure = holm < 0.05 ? 'stands out after Holm' : 'does not stand out after Holm';
  return `worst: ${plainText(slice, 40)} ${differenceText(quality)} pts of quality over the best constant, ${n} rows; ${sure}`;
}
