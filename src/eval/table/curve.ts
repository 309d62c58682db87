import { type Contender, meanOf } from '../field.ts';
import { aiq } from '../metrics/aiq.ts';
import { arenaScore } from '../metrics/arena.ts';
import { type Figure, gap } from '../metrics/gap.ts';
import type { CostQuality } from '../metrics/hull.ts';
import type { CurveFigures } from './result.ts';

type Point = Pick<Contender, 'quality' | 'usd'>;

/** Figures read off the router's sweep: each a known formula, none the headline. */
export function curveOf(points: readonly Point[], router: Point, fixed: readonly Point[], constant: Point, regret: Figure): CurveFigures {
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
    deferral: curve.map((point) => ({ usdPer1k: Number.isNaN(point.cost) ? null : point.cost * 1_000, quality: point.quality })),
  };
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
