import { type Figure, gap } from './gap.ts';

/** One setting of a two-model router: the share of calls that went to the strong model (0..1), and the mean quality reached. */
export type StrongShare = { strongShare: number; quality: number };

/**
 * Performance gap recovered: (Q − Q_weak) / (Q_strong − Q_weak). Negative is real and not clipped; explodes when the two models are alike.
 * Source: RouteLLM, arXiv 2406.18665, §3.
 *
 * @example performanceGapRecovered(0.78, 0.6, 0.85) // => 0.72
 */
export function performanceGapRecovered(quality: number, weak: number, strong: number): Figure {
  return strong === weak ? gap('no-difference') : (quality - weak) / (strong - weak);
}

/**
 * Average PGR over the share of strong calls, 0 to 1, by trapezoids: random scores 0.5. The axis is calls, not dollars.
 * The sweep must start at share 0 and end at share 1; `weak` and `strong` are the qualities there.
 * Source: RouteLLM, arXiv 2406.18665, §3.
 *
 * @example apgr([{ strongShare: 0, quality: 0.6 }, { strongShare: 0.5, quality: 0.8 }, { strongShare: 1, quality: 0.8 }]) // => 0.75
 */
export function apgr(sweep: readonly StrongShare[]): Figure {
  const recovered = recoveredSweep(sweep);
  if (!Array.isArray(recovered)) return recovered;
  let area = 0;
  for (const [index, point] of recovered.entries()) {
    const previous = recovered[index - 1];
    if (previous !== undefined) area += ((point.pgr + previous.pgr) / 2) * (point.share - previous.share);
  }
  return area;
}

/**
 * Call-performance threshold: the smallest share of strong calls at which the sweep first recovers `target` of the gap.
 * The first crossing of the running maximum, since quality need not rise with the share. Source: RouteLLM, arXiv 2406.18665, §3.
 *
 * @param target 0..1
 * @example callThreshold([{ strongShare: 0, quality: 0.6 }, { strongShare: 1, quality: 0.8 }], 0.5) // => 0.5
 */
export function callThreshold(sweep: readonly StrongShare[], target: number): Figure {
  const recovered = recoveredSweep(sweep);
  if (!Array.isArray(recovered)) return recovered;
  for (const [index, point] of recovered.entries()) {
    if (point.pgr < target) continue;
    const previous = recovered[index - 1];
    if (previous === undefined || point.pgr === previous.pgr) return point.share;
    return previous.share + ((target - previous.pgr) / (point.pgr - previous.pgr)) * (point.share - previous.share);
  }
  return gap('not-reached');
}

function recoveredSweep(sweep: readonly StrongShare[]): { share: number; pgr: number }[] | ReturnType<typeof gap> {
  const sorted = [...sweep].sort((a, b) => a.strongShare - b.strongShare);
  const [weak, strong] = [sorted[0]?.quality, sorted.at(-1)?.quality];
  if (weak === undefined || strong === undefined || sorted.length < 2) return gap('not-enough-data');
  if (weak === strong) return gap('no-difference');
  return sorted.map(({ strongShare, quality }) => ({ share: strongShare, pgr: (quality - weak) / (strong - weak) }));
}
