/** Soft membership of a row: groups with weights that sum to at most 1. */
export type Members = readonly { group: number; weight: number }[];

/** A grouping of rows. */
export type Grouping = { groups: number; of: (row: number) => Members };

/**
 * Mean of what is left per group and model, shrunk towards 0 by what the data say of its worth: pseudo-rows = noise variance /
 * variance between groups by the method of moments, so that a grouping without signal shrinks to nothing.
 * Source: Efron & Morris 1975, J. Am. Stat. Assoc. 70 (empirical Bayes).
 *
 * @param left per row of `rows` and model, row-major
 * @returns effects per group and model, row-major
 */
export function groupEffects({ groups, of }: Grouping, rows: Int32Array, left: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(groups * width);
  const weights = new Float64Array(groups);
  for (const [index, row] of rows.entries()) {
    for (const { group, weight } of of(row)) {
      weights[group] = (weights[group] as number) + weight;
      for (let model = 0; model < width; model++)
        sums[group * width + model] = (sums[group * width + model] as number) + weight * (left[index * width + model] as number);
    }
  }
  const noise = left.reduce((sum, value) => sum + value * value, 0) / Math.max(1, left.length);
  const pseudo = pseudoRows(sums, weights, noise, width);
  return sums.map((sum, at) => sum / ((weights[Math.floor(at / width)] as number) + pseudo));
}

/** σ² / τ²; infinite when the groups differ no more than noise does. */
function pseudoRows(sums: Float64Array, weights: Float64Array, noise: number, width: number): number {
  let [between, used, total, squared] = [0, 0, 0, 0];
  for (const [group, weight] of weights.entries()) {
    if (weight <= 0) continue;
    used++;
    total += weight;
    squared += weight * weight;
    for (let model = 0; model < width; model++) between += (sums[group * width + model] as number) ** 2 / weight / width;
  }
  const scale = total - squared / Math.max(total, 1e-9);
  if (used < 2 || scale <= 0) return Number.POSITIVE_INFINITY;
  const spread = (between - (used - 1) * noise) / scale;
  return spread <= 0 ? Number.POSITIVE_INFINITY : noise / spread;
}

/** Takes a layer's effects out of what is left, in place. */
export function takeOut({ of }: Grouping, rows: Int32Array, effects: Float64Array, left: Float64Array, width: number): void {
  for (const [index, row] of rows.entries())
    for (const { group, weight } of of(row))
      for (let model = 0; model < width; model++)
        left[index * width + model] = (left[index * width + model] as number) - weight * (effects[group * width + model] as number);
}
