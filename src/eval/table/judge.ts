import type { Random } from '../../core/random.ts';
import type { Estimated } from '../compete.ts';
import { type Contender, meanOf } from '../field.ts';
import { type BootstrapResult, summariseDraws } from '../metrics/bootstrap.ts';
import { type Gap, gap, isGap } from '../metrics/gap.ts';
import { type CostQuality, hullQuality } from '../metrics/hull.ts';
import { clusterSums } from '../metrics/resample.ts';
import { clusterGroups, eachGroupedReplicate, type GroupedMeans, groupedMeans } from '../metrics/resample-groups.ts';
import { type Folds, rowsIn } from './folds.ts';
import { freeMix } from './point.ts';
import type { OutcomeTable } from './table.ts';

/** How one contender did on a table. Lift is out of sample: the free mix's models were chosen on the folds a row is not in. */
export type TableStanding = {
  quality: Estimated | Gap;
  liftOverFreeMix: Estimated | Gap;
  /** Quality above the best constant's, which was chosen on fit folds too. */
  overBestConstant: Estimated | Gap;
};

export type JudgeOptions = { replicates: number; random: Random };

/** Paired cluster bootstrap of all contenders at once; each replicate rebuilds the free mix from its own rows. */
export function judgeTable(
  table: OutcomeTable,
  folds: Folds,
  contenders: readonly Contender[],
  bestConstant: Contender,
  { replicates, random }: JudgeOptions,
): TableStanding[] {
  const all = [...contenders, bestConstant];
  const columns = [...table.models, ...all].flatMap(({ quality, usd }) => [quality, usd]);
  const sums = clusterSums(columns, table.clusterOf);
  const none = gap(sums.clusters === 0 ? 'no-rows' : 'not-enough-data');
  if (sums.clusters < 2) return contenders.map(() => ({ quality: none, liftOverFreeMix: none, overBestConstant: none }));
  const groups = clusterGroups(table.clusterOf, folds.foldOf, sums.clusters, folds.count);
  const vertices = Array.from({ length: folds.count }, (_, fold) => freeMix(table, rowsIn(folds, [fold], true)).map(({ index }) => index));
  const fill = (means: GroupedMeans, into: Float64Array) => figures(means, vertices, table.models.length, all.length, into);
  const observed = new Float64Array(all.length * 3);
  fill(groupedMeans(sums, groups), observed);
  const draws = Array.from(observed, () => new Float64Array(replicates));
  const values = new Float64Array(observed.length);
  eachGroupedReplicate(sums, groups, replicates, random, (means, replicate) => {
    fill(means, values);
    for (let index = 0; index < values.length; index++) (draws[index] as Float64Array)[replicate] = values[index] as number;
  });
  const shape = { rows: table.ids.length, clusters: sums.clusters };
  const results = draws.map((drawn, index) => estimated(summariseDraws(observed[index] as number, drawn, shape)));
  return contenders.map((_, index) => {
    const [quality = none, liftOverFreeMix = none, overBestConstant = none] = results.slice(index * 3, index * 3 + 3);
    return { quality, liftOverFreeMix, overBestConstant };
  });
}

/** Three figures a contender: quality, lift over the free mix fold by fold, quality over the best constant (the last contender). */
function figures(
  { overall, within, shares }: GroupedMeans,
  vertices: readonly number[][],
  models: number,
  count: number,
  into: Float64Array,
): void {
  into.fill(0);
  const best = overall[(models + count - 1) * 2] as number;
  for (let index = 0; index < count; index++) {
    const quality = overall[(models + index) * 2] as number;
    into[index * 3] = quality;
    into[index * 3 + 2] = quality - best;
  }
  for (const [fold, means] of within.entries()) {
    const share = shares[fold] as number;
    if (share === 0) continue;
    const mix = (vertices[fold] ?? []).map(
      (model): CostQuality => ({ quality: means[model * 2] as number, cost: means[model * 2 + 1] as number }),
    );
    mix.sort((a, b) => a.cost - b.cost);
    for (let index = 0; index < count; index++) {
      const at = (models + index) * 2;
      const cost = means[at + 1] as number;
      const lift = Number.isNaN(cost) ? Number.NaN : (means[at] as number) - hullQuality(mix, cost);
      into[index * 3 + 1] = (into[index * 3 + 1] as number) + share * lift;
    }
  }
}

function estimated(result: BootstrapResult | Gap): Estimated | Gap {
  return isGap(result) ? result : { mean: result.mean, ci95: [result.interval.low, result.interval.high] };
}

/** Mean dollars per thousand rows; null when unknown. */
export function usdPer1kOf({ usd }: Pick<Contender, 'usd'>): number | null {
  const mean = meanOf(usd) * 1_000;
  return Number.isNaN(mean) ? null : mean;
}
