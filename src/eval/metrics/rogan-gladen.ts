import { normalQuantile } from '../../core/normal.ts';
import { type Gap, gap, type Interval } from './gap.ts';

/** What a judge said of the test rows, and how good it was on rows graded by people. Counts. */
export type JudgeCounts = {
  /** Test rows the judge passed, of all. */
  passed: number;
  rows: number;
  /** Of the truly good calibration rows, those it passed. */
  truePasses: number;
  goodRows: number;
  /** Of the truly bad calibration rows, those it failed. */
  trueFails: number;
  badRows: number;
};

/**
 * True rate behind an imperfect judge: θ = (p̂ + specificity − 1) / (sensitivity + specificity − 1), cut to 0..1.
 * Source: Rogan & Gladen 1978, Am. J. Epidemiol. 107(1).
 *
 * @example roganGladen(0.8, 0.95, 0.85) // => 0.8125
 */
export function roganGladen(passRate: number, sensitivity: number, specificity: number): number | Gap {
  const informative = sensitivity + specificity - 1;
  if (informative <= 0) return gap('no-difference');
  return Math.min(1, Math.max(0, (passRate + specificity - 1) / informative));
}

/**
 * The corrected rate with an interval that counts both test and calibration error (delta method).
 * Source: Lee et al. 2025, arXiv 2511.21140.
 *
 * @param level 0..1 @default 0.95
 */
export function judgedRate(counts: JudgeCounts, level = 0.95): { rate: number; interval: Interval } | Gap {
  if (counts.rows === 0 || counts.goodRows === 0 || counts.badRows === 0) return gap('no-rows');
  const passRate = counts.passed / counts.rows;
  const sensitivity = counts.truePasses / counts.goodRows;
  const specificity = counts.trueFails / counts.badRows;
  const rate = roganGladen(passRate, sensitivity, specificity);
  if (typeof rate !== 'number') return rate;
  const variance =
    (passRate * (1 - passRate)) / counts.rows +
    (rate ** 2 * sensitivity * (1 - sensitivity)) / counts.goodRows +
    ((1 - rate) ** 2 * specificity * (1 - specificity)) / counts.badRows;
  const half = (normalQuantile(0.5 + level / 2) * Math.sqrt(variance)) / (sensitivity + specificity - 1);
  return { rate, interval: { low: Math.max(0, rate - half), high: Math.min(1, rate + half) } };
}
