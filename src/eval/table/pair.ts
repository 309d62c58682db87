import type { Random } from '../../core/random.ts';
import type { Estimated } from '../compete.ts';
import { summariseDraws } from '../metrics/bootstrap.ts';
import { type Gap, gap, isGap } from '../metrics/gap.ts';
import { apgr, callThreshold } from '../metrics/pgr.ts';
import { clusterSums, columnMeans, eachReplicate } from '../metrics/resample.ts';

/** A strong/weak sweep: area under the recovered gap, and the shares of strong calls that recover half and four fifths of it. */
export type PairScore = { apgr: Estimated | Gap; cpt50: Estimated | Gap; cpt80: Estimated | Gap };

/** Shares of strong calls that are swept. */
const SHARES = Array.from({ length: 21 }, (_, index) => index / 20);

/**
 * Scores a ranking of rows by how much the strong model is worth on them: at each share of strong calls the rows ranked highest get it.
 * Rows of equal rank share what is left of the strong calls evenly, so a ranking that says nothing scores exactly as random does.
 *
 * @param worth expected gain of the strong model over the weak one on each row; only its order counts
 */
export function scorePair(
  worth: Float64Array,
  weak: Float64Array,
  strong: Float64Array,
  clusterOf: Int32Array,
  { replicates, random }: { replicates: number; random: Random },
): PairScore {
  const columns = SHARES.map((share) => {
    const chance = strongChance(worth, share);
    return Float64Array.from(
      worth,
      (_, row) => (weak[row] as number) + (chance[row] as number) * ((strong[row] as number) - (weak[row] as number)),
    );
  });
  const table = clusterSums(columns, clusterOf);
  const none = gap('not-enough-data');
  if (table.clusters < 2) return { apgr: none, cpt50: none, cpt80: none };
  const draws = Array.from({ length: 3 }, () => new Float64Array(replicates));
  const observed = figures(columnMeans(table));
  eachReplicate(table, replicates, random, (means, replicate) => {
    for (const [index, value] of figures(means).entries()) (draws[index] as Float64Array)[replicate] = value;
  });
  const [area = none, half = none, most = none] = draws.map((drawn, index) =>
    estimate(observed[index] as number, drawn, worth.length, table.clusters),
  );
  return { apgr: area, cpt50: half, cpt80: most };
}

/** APGR and the two thresholds; NaN where one is not reached or the two models do not differ. */
function figures(means: Float64Array): number[] {
  const sweep = SHARES.map((strongShare, index) => ({ strongShare, quality: means[index] as number }));
  return [apgr(sweep), callThreshold(sweep, 0.5), callThreshold(sweep, 0.8)].map((figure) => (isGap(figure) ? Number.NaN : figure));
}

function estimate(observed: number, drawn: Float64Array, rows: number, clusters: number): Estimated | Gap {
  const result = summariseDraws(observed, drawn, { rows, clusters });
  return isGap(result) ? gap('not-reached') : { mean: result.mean, ci95: [result.interval.low, result.interval.high] };
}

/** Chance of each row to go to the strong model when `share` of all rows do, highest worth first, ties shared. */
export function strongChance(worth: Float64Array, share: number): Float64Array {
  const order = Array.from(worth, (_, row) => row).sort((a, b) => (worth[b] as number) - (worth[a] as number));
  const chance = new Float64Array(worth.length);
  let left = share * worth.length;
  for (let start = 0; start < order.length && left > 1e-12; ) {
    let end = start;
    while (end < order.length && worth[order[end] as number] === worth[order[start] as number]) end++;
    const each = Math.min(1, left / (end - start));
    for (let index = start; index < end; index++) chance[order[index] as number] = each;
    left -= each * (end - start);
    start = end;
  }
  return chance;
}
