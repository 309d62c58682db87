import { type Contender, meanOf } from '../field.ts';
import { aiq } from '../metrics/aiq.ts';
import { arenaScore } from '../metrics/arena.ts';
import { denseClusteredMean } from '../metrics/clustered.ts';
import { type Figure, gap, isGap } from '../metrics/gap.ts';
import type { CostQuality } from '../metrics/hull.ts';
import type { CurveFigures } from './result.ts';

type Point = Pick<Contender, 'quality' | 'usd'>;
/** A point of the sweep with the weight of a dollar it stands for; null for the router's own. */
export type CurvePoint = Point & { usdWeight: number | null };

/** Figures read off the router's sweep: each a known formula, none the headline. */
export function curveOf(
  points: readonly CurvePoint[],
  router: Point,
  fixed: readonly Point[],
  constant: Point,
  regret: Figure,
  clusterOf: Int32Array,
): CurveFigures {
  const curve = points.map(costQuality).sort((a, b) => a.cost - b.cost);
  const models = fixed.map(costQuality).filter(({ cost }) => !Number.isNaN(cost));
  const known = curve.filter(({ cost }) => !Number.isNaN(cost));
  const range = { from: Math.min(...models.map(({ cost }) => cost)), to: Math.max(...models.map(({ cost }) => cost)) };
  const usable = models.length > 0 && known.length > 0;
  const { cost, quality } = costQuality(router);
  return {
    aiq: usable ? aiq([...known, ...models], range) : gap('unknown-cost'),
    aiqFreeMix: usable ? aiq(models, range) : gap('unknown-cost'),
    arena: Number.isNaN(cost) ? gap('unknown-cost') : arenaScore(quality, cost * 1_000).score,
    regret,
    qnc: relativeCost(known, costQuality(constant)),
    deferral: deferralOf(points, constant, clusterOf),
  };
}

function deferralOf(points: readonly CurvePoint[], constant: Point, clusterOf: Int32Array): CurveFigures['deferral'] {
  const settings = points.map((point) => {
    const { cost, quality } = costQuality(point);
    const over = denseClusteredMean(
      point.quality.map((value, row) => value - (constant.quality[row] as number)),
      clusterOf,
    );
    const overBestConstant = isGap(over) ? over : { mean: over.mean, ci95: [over.interval.low, over.interval.high] as [number, number] };
    return { usdPer1k: Number.isNaN(cost) ? null : cost * 1_000, quality, usdWeight: point.usdWeight, overBestConstant };
  });
  return settings.sort((a, b) => (a.usdPer1k ?? 0) - (b.usdPer1k ?? 0));
}

function costQuality({ quality, usd }: Point): CostQuality {
  return { quality: meanOf(quality), cost: meanOf(usd) };
}

/** Least cost that reaches the constant's mean quality, over the constant's cost. Source: Universal Model Routing, arXiv 2502.08773. */
function relativeCost(curve: readonly CostQuality[], constant: CostQuality): Figure {
  if (Number.isNaN(constant.cost)) return gap('unknown-cost');
  const reached = curve.filter(({ quality }) => quality >= constant.quality).map(({ cost }) => cost);
  return reached.length === 0 ? gap('not-reached') : Math.min(...reached) / constant.cost;
}
