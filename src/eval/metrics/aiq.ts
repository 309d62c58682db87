import { type Figure, gap } from './gap.ts';
import { type CostQuality, concaveHull, hullQuality } from './hull.ts';

/**
 * Average improvement in quality, the paper's form: 1/(c_max − c_min) ∫ hull dc over the common cost range, flat beyond the last vertex.
 * (RouterBench's code divides by c_max, so a constant added to every cost changes it; this form does not move.)
 * Not comparable across model pools or price tables. Source: RouterBench, arXiv 2403.12031, §3.3.
 *
 * @param range common cost range; by default that of the points
 * @example aiq([{ cost: 1, quality: 0.5 }, { cost: 3, quality: 0.7 }]) // => 0.6
 */
export function aiq(points: readonly CostQuality[], range?: { from: number; to: number }): Figure {
  if (points.length === 0) return gap('no-rows');
  const from = range?.from ?? Math.min(...points.map(({ cost }) => cost));
  const to = range?.to ?? Math.max(...points.map(({ cost }) => cost));
  if (to <= from) return gap('no-spread');
  const hull = concaveHull(points);
  const stops = [from, ...hull.map(({ cost }) => cost).filter((cost) => cost > from && cost < to), to];
  let area = 0;
  for (const [index, stop] of stops.entries()) {
    const previous = stops[index - 1];
    if (previous !== undefined) area += ((hullQuality(hull, previous) + hullQuality(hull, stop)) / 2) * (stop - previous);
  }
  return area / (to - from);
}
