import { quantileSorted } from 'simple-statistics';
import { normalCdf, normalQuantile } from '../../core/normal.ts';
import type { Random } from '../../core/random.ts';
import { type Gap, gap, type Interval } from './gap.ts';

export type BcaResult = { value: number; interval: Interval; percentile: Interval; acceleration: number; bias: number };

/** Replicates this close to the observed value count as ties: half below, so that discrete data do not shift the interval. */
const TIE = 1e-10;

/**
 * Bias-corrected and accelerated bootstrap interval of a statistic of one sample: for skewed statistics of a single run.
 * Source: Efron 1987, J. Am. Stat. Assoc. 82(397); acceleration by the jackknife.
 *
 * @param statistic must not change its argument, which is reused
 * @param level 0..1 @default 0.95
 */
export function bcaInterval(
  values: readonly number[],
  statistic: (sample: readonly number[]) => number,
  { replicates, random, level = 0.95 }: { replicates: number; random: Random; level?: number },
): BcaResult | Gap {
  if (values.length < 2) return gap(values.length === 0 ? 'no-rows' : 'not-enough-data');
  const value = statistic(values);
  const draws = drawReplicates(values, statistic, replicates, random);
  const acceleration = jackknifeAcceleration(values, statistic);
  const below = draws.filter((draw) => draw < value - TIE).length + draws.filter((draw) => Math.abs(draw - value) <= TIE).length / 2;
  if (below === 0 || below === draws.length || acceleration === null) return gap('no-spread');
  const bias = normalQuantile(below / draws.length);
  const tail = (1 - level) / 2;
  const adjusted = (share: number) => {
    const shifted = bias + normalQuantile(share);
    return normalCdf(bias + shifted / (1 - acceleration * shifted));
  };
  const cut = (low: number, high: number) => ({ low: quantileSorted(draws, low), high: quantileSorted(draws, high) });
  return { value, interval: cut(adjusted(tail), adjusted(1 - tail)), percentile: cut(tail, 1 - tail), acceleration, bias };
}

function drawReplicates(
  values: readonly number[],
  statistic: (sample: readonly number[]) => number,
  replicates: number,
  random: Random,
): number[] {
  const sample = new Array<number>(values.length).fill(0);
  const draws: number[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let index = 0; index < sample.length; index++) sample[index] = values[Math.floor(random() * values.length)] ?? 0;
    draws.push(statistic(sample));
  }
  return draws.sort((a, b) => a - b);
}

/** a = Σ d³ / (6 (Σ d²)^1.5), d = mean of leave-one-out values minus each; null when they do not differ. */
function jackknifeAcceleration(values: readonly number[], statistic: (sample: readonly number[]) => number): number | null {
  const left = values.map((_, out) => statistic(values.filter((__, index) => index !== out)));
  const mean = left.reduce((sum, value) => sum + value, 0) / left.length;
  let [squares, cubes] = [0, 0];
  for (const value of left) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  return squares === 0 ? null : cubes / (6 * squares ** 1.5);
}
