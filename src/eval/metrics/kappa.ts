import { type Confusion, marginsOf } from './confusion.ts';
import { type Figure, gap } from './gap.ts';

/** How far apart two values count: all or nothing, by steps, or by steps squared. */
export type KappaWeights = 'nominal' | 'linear' | 'quadratic';

const WEIGHTS: Readonly<Record<KappaWeights, (from: number, to: number) => number>> = {
  nominal: (from, to) => (from === to ? 0 : 1),
  linear: (from, to) => Math.abs(from - to),
  quadratic: (from, to) => (from - to) ** 2,
};

/**
 * Cohen's kappa, −1..1: agreement beyond what the two margins give by chance. κ = 1 − Σ w·observed / Σ w·expected.
 * Quadratic weights suit ordered axes. Sources: Cohen 1960, Educ. Psychol. Meas. 20; Cohen 1968, Psychol. Bull. 70.
 *
 * @example kappa({ values: ['a', 'b'], counts: [[2, 0], [1, 1]] }, 'nominal') // => 0.5
 */
export function kappa(confusion: Confusion, weights: KappaWeights): Figure {
  const { total, gold, predicted } = marginsOf(confusion);
  if (total === 0) return gap('no-rows');
  const weight = WEIGHTS[weights];
  let observed = 0;
  let expected = 0;
  for (const [row, line] of confusion.counts.entries()) {
    for (const [column, count] of line.entries()) {
      observed += weight(row, column) * count;
      expected += (weight(row, column) * (gold[row] ?? 0) * (predicted[column] ?? 0)) / total;
    }
  }
  return expected === 0 ? gap('one-class') : 1 - observed / expected;
}
