import { holm } from '../../eval/metrics/multiplicity.ts';
import type { PairedGain } from './paired.ts';

/** Chance of a false call on dev, over all candidates that were measured on the whole of it. */
const ALPHA = 0.05;
/** The winner may be this much worse on test, in share of rows, and no more. */
export const TEST_MARGIN = 0.005;
/** High-risk recall may be this much worse, in share of such rows, with 95 % confidence. */
export const RECALL_MARGIN = 0.05;

/** A candidate that went the whole way on dev. */
export type Finalist = { hash: string; gain: PairedGain; accepted: boolean };

/** The one to open the test split for, or why there is none. `adjusted` is its p over all finalists. */
export type DevVerdict = { kind: 'winner'; hash: string; adjusted: number; expected: number } | { kind: 'none'; why: string };

/** The best accepted finalist, if its gain is significant by Holm over every candidate that was looked at on the whole of dev. */
export function devWinner(finalists: readonly Finalist[]): DevVerdict {
  const adjusted = holm(finalists.map(({ gain }) => gain.p));
  const ranked = finalists
    .map((finalist, index) => ({ ...finalist, adjusted: adjusted[index] ?? 1 }))
    .filter(({ accepted, gain }) => accepted && gain.gain > 0)
    .sort((a, b) => b.gain.gain - a.gain.gain);
  const [best] = ranked;
  if (best === undefined) return { kind: 'none', why: 'no candidate was better on dev' };
  const winner = ranked.find((finalist) => finalist.adjusted < ALPHA);
  if (winner !== undefined) return { kind: 'winner', hash: winner.hash, adjusted: winner.adjusted, expected: shrunk(winner.gain) };
  const points = (best.gain.gain * 100).toFixed(1);
  return {
    kind: 'none',
    why: `the best gain on dev, +${points} points, is not significant: p ${best.adjusted.toFixed(3)} over ${finalists.length} candidates`,
  };
}

/**
 * What to expect of a gain that was picked because it was large: γ·(1 − 1/z²), nothing below z = 1.
 * Source: the positive-part shrinkage of Copas 1983, J. R. Stat. Soc. B 45(3).
 *
 * @example shrunk({ n: 100, fixed: 8, broken: 2, gain: 0.06, se: 0.03, interval: { low: 0, high: 0.12 }, p: 0.05 }) // => 0.045
 */
export function shrunk({ gain, se }: Pick<PairedGain, 'gain' | 'se'>): number {
  if (se === 0) return gain;
  return gain * Math.max(0, 1 - (se / gain) ** 2);
}

export type TestVerdict = { kind: 'passed' } | { kind: 'failed'; why: string };

/**
 * Whether the winner holds on the sealed split. Looks wear it out, so the interval is that of one in `looks` claims: Holm's first step,
 * since what the earlier looks found is not known here.
 *
 * @param gain on the test split, with an interval of level `testLevel(looks)`
 */
export function testVerdict(gain: PairedGain, recall: PairedGain | null): TestVerdict {
  const points = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value * 100).toFixed(1)}`;
  if (gain.interval.low <= -TEST_MARGIN)
    return { kind: 'failed', why: `on test the gain may be as low as ${points(gain.interval.low)} points (at most −0.5 is allowed)` };
  if (recall !== null && recall.interval.high < 0)
    return { kind: 'failed', why: `on test it misses more high risk: ${points(recall.gain)} points of recall` };
  return { kind: 'passed' };
}

/** Level of the interval after so many looks, this one included. @example testLevel(1) // => 0.95 */
export const testLevel = (looks: number): number => 1 - 0.05 / Math.max(1, looks);

/**
 * Why a candidate must not be accepted whatever it gains, or null.
 *
 * @param recall paired gain on rows of high risk, with a two-sided interval of level .9: its lower end is the one-sided 95 % bound
 */
export function guardFailure(recall: PairedGain | null, parseFailed: { before: number; after: number }): string | null {
  if (parseFailed.after > parseFailed.before) return `more answers cannot be read: ${parseFailed.after} instead of ${parseFailed.before}`;
  if (recall === null || recall.broken === 0) return null;
  if (recall.interval.low > -RECALL_MARGIN) return null;
  return `high-risk recall may fall by ${(-recall.interval.low * 100).toFixed(1)} points (${recall.fixed} fixed, ${recall.broken} broken of ${recall.n}; at most ${RECALL_MARGIN * 100} is allowed)`;
}
