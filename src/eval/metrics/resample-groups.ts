import type { Random } from '../../core/random.ts';
import { type ClusterSums, drawWeights } from './resample.ts';

/** Column means of one draw: over all rows, within each group, and the groups' shares of the rows. */
export type GroupedMeans = { overall: Float64Array; within: Float64Array[]; shares: Float64Array };

/** Which group each cluster lies in, 0-based; a cluster lies in one group only. */
export type ClusterGroups = { count: number; of: Int32Array };

/**
 * Groups of clusters from groups of rows, such as folds.
 *
 * @throws RangeError when a cluster's rows lie in two groups
 */
export function clusterGroups(clusterOf: ArrayLike<number>, groupOf: ArrayLike<number>, clusters: number, count: number): ClusterGroups {
  const of = new Int32Array(clusters).fill(-1);
  for (let row = 0; row < clusterOf.length; row++) {
    const cluster = clusterOf[row] as number;
    const group = groupOf[row] as number;
    if (of[cluster] !== -1 && of[cluster] !== group) throw new RangeError(`cluster ${cluster} lies in two groups`);
    of[cluster] = group;
  }
  return { count, of };
}

/** Means over all clusters, each once. */
export function groupedMeans(table: ClusterSums, groups: ClusterGroups): GroupedMeans {
  return fill(table, groups, new Float64Array(table.clusters).fill(1), empty(table, groups));
}

/** Draws clusters with replacement and hands over the means of each replicate. The arrays are reused: copy what you keep. */
export function eachGroupedReplicate(
  table: ClusterSums,
  groups: ClusterGroups,
  replicates: number,
  random: Random,
  use: (means: GroupedMeans, replicate: number) => void,
): void {
  const weights = new Float64Array(table.clusters);
  const into = empty(table, groups);
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawWeights(weights, random);
    use(fill(table, groups, weights, into), replicate);
  }
}

function empty({ columns }: ClusterSums, { count }: ClusterGroups): GroupedMeans {
  const within = Array.from({ length: count }, () => new Float64Array(columns));
  return { overall: new Float64Array(columns), within, shares: new Float64Array(count) };
}

function fill(
  { clusters, columns, sums, sizes }: ClusterSums,
  groups: ClusterGroups,
  weights: Float64Array,
  into: GroupedMeans,
): GroupedMeans {
  const { overall, within, shares } = into;
  overall.fill(0);
  shares.fill(0);
  for (const means of within) means.fill(0);
  for (let cluster = 0; cluster < clusters; cluster++) {
    const weight = weights[cluster] as number;
    if (weight === 0) continue;
    const group = groups.of[cluster] as number;
    const means = within[group] as Float64Array;
    shares[group] = (shares[group] as number) + weight * (sizes[cluster] as number);
    const start = cluster * columns;
    for (let column = 0; column < columns; column++) means[column] = (means[column] as number) + weight * (sums[start + column] as number);
  }
  const rows = shares.reduce((sum, share) => sum + share, 0);
  for (const [group, means] of within.entries()) {
    const size = shares[group] as number;
    for (let column = 0; column < columns; column++) {
      overall[column] = (overall[column] as number) + (means[column] as number) / rows;
      means[column] = (means[column] as number) / size;
    }
    shares[group] = size / rows;
  }
  return into;
}
