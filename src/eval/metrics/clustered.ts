import { type Gap, gap, type Interval } from './gap.ts';
import { studentQuantile } from './student.ts';

/** A mean with its cluster-robust standard error and t interval. */
export type ClusteredMean = { mean: number; se: number; interval: Interval; rows: number; clusters: number };

/**
 * Clustered standard error of a mean: √(Σ_c (Σ_{i∈c} (x_i − x̄))²) / n, the plain form.
 * Source: Miller 2024, arXiv 2411.00640, §2.2.
 *
 * @example clusteredError([1, 1, 0, 0], ['a', 'a', 'b', 'b']) // => 0.353553
 */
export function clusteredError(values: readonly number[], clusters: readonly (string | number)[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const residuals = new Map<string | number, number>();
  for (const [row, value] of values.entries()) {
    const cluster = clusters[row] ?? row;
    residuals.set(cluster, (residuals.get(cluster) ?? 0) + value - mean);
  }
  return Math.sqrt([...residuals.values()].reduce((sum, residual) => sum + residual ** 2, 0)) / values.length;
}

/**
 * As `clusteredMean`, for large columns with dense cluster numbers (0, 1, …; numbers without rows are not counted): no maps, one pass.
 *
 * @example denseClusteredMean(Float64Array.of(1, 0, 1, 0), Int32Array.of(0, 1, 2, 3)).se // => 0.288675
 */
export function denseClusteredMean(values: Float64Array, clusterOf: Int32Array, level = 0.95): ClusteredMean | Gap {
  const rows = values.length;
  if (rows === 0) return gap('no-rows');
  const mean = values.reduce((sum, value) => sum + value, 0) / rows;
  let most = 0;
  for (const cluster of clusterOf) if (cluster > most) most = cluster;
  const residuals = new Float64Array(most + 1);
  const seen = new Uint8Array(most + 1);
  for (let row = 0; row < rows; row++) {
    const cluster = clusterOf[row] as number;
    residuals[cluster] = (residuals[cluster] as number) + (values[row] as number) - mean;
    seen[cluster] = 1;
  }
  const count = seen.reduce((sum, flag) => sum + flag, 0);
  if (count < 2) return gap('not-enough-data');
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  const se = (Math.sqrt(squares) / rows) * Math.sqrt(count / (count - 1));
  const half = studentQuantile(0.5 + level / 2, count - 1) * se;
  return { mean, se, interval: { low: mean - half, high: mean + half }, rows, clusters: count };
}

/**
 * Mean with the clustered error widened by C/(C−1) and a t interval of C−1 degrees of freedom, as Inspect does.
 * With one row per cluster this is the ordinary t interval.
 *
 * @param level 0..1 @default 0.95
 * @example clusteredMean([1, 0, 1, 0], [1, 2, 3, 4]).se // => 0.288675
 */
export function clusteredMean(values: readonly number[], clusters: readonly (string | number)[], level = 0.95): ClusteredMean | Gap {
  if (values.length === 0) return gap('no-rows');
  const count = new Set(clusters).size;
  if (count < 2) return gap('not-enough-data');
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const se = clusteredError(values, clusters) * Math.sqrt(count / (count - 1));
  const half = studentQuantile(0.5 + level / 2, count - 1) * se;
  return { mean, se, interval: { low: mean - half, high: mean + half }, rows: values.length, clusters: count };
}
