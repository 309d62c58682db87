import type { EmbeddedAxis } from './weights.ts';

/** No value is surer than the few thousand rows a model was calibrated on can tell: every probability keeps this much. */
const LEAST = 0.002;

/** Softmax of the scores of one axis divided by its temperature. Source: Guo et al. 2017, arXiv:1706.04599. */
export function viewProbabilities(axis: Extract<EmbeddedAxis, { reads: 'view' }>, scores: Float64Array): Record<string, number> {
  const { values, first, temperature } = axis;
  const raised = new Float64Array(values.length);
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < raised.length; index++) {
    raised[index] = (scores[first + index] as number) / temperature;
    highest = Math.max(highest, raised[index] as number);
  }
  let sum = 0;
  for (let index = 0; index < raised.length; index++) {
    raised[index] = Math.exp((raised[index] as number) - highest);
    sum += raised[index] as number;
  }
  const room = 1 - LEAST * values.length;
  const probabilities: Record<string, number> = {};
  for (let index = 0; index < raised.length; index++)
    probabilities[values[index] as string] = LEAST + room * ((raised[index] as number) / sum);
  return probabilities;
}

/**
 * Probabilities of an ordered axis from its detectors, the highest value first: P(top) is its detector's probability,
 * each lower value takes its detector's share of what is left, and the lowest value the rest. Platt calibration per detector;
 * of several detectors for one value the surest counts.
 */
export function segmentProbabilities(axis: Extract<EmbeddedAxis, { reads: 'segments' }>, scores: Float64Array): Record<string, number> {
  const lowest = axis.values[0] as string;
  const probabilities: Record<string, number> = {};
  for (const value of axis.values) probabilities[value] = 0;
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
