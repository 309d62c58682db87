import { logGamma } from './beta.ts';

/**
 * Fisher's exact test of a 2×2 table, two-sided: the chance, margins given, of a table no likelier than the one seen.
 * Source: Fisher 1922, J. R. Stat. Soc. 85(1); two-sided as in R and scipy.
 *
 * @example fisherExact([8, 2], [1, 5]) // => 0.034965
 */
export function fisherExact([a, b]: readonly [number, number], [c, d]: readonly [number, number]): number {
  const [row, column, total] = [a + b, a + c, a + b + c + d];
  const [least, most] = [Math.max(0, row + column - total), Math.min(row, column)];
  const chance = (count: number) => Math.exp(logChoose(row, count) + logChoose(total - row, column - count) - logChoose(total, column));
  const seen = chance(a) * (1 + 1e-7);
  let sum = 0;
  for (let count = least; count <= most; count++) {
    const each = chance(count);
    if (each <= seen) sum += each;
  }
  return Math.min(1, sum);
}

const logChoose = (of: number, take: number): number => logGamma(of + 1) - logGamma(take + 1) - logGamma(of - take + 1);
