import { clopperPearsonUpper } from './clopper-pearson.ts';
import { type Figure, gap } from './gap.ts';

/**
 * Split conformal threshold: with scores s = 1 − p̂(gold) of n calibration rows, the ⌈(n+1)(1−α)⌉-th smallest.
 * The set {y: 1 − p̂(y) ≤ threshold} holds the true value with chance ≥ 1 − α while traffic resembles the calibration rows.
 * Source: Vovk et al. 2005; Angelopoulos & Bates 2021, arXiv 2107.07511, §1.
 *
 * @param missRate α, 0..1
 * @example conformalThreshold([0.1, 0.2, 0.3, 0.4], 0.4) // => 0.3
 */
export function conformalThreshold(scores: readonly number[], missRate: number): Figure {
  const rank = Math.ceil((scores.length + 1) * (1 - missRate));
  const sorted = [...scores].sort((a, b) => a - b);
  return sorted[rank - 1] ?? gap(scores.length === 0 ? 'no-rows' : 'not-enough-data');
}

/** The values a conformal threshold cannot rule out; more than one means: escalate. @example conformalSet({ low: 0.8, high: 0.2 }, 0.3) // => ['low'] */
export function conformalSet(probabilities: Readonly<Record<string, number>>, threshold: number): string[] {
  return Object.keys(probabilities).filter((value) => 1 - (probabilities[value] ?? 0) <= threshold + 1e-12);
}

/** A confidence from which answers are accepted, and the coverage it gives. */
export type RiskControl = { threshold: number; coverage: number; errors: number; accepted: number };

/**
 * The largest coverage whose error among accepted rows is, with the given confidence, at most `maximumError`: thresholds are tested
 * from the strictest down and the walk stops at the first failure, so no correction is needed.
 * Source: Angelopoulos et al. 2021, arXiv 2110.01052 (Learn then Test, fixed sequence).
 *
 * @param grid thresholds to try, 0..1, chosen before seeing the rows
 */
export function riskControlled(
  rows: readonly { p: number; y: 0 | 1 }[],
  maximumError: number,
  grid: readonly number[],
  level = 0.95,
): RiskControl | { undefined: 'no-rows' | 'not-reached' } {
  if (rows.length === 0) return { undefined: 'no-rows' };
  let best: RiskControl | null = null;
  for (const threshold of [...grid].sort((a, b) => b - a)) {
    const accepted = rows.filter(({ p }) => p >= threshold);
    const errors = accepted.filter(({ y }) => y === 0).length;
    if (clopperPearsonUpper(errors, accepted.length, level) > maximumError) {
      if (accepted.length === 0) continue;
      break;
    }
    best = { threshold, coverage: accepted.length / rows.length, errors, accepted: accepted.length };
  }
  return best ?? { undefined: 'not-reached' };
}
