import type { EmbeddedAxis } from './weights.ts';

/** No value is surer than the few thousand rows a model was calibrated on can tell: every probability keeps this much. */
const LEAST = 0.002;

/** Softmax of the scores of one axis divided by its temperature. Source: Guo et al. 2017, arXiv:1706.04599. */
export function viewProbabilities(axis: Extract<EmbeddedAxis, { reads: 'view' }>, scores: Float64Array): Record<string, number> {
  const scaled = axis.values.map((_, index) => (scores[axis.first + index] as number) / axis.temperature);
  const highest = Math.max(...scaled);
  const raised = scaled.map((score) => Math.exp(score - highest));
  const sum = raised.reduce((total, value) => total + value, 0);
  return Object.fromEntries(
    axis.values.map((value, index) => [value, LEAST + (1 - LEAST * axis.values.length) * ((raised[index] as number) / sum)]),
  );
}

/**
 * Probabilities of an ordered axis from its detectors, the highest value first: P(top) is its detector's probability,
 * each lower value takes its detector's share of what is left, and the lowest value the rest. Platt calibration per detector;
 * of several detectors for one value the surest counts.
 */
export function segmentProbabilities(axis: Extract<EmbeddedAxis, { reads: 'segments' }>, scores: Float64Array): Record<string, number> {
  const lowest = axis.values[0] as string;
  const probabilities: Record<string, number> = Object.fromEntries(axis.values.map((value) => [value, 0]));
  const sure: Record<string, number> = {};
  for (const [index, { value, slope, offset }] of axis.detectors.entries()) {
    const score = scores[axis.first + index] as number;
    const found = score === Number.NEGATIVE_INFINITY ? 0 : 1 / (1 + Math.exp(-(slope * score + offset)));
    sure[value] = Math.max(sure[value] ?? 0, found);
  }
  let left = 1;
  for (const value of axis.values.slice(1).toReversed()) {
    const detected = LEAST + (1 - 2 * LEAST) * (sure[value] ?? 0);
    probabilities[value] = left * detected;
    left *= 1 - detected;
  }
  probabilities[lowest] = left;
  return probabilities;
}
