import type { Random } from '../../core/random.ts';

/** Sums per cluster of any number of columns: all a bootstrap of means needs, so that a replicate touches clusters, not rows. */
export type ClusterSums = {
  clusters: number;
  columns: number;
  /** Row-major, `columns` per cluster. */
  sums: Float64Array;
  /** Rows per cluster. */
  sizes: Float64Array;
};

/**
 * Sums of each column within each cluster.
 *
 * @param clusterOf index of the cluster of each row, 0-based and dense
 * @example clusterSums([[1, 2, 3]], [0, 0, 1]).sums // => [3, 3]
 */
export function clusterSums(columns: readonly ArrayLike<number>[], clusterOf: ArrayLike<number>): ClusterSums {
  const rows = clusterOf.length;
  let clusters = 0;
  for (let row = 0; row < rows; row++) clusters = Math.max(clusters, (clusterOf[row] ?? 0) + 1);
  const width = columns.length;
  const sums = new Float64Array(clusters * width);
  const sizes = new Float64Array(clusters);
  for (let row = 0; row < rows; row++) {
    const cluster = clusterOf[row] ?? 0;
    sizes[cluster] = (sizes[cluster] ?? 0) + 1;
    const start = cluster * width;
    for (let column = 0; column < width; column++) sums[start + column] = (sums[start + column] ?? 0) + (columns[column]?.[row] ?? 0);
  }
  return { clusters, columns: width, sums, sizes };
}

/** Dense indices of cluster names, in order of first appearance. @example denseIndex(['b', 'a', 'b']) // => [0, 1, 0] */
export function denseIndex(names: readonly (string | number)[]): Int32Array {
  const index = new Map<string | number, number>();
  const dense = new Int32Array(names.length);
  for (const [row, name] of names.entries()) {
    const known = index.get(name) ?? index.size;
    index.set(name, known);
    dense[row] = known;
  }
  return dense;
}

/** Column means over all rows. @example columnMeans(clusterSums([[1, 2, 3]], [0, 0, 1])) // => [2] */
export function columnMeans(table: ClusterSums): Float64Array {
  return meansOf(table, new Float64Array(table.clusters).fill(1), new Float64Array(table.columns));
}

/**
 * Draws clusters with replacement and hands the column means of each replicate to `use`. The array is reused: copy what you keep.
 * Source: Davison & Hinkley 1997, Bootstrap Methods and their Application, §3.8 (whole clusters are drawn).
 */
export function eachReplicate(
  table: ClusterSums,
  replicates: number,
  random: Random,
  use: (means: Float64Array, replicate: number) => void,
): void {
  const weights = new Float64Array(table.clusters);
  const means = new Float64Array(table.columns);
  for (let replicate = 0; replicate < replicates; replicate++) {
    drawWeights(weights, random);
    use(meansOf(table, weights, means), replicate);
  }
}

/**
 * How often each cluster is drawn when as many are drawn as there are, with replacement. One number is taken from `random`; the rest follow
 * from it by the same generator, written out here because millions are needed.
 */
export function drawWeights(weights: Float64Array, random: Random): void {
  const count = weights.length;
  weights.fill(0);
  let state = Math.floor(random() * 4_294_967_296) >>> 0;
  for (let draw = 0; draw < count; draw++) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    const cluster = Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * count);
    weights[cluster] = (weights[cluster] as number) + 1;
  }
}

/** Columns without repeats, and where each of the given ones is found among them: equal columns are resampled once. */
export function distinctColumns(columns: readonly Float64Array[]): { distinct: Float64Array[]; at: number[] } {
  const distinct: Float64Array[] = [];
  const at = columns.map((column) => {
    const known = distinct.findIndex(
      (other) => other === column || (other.length === column.length && other.every((value, row) => Object.is(value, column[row]))),
    );
    if (known >= 0) return known;
    distinct.push(column);
    return distinct.length - 1;
  });
  return { distinct, at };
}

function meansOf({ clusters, columns, sums, sizes }: ClusterSums, weights: Float64Array, into: Float64Array): Float64Array {
  into.fill(0);
  let rows = 0;
  for (let cluster = 0; cluster < clusters; cluster++) {
    const weight = weights[cluster] as number;
    if (weight === 0) continue;
    rows += weight * (sizes[cluster] as number);
    const start = cluster * columns;
    for (let column = 0; column < columns; column++) into[column] = (into[column] as number) + weight * (sums[start + column] as number);
  }
  for (let column = 0; column < columns; column++) into[column] = (into[column] as number) / rows;
  return into;
}
