import type { Fitted } from '../core/fitted.ts';
import type { Guessed } from './fit-parts.ts';
import { centred, dot } from './vectors.ts';

export type Blend = Fitted['blend'];
const VIEWS = ['heads', 'kinds', 'cells'] as const;
const ROUNDS = 200;

/**
 * How far each view should move the models' means: non-negative least squares of what happened on left-out rows, on differences
 * between models alone, since only those change a choice. Coordinate descent on the normal equations.
 *
 * @param quality rows × models, row-major
 * @param base mean quality by model
 */
export function fitBlend(guessed: Guessed, quality: Float64Array, base: Float64Array, rows: Int32Array): Blend {
  const width = base.length;
  const products = VIEWS.map(() => [0, 0, 0]);
  const targets = [0, 0, 0];
  for (const row of rows) {
    const views = VIEWS.map((view) => centred(guessed[view].subarray(row * width, (row + 1) * width)));
    const target = centredTarget(quality, base, row, width);
    for (let one = 0; one < VIEWS.length; one++) {
      targets[one] = (targets[one] as number) + dot(views[one] as Float64Array, target);
      for (let two = 0; two < VIEWS.length; two++) {
        const sums = products[one] as number[];
        sums[two] = (sums[two] as number) + dot(views[one] as Float64Array, views[two] as Float64Array);
      }
    }
  }
  const [heads = 0, kinds = 0, cells = 0] = descend(products, targets);
  return { heads, kinds, cells };
}

function descend(products: readonly number[][], targets: readonly number[]): number[] {
  const weights = targets.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [one, target] of targets.entries()) {
      const square = products[one]?.[one] ?? 0;
      if (square <= 0) continue;
      let rest = target;
      for (const [two, weight] of weights.entries()) if (two !== one) rest -= weight * (products[one]?.[two] ?? 0);
      weights[one] = Math.max(0, rest / square);
    }
  }
  return weights.map((weight) => Math.round(Math.min(2, weight) * 1e3) / 1e3);
}

function centredTarget(quality: Float64Array, base: Float64Array, row: number, width: number): Float64Array {
  const own = Float64Array.from(base, (mean, model) => (quality[row * width + model] as number) - mean);
  return centred(own);
}

/** Blended expected quality of every row and model, row-major. */
export function blended(guessed: Guessed, base: Float64Array, { heads, kinds, cells }: Blend): Float64Array {
  const width = base.length;
  return guessed.heads.map((move, at) => {
    const quality =
      (base[at % width] as number) + heads * move + kinds * (guessed.kinds[at] as number) + cells * (guessed.cells[at] as number);
    return Math.min(1, Math.max(0, quality));
  });
}
