import { gainsOf, meanGains, type Predictor } from './predictor.ts';
import type { OutcomeTable } from './table.ts';

/** The groups of one row, with weights that sum to at most 1. */
export type Members = readonly { group: number; weight: number }[];

/** Soft membership: a number of groups, and those a row belongs to. */
export type Membership = { groups: number; of: (row: number) => Members };

/**
 * Guesses from group means, coarse groups first: each layer explains what the layers before it left over. Every layer's means are shrunk
 * towards 0 by what the data say of its worth: pseudo-rows = noise variance / variance between groups, by the method of moments,
 * so a grouping without signal shrinks to nothing. Source: Efron & Morris 1975, J. Am. Stat. Assoc. 70 (empirical Bayes).
 *
 * @param layersOf the layers, which may be learned from the fit rows
 */
export function groupPredictor(name: string, table: OutcomeTable, layersOf: (fit: Int32Array) => readonly Membership[]): Predictor {
  const gains = gainsOf(table);
  const width = table.models.length;
  return {
    name,
    predict: (fit, score) => {
      const base = meanGains(gains, width, fit);
      const guessed = new Float64Array(score.length * width);
      for (let index = 0; index < score.length; index++) guessed.set(base, index * width);
      const left = new Float64Array(fit.length * width);
      for (const [index, row] of fit.entries())
        for (let model = 0; model < width; model++)
          left[index * width + model] = (gains[row * width + model] as number) - (base[model] as number);
      for (const layer of layersOf(fit)) {
        const effects = groupEffects(layer, fit, left, width);
        addEffects(layer, fit, effects, left, width, -1);
        addEffects(layer, score, effects, guessed, width, 1);
      }
      return guessed;
    },
  };
}

/**
 * Shrunk mean of what is left, per group and model.
 *
 * @param left per row of `fit` and model, row-major
 * @returns effects per group and model, row-major
 */
export function groupEffects(layer: Membership, fit: Int32Array, left: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(layer.groups * width);
  const weights = new Float64Array(layer.groups);
  let squares = 0;
  for (const [index, row] of fit.entries()) {
    for (const { group, weight } of layer.of(row)) {
      weights[group] = (weights[group] as number) + weight;
      for (let model = 0; model < width; model++)
        sums[group * width + model] = (sums[group * width + model] as number) + weight * (left[index * width + model] as number);
    }
    for (let model = 0; model < width; model++) squares += (left[index * width + model] as number) ** 2;
  }
  const pseudo = pseudoRows(sums, weights, squares / Math.max(1, fit.length * width), width);
  for (let group = 0; group < layer.groups; group++)
    for (let model = 0; model < width; model++)
      sums[group * width + model] = (sums[group * width + model] as number) / ((weights[group] as number) + pseudo);
  return sums;
}

/** σ² / τ², τ² by the method of moments over all models; infinite when the groups differ no more than noise does. */
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

/** Adds a layer's effects to what is in `into`, or takes them out, in place. */
export function addEffects(
  layer: Membership,
  rows: Int32Array,
  effects: Float64Array,
  into: Float64Array,
  width: number,
  sign: 1 | -1,
): void {
  for (const [index, row] of rows.entries())
    for (const { group, weight } of layer.of(row))
      for (let model = 0; model < width; model++)
        into[index * width + model] = (into[index * width + model] as number) + sign * weight * (effects[group * width + model] as number);
}

/** Hard groups by name; rows without one belong to none. */
export function namedGroups(names: readonly (string | null)[]): Membership {
  const index = new Map<string, number>();
  const groupOf = names.map((name) => {
    if (name === null) return -1;
    const known = index.get(name) ?? index.size;
    index.set(name, known);
    return known;
  });
  return {
    groups: index.size,
    of: (row) => {
      const group = groupOf[row] ?? -1;
      return group < 0 ? [] : [{ group, weight: 1 }];
    },
  };
}
