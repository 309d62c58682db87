import type { Random } from '../core/random.ts';
import { type Contender, type Field, meanOf } from './field.ts';
import { type BootstrapResult, clusterBootstrapMany } from './metrics/bootstrap.ts';
import { type Figure, type Gap, gap, type Interval, isGap } from './metrics/gap.ts';
import { type CostQuality, concaveHull, hullQuality } from './metrics/hull.ts';
import { clusterSums, distinctColumns } from './metrics/resample.ts';
import { selectionEntropy } from './metrics/selection.ts';

/** A mean with its interval of 95 %. */
export type Estimated = { mean: number; ci95: [number, number] };

/** How one contender did. Differences are paired: the same rows, the same resamples. */
export type Standing = {
  name: string;
  kind: Contender['kind'];
  quality: Estimated | Gap;
  usdPer1k: Figure;
  /** Of that, the classifier. */
  classifierUsdPer1k: number | null;
  /** Quality above what mixing fixed models at random buys for the same money, 0..1. */
  liftOverFreeMix: Estimated | Gap;
  /** Quality and utility above the best constant. */
  overBestConstant: { quality: Estimated | Gap; utility: Estimated | Gap };
  mix: Record<string, number>;
  /** Entropy of the choices in bits; 0 is one model for everything. */
  entropy: Figure;
  refused: number;
  notAllowed: number;
  substituted: number;
};

export type Standings = {
  models: Standing[];
  contenders: Standing[];
  bestConstant: string | null;
  /** Utility of the second contender named in `loss` above the first's. */
  loss: Estimated | Gap;
};

export type CompeteOptions = {
  replicates: number;
  random: Random;
  /** Quality a dollar is worth, per request: utility = quality − usdWeight · usd. */
  usdWeight: number;
  /** Names of the router and of what it is held against. */
  loss?: readonly [string, string];
};

/**
 * Every contender against the free mix of fixed models and against the best of them, by one paired cluster bootstrap.
 * The free mix (the concave hull over fixed models) is rebuilt inside every replicate, so its own luck is counted.
 */
export function compete(field: Field, options: CompeteOptions): Standings {
  const all = [...field.models, ...field.contenders];
  const best = bestConstantOf(field.models, options.usdWeight);
  const { distinct, at } = distinctColumns(all.flatMap(({ quality, usd }) => [quality, usd]));
  const table = clusterSums(distinct, field.clusterOf);
  const [router, gold] = (options.loss ?? []).map((name) => all.findIndex((contender) => contender.name === name));
  const places: Places = { at, count: all.length, models: field.models.length, best, router: router ?? -1, gold: gold ?? -1 };
  const results = clusterBootstrapMany(table, all.length * 4 + 1, statisticsOf(places, options.usdWeight), options);
  const standings = all.map((contender, index) => standingOf(contender, results.slice(index * 4, index * 4 + 4)));
  return {
    models: standings.slice(0, field.models.length),
    contenders: standings.slice(field.models.length),
    bestConstant: field.models[best]?.name ?? null,
    loss: estimated(results.at(-1) ?? gap('no-rows')),
  };
}

/** Index of the fixed model with the highest utility; the cheaper one on ties. */
export function bestConstantOf(models: readonly Contender[], usdWeight: number): number {
  const worth = models.map(({ quality, usd }) => ({ utility: meanOf(quality) - usdWeight * meanOf(usd), usd: meanOf(usd) }));
  let best = -1;
  for (const [index, { utility, usd }] of worth.entries()) {
    if (Number.isNaN(utility)) continue;
    const leader = worth[best];
    if (leader === undefined || utility > leader.utility || (utility === leader.utility && usd < leader.usd)) best = index;
  }
  return best;
}

/** Where to find each contender's quality and dollars among the distinct columns. */
type Places = { at: readonly number[]; count: number; models: number; best: number; router: number; gold: number };

/** Four figures a contender: quality, lift over the free mix, quality and utility over the best constant. Last, the utility gold labels are above the router. */
function statisticsOf(
  { at, count, models, best, router, gold }: Places,
  usdWeight: number,
): (means: Float64Array, into: Float64Array) => void {
  const points: CostQuality[] = Array.from({ length: models }, () => ({ quality: 0, cost: 0 }));
  return (means, into) => {
    const qualityOf = (index: number) => (index < 0 ? Number.NaN : (means[at[index * 2] as number] as number));
    const usdOf = (index: number) => (index < 0 ? Number.NaN : (means[at[index * 2 + 1] as number] as number));
    for (const [model, point] of points.entries()) {
      point.quality = qualityOf(model);
      point.cost = usdOf(model);
    }
    const hull = concaveHull(points.some(({ cost }) => Number.isNaN(cost)) ? points.filter(({ cost }) => !Number.isNaN(cost)) : points);
    const [bestQuality, bestUsd] = [qualityOf(best), usdOf(best)];
    for (let index = 0; index < count; index++) {
      const [quality, usd] = [qualityOf(index), usdOf(index)];
      into[index * 4] = quality;
      into[index * 4 + 1] = Number.isNaN(usd) ? Number.NaN : quality - hullQuality(hull, usd);
      into[index * 4 + 2] = quality - bestQuality;
      into[index * 4 + 3] = quality - bestQuality - usdWeight * (usd - bestUsd);
    }
    into[count * 4] = qualityOf(gold) - qualityOf(router) - usdWeight * (usdOf(gold) - usdOf(router));
  };
}

function standingOf(contender: Contender, results: readonly (BootstrapResult | Gap)[]): Standing {
  const [quality, lift, overQuality, overUtility] = results.map(estimated);
  const none = gap('not-enough-data');
  const usd = meanOf(contender.usd) * 1_000;
  return {
    name: contender.name,
    kind: contender.kind,
    quality: quality ?? none,
    usdPer1k: Number.isNaN(usd) ? gap('unknown-cost') : usd,
    classifierUsdPer1k: contender.classifierUsd === null ? null : contender.classifierUsd * 1_000,
    liftOverFreeMix: lift ?? none,
    overBestConstant: { quality: overQuality ?? none, utility: overUtility ?? none },
    mix: Object.fromEntries([...contender.mix].sort(([, a], [, b]) => b - a)),
    entropy: selectionEntropy([...contender.mix.values()]),
    refused: contender.refused,
    notAllowed: contender.notAllowed,
    substituted: contender.substituted,
  };
}

function estimated(result: BootstrapResult | Gap): Estimated | Gap {
  return isGap(result) ? result : { mean: result.mean, ci95: rangeOf(result.interval) };
}

const rangeOf = ({ low, high }: Interval): [number, number] => [low, high];
