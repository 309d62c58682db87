import { type Contender, meanOf } from '../field.ts';
import { denseClusteredMean } from '../metrics/clustered.ts';
import { isGap } from '../metrics/gap.ts';

/** Quality a cheaper router may lose against the best constant and still count as keeping it. */
export const SAVING_MARGIN = 0.01;

/**
 * Saving at the best constant's quality: 1 − cost of the cheapest point of the sweep whose paired lower bound on quality (95 %, clustered)
 * exceeds the constant's less one point, over the constant's cost; null when no point does, when the cheapest that does is dearer than the
 * constant (nothing is saved), or when a cost is unknown.
 */
export function savingAtQuality(
  points: readonly Pick<Contender, 'quality' | 'usd'>[],
  constant: Contender,
  clusterOf: Int32Array,
): number | null {
  const price = meanOf(constant.usd);
  let cheapest = Number.NaN;
  for (const { quality, usd } of points) {
    const cost = meanOf(usd);
    if (Number.isNaN(cost) || cost >= cheapest || !keepsQuality(quality, constant.quality, clusterOf)) continue;
    cheapest = cost;
  }
  const saving = 1 - cheapest / price;
  return saving >= 0 && price > 0 ? saving : null;
}

function keepsQuality(quality: Float64Array, constant: Float64Array, clusterOf: Int32Array): boolean {
  const difference = denseClusteredMean(
    quality.map((value, row) => value - (constant[row] as number)),
    clusterOf,
  );
  return !isGap(difference) && difference.interval.low > -SAVING_MARGIN;
}
