import type { View } from '../../core/view.ts';
import { type Normalised, normalise } from '../normalise.ts';
import { speltOut } from '../spelt.ts';
import { DENSE, denseFeatures } from './dense.ts';
import { countedFeatures, extractFeatures, FeatureBuffer, middleWeight } from './features.ts';
import { columnScore, divisorOf, SegmentSums, sumSegments } from './score.ts';
import { COLUMNS, type EmbeddedAxis, type Weights } from './weights.ts';

/** A latest turn of fewer features than this leans on the turns before it, the more the shorter it is. */
const STANDS_ALONE = 240;
/** Most weight an earlier turn can have, against 1 for the latest. */
const EARLIER_WEIGHT = 0.6;
/** Neighbouring segments are also read together, up to this many, so that a request broken over lines is seen whole. */
export const WINDOW = 3;

/** Windows of fewer features are brief: what few words tell is doubted, see `brief` of a detector. */
export const BRIEF = 100;

type SegmentAxis = Extract<EmbeddedAxis, { reads: 'segments' }>;

/** Weight of each earlier turn when the latest one has `features` of its own: 0.6 for none, 0 from 240 on. */
export function earlierWeight(ownFeatures: number): number {
  return EARLIER_WEIGHT * Math.max(0, 1 - ownFeatures / STANDS_ALONE);
}

/** Raw evidence for every column: what calibration turns into probabilities. */
export type Evidence = { scores: Float64Array; flags: string[] };

// Reused from text to text; nothing of them outlives a call.
const features = new FeatureBuffer();
const segments = new SegmentSums();
const totals = new Float64Array(COLUMNS);
const peaks = new Float64Array(COLUMNS);

/**
 * Scores of a view: columns read off the view from the latest turn (and, when that is short, the turns before it);
 * columns read off segments as the maximum over all windows of up to three segments of everything untrusted.
 */
export function scoreView(view: View, weights: Weights): Evidence {
  totals.fill(0);
  peaks.fill(Number.NEGATIVE_INFINITY);
  const latest = normalise(view.latest);
  // A cut view is read whole below: the seam between its head and its tail is nobody's words.
  const own = addText(latest, weights, totals, 1, view.untrusted.includes(view.latest) ? peaks : null);
  const dense = denseFeatures(latest.text.length, features);
  let count = own;
  const weight = earlierWeight(own);
  const flags = latest.hidden ? ['hidden-characters'] : [];
  for (const earlier of weight > 0 ? view.earlier : []) count += weight * addText(normalise(earlier), weights, totals, weight, null);
  for (const text of view.untrusted) {
    // Under a disguise, the risk is what it says when the disguise is off.
    const spelt = speltOut(text);
    if (spelt !== null) addText(normalise(spelt), weights, null, 0, peaks);
    if (text === view.latest) continue;
    const read = normalise(text);
    if (read.hidden && flags.length === 0) flags.push('hidden-characters');
    addText(read, weights, null, 0, peaks);
  }
  return { scores: combine(weights, totals, count, dense, peaks), flags };
}

/** Adds one text's sums to `totals` (weighted) and its windows to `peaks`; returns its features, those between its ends by their weight. */
function addText({ text }: Normalised, weights: Weights, totals: Float64Array | null, weight: number, peaks: Float64Array | null): number {
  extractFeatures(text, features);
  const { sums, counts, edges, middle } = sumSegments(features, weights, segments);
  const between = middleWeight(features.count);
  if (totals !== null)
    for (let column = 0; column < COLUMNS; column++)
      totals[column] = (totals[column] as number) + weight * ((edges[column] as number) + between * (middle[column] as number));
  if (peaks !== null) for (const axis of weights.header.axes) if (axis.reads === 'segments') raisePeaks(axis, weights, sums, counts, peaks);
  return countedFeatures(features.count);
}

function raisePeaks(axis: SegmentAxis, weights: Weights, sums: Int32Array, counts: readonly number[], peaks: Float64Array): void {
  const windowSums = new Float64Array(axis.detectors.length);
  for (let start = 0; start < counts.length; start++) {
    windowSums.fill(0);
    let count = 0;
    for (let at = start; at < Math.min(start + WINDOW, counts.length); at++) {
      count += counts[at] as number;
      const divisor = divisorOf(axis, count);
      const brevity = count < BRIEF ? Math.log(BRIEF / Math.max(1, count)) : 0;
      for (let detector = 0; detector < windowSums.length; detector++) {
        const { brief } = axis.detectors[detector] as (typeof axis.detectors)[number];
        const column = axis.first + detector;
        const sum = (windowSums[detector] as number) + (sums[at * COLUMNS + column] as number);
        windowSums[detector] = sum;
        peaks[column] = Math.max(peaks[column] as number, columnScore(weights, column, sum, divisor) - brief * brevity);
      }
    }
  }
}

function combine(weights: Weights, totals: Float64Array, count: number, dense: Float64Array, peaks: Float64Array): Float64Array {
  const scores = new Float64Array(COLUMNS);
  for (const axis of weights.header.axes) {
    const columns = axis.reads === 'view' ? axis.values.length : axis.detectors.length;
    const divisor = divisorOf(axis, count);
    for (let column = axis.first; column < axis.first + columns; column++) {
      if (axis.reads === 'segments') {
        scores[column] = peaks[column] as number;
        continue;
      }
      let score = columnScore(weights, column, totals[column] as number, divisor);
      for (let index = 0; index < DENSE; index++) score += (dense[index] as number) * (weights.header.dense[index]?.[column] ?? 0);
      scores[column] = score;
    }
  }
  return scores;
}
