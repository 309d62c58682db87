import { seededRandom, shuffled } from '../../core/random.ts';

/** Which fold each row is in, 0-based; rows of one cluster share a fold. */
export type Folds = { count: number; foldOf: Int32Array };

/** Seeded folds over whole clusters, as equal in rows as clusters allow. */
export function makeFolds(clusterOf: Int32Array, count: number, seed: number): Folds {
  const sizes = new Map<number, number>();
  for (const cluster of clusterOf) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  const filled = new Float64Array(count);
  const foldOfCluster = new Map<number, number>();
  for (const cluster of shuffled([...sizes.keys()], seededRandom(seed))) {
    const fold = filled.indexOf(Math.min(...filled));
    foldOfCluster.set(cluster, fold);
    filled[fold] = (filled[fold] ?? 0) + (sizes.get(cluster) ?? 0);
  }
  return { count, foldOf: clusterOf.map((cluster) => foldOfCluster.get(cluster) ?? 0) };
}

/** Rows of the given folds, or of all others. */
export function rowsIn({ foldOf }: Folds, folds: readonly number[], others = false): Int32Array {
  const rows: number[] = [];
  for (const [row, fold] of foldOf.entries()) if (folds.includes(fold) !== others) rows.push(row);
  return Int32Array.from(rows);
}
