import { betaQuantile } from './beta.ts';
import { type Gap, gap, type Interval } from './gap.ts';

/**
 * Exact (conservative) interval of a proportion: covers at least `level` for every true rate.
 * Source: Clopper & Pearson 1934, Biometrika 26(4).
 *
 * @param level 0..1 @default 0.95
 * @example clopperPearson(0, 20) // => { low: 0, high: 0.168433 }
 */
export function clopperPearson(successes: number, trials: number, level = 0.95): Interval | Gap {
  if (trials === 0) return gap('no-rows');
  const tail = (1 - level) / 2;
  return {
    low: successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1),
    high: successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes),
  };
}

/** One-sided upper bound at `level` of the rate. @example clopperPearsonUpper(0, 59).toFixed(3) // => '0.050' */
export function clopperPearsonUpper(successes: number, trials: number, level = 0.95): number {
  return trials === 0 || successes === trials ? 1 : betaQuantile(level, successes + 1, trials - successes);
}
