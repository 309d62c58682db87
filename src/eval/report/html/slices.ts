import { sliceLifts } from '../../dearest.ts';
import { fisherExact } from '../../metrics/fisher.ts';
import { isGap } from '../../metrics/gap.ts';
import { holm } from '../../metrics/multiplicity.ts';
import type { ClassifierScore } from '../../score.ts';
import type { ServedRow } from '../../served.ts';
import type { SliceScore } from '../../slices.ts';
import { type ForestLine, forestPlot } from './forest.ts';
import { legend } from './legend.ts';

const KEYS = legend([
  ['marked', 'stands out after Holm over all slices of the plot'],
  ['interval', 'does not'],
]);

/** `slice:exam` is `exam` here; of the other groups the kind matters. */
const sliceName = (slice: string): string => slice.replace(/^slice:/, '').replace(/^(\w+):/, '$1: ');

/** Accuracy on one axis by slice, against all rows together. */
export function sliceAccuracy(score: (ClassifierScore & { slices: SliceScore[] }) | undefined, axis: string): string {
  const overall = score?.axes[axis]?.accuracy;
  if (score === undefined || overall === undefined || typeof overall.value !== 'number') return '';
  const found = score.slices.flatMap(({ slice, axis: of, n, hits, rate }) => {
    if (of !== axis || n >= overall.n || isGap(rate) || isGap(rate.value) || isGap(rate.interval)) return [];
    // Averages over repeats are no counts: the nearest ones stand for them.
    const [here, all] = [Math.round(hits), Math.round(overall.hits)];
    const p = fisherExact([here, n - here], [all - here, overall.n - n - (all - here)]);
    return [{ name: `${sliceName(slice)} (${n})`, mean: rate.value, ci95: [rate.interval.low, rate.interval.high] as [number, number], p }];
  });
  const adjusted = holm(found.map(({ p }) => p));
  const lines = found.map(
    ({ name, mean, ci95 }, index): ForestLine => ({ name, estimate: { mean, ci95 }, marked: (adjusted[index] ?? 1) < 0.05 }),
  );
  return forestPlot({
    id: `slices-${axis}`,
    title: `${axis}.`,
    description: `Accuracy on ${axis} by slice of at least thirty rows (rows in brackets), with Wilson intervals; the line is all rows together. Marked slices differ from the rest (Fisher’s exact test).`,
    legend: KEYS,
    lines,
    reference: overall.value,
    asPoints: false,
    axis: `accuracy on ${axis}`,
  });
}

/** Where a router wins and loses against the best constant, by slice. */
export function sliceDifferences(served: readonly ServedRow[]): string {
  const lines = sliceLifts(served).map(
    ({ slice, n, quality, holm: p }): ForestLine => ({ name: `${sliceName(slice)} (${n})`, estimate: quality, marked: p < 0.05 }),
  );
  if (lines.length === 0) return '<p class="none">Not drawn: the table names no category of thirty rows or more.</p>';
  return forestPlot({
    id: 'slice-lift',
    title: 'Quality over the best constant, by slice.',
    description:
      'Points of quality the router is above (or below) one fixed model for everything, in each slice of at least thirty rows (rows in brackets), paired and clustered, with 95 % intervals.',
    legend: KEYS,
    lines,
    reference: 0,
    asPoints: true,
    axis: 'quality over the best constant, points',
  });
}
