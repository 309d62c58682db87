import { normalQuantile } from '../../core/normal.ts';
import { type Gap, gap, type Interval } from './gap.ts';

/**
 * Wilson score interval of a proportion: never leaves 0..1, honest at 0 and at n.
 * Source: Wilson 1927, J. Am. Stat. Assoc. 22(158).
 *
 * @param level 0..1 @default 0.95
 * @example wilson(45, 50) // => { low: 0.786398, high: 0.956524 }
 */
export function wilson(successes: number, trials: number, level = 0.95): Interval | Gap {
  if (trials === 0) return gap('no-rows');
  const z = normalQuantile(0.5 + level / 2);
  const rate = successes / trials;
  const scale = 1 + (z * z) / trials;
  const centre = rate + (z * z) / (2 * trials);
  const half = z * Math.sqrt((rate * (1 - rate)) / trials + (z * z) / (4 * trials * trials));
  const low = successes === 0 ? 0 : (centre - half) / scale;
  const high = successes === trials ? 1 : (centre + half) / scale;
  return { low: Math.max(0, low), high: Math.min(1, high) };
}
