import { mean, sampleStandardDeviation } from 'simple-statistics';
import { type Gap, gap, type Interval } from './gap.ts';
import { studentCdf, studentQuantile } from './student.ts';

export type PairedTest = { mean: number; se: number; t: number; p: number; interval: Interval; rows: number };

/**
 * Paired t test of the mean difference a − b, two-sided. Pairing is nearly free power: prompts correlate strongly.
 * Source: Miller 2024, arXiv 2411.00640, §4. Assumes independent rows.
 *
 * @param level 0..1 @default 0.95
 * @example pairedTest([1, 1, 0, 1], [0, 1, 0, 0]).mean // => 0.5
 */
export function pairedTest(a: readonly number[], b: readonly number[], level = 0.95): PairedTest | Gap {
  if (a.length < 2) return gap(a.length === 0 ? 'no-rows' : 'not-enough-data');
  const differences = a.map((value, row) => value - (b[row] ?? 0));
  const centre = mean(differences);
  const se = sampleStandardDeviation(differences) / Math.sqrt(differences.length);
  const degrees = differences.length - 1;
  if (se === 0) return { mean: centre, se, t: 0, p: centre === 0 ? 1 : 0, interval: { low: centre, high: centre }, rows: a.length };
  const half = studentQuantile(0.5 + level / 2, degrees) * se;
  const p = 2 * studentCdf(-Math.abs(centre / se), degrees);
  return { mean: centre, se, t: centre / se, p, interval: { low: centre - half, high: centre + half }, rows: a.length };
}
