import type { Forecast } from './calibration.ts';
import { type Figure, gap } from './gap.ts';

/**
 * Area under the ROC curve: the chance that a right row has a higher confidence than a wrong one, ties counting half.
 * Source: Hanley & McNeil 1982, Radiology 143 (rank form).
 *
 * @example auroc([{ p: 0.9, y: 1 }, { p: 0.2, y: 0 }, { p: 0.9, y: 0 }]) // => 0.75
 */
export function auroc(forecasts: readonly Forecast[]): Figure {
  const positives = forecasts.reduce((sum, { y }) => sum + y, 0);
  const negatives = forecasts.length - positives;
  if (forecasts.length === 0) return gap('no-rows');
  if (positives === 0 || negatives === 0) return gap('one-class');
  const sorted = [...forecasts].sort((a, b) => a.p - b.p);
  let rankSum = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (end < sorted.length && sorted[end]?.p === sorted[start]?.p) end++;
    for (let index = start; index < end; index++) rankSum += sorted[index]?.y === 1 ? (start + end + 1) / 2 : 0;
    start = end;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
