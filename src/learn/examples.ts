import { DENSE, denseFeatures } from '../classify/embedded/dense.ts';
import { countedFeatures, EDGE, extractFeatures, FeatureBuffer, middleWeight } from '../classify/embedded/features.ts';
import { earlierWeight, WINDOW } from '../classify/embedded/predict.ts';
import { normalise } from '../classify/normalise.ts';
import type { View } from '../core/view.ts';
import type { Example } from './linear.ts';

/** Features of one text or window before targets are known. */
export type Features = Pick<Example, 'buckets' | 'counts' | 'total' | 'dense'>;

const buffer = new FeatureBuffer();
const NO_DENSE = new Float64Array(DENSE);

/** The features view axes are trained on: the very ones `scoreView` reads, earlier turns with their weight. */
export function viewFeatures(view: View): Features {
  const counts = new Map<number, number>();
  const { text } = normalise(view.latest);
  extractFeatures(text, buffer);
  const dense = denseFeatures(text.length, buffer);
  let total = addWhole(counts, 1);
  const weight = earlierWeight(total);
  for (const earlier of weight > 0 ? view.earlier : []) {
    extractFeatures(normalise(earlier).text, buffer);
    total += addWhole(counts, weight);
  }
  return { ...packed(counts), total, dense };
}

/** The windows detectors are trained on: runs of up to three neighbouring segments of each untrusted text, not overlapping. */
export function windowFeatures(view: View): Features[] {
  return view.untrusted.flatMap((text) => {
    extractFeatures(normalise(text).text, buffer);
    const windows: Features[] = [];
    for (let first = 0; first < buffer.ends.length; first += WINDOW) {
      const start = first === 0 ? 0 : (buffer.ends[first - 1] as number);
      const end = buffer.ends[Math.min(first + WINDOW, buffer.ends.length) - 1] as number;
      const counts = new Map<number, number>();
      add(counts, 1, start, end);
      windows.push({ ...packed(counts), total: end - start, dense: NO_DENSE });
    }
    return windows;
  });
}

/** Adds the text in the buffer, its middle by less; returns what was added. */
function addWhole(counts: Map<number, number>, weight: number): number {
  const head = Math.min(EDGE, buffer.count);
  const tail = Math.max(head, buffer.count - EDGE);
  const between = middleWeight(buffer.count);
  add(counts, weight, 0, head);
  add(counts, weight * between, head, tail);
  add(counts, weight, tail, buffer.count);
  return weight * countedFeatures(buffer.count);
}

function add(counts: Map<number, number>, weight: number, start: number, end: number): void {
  for (let index = start; index < end; index++) {
    const bucket = buffer.buckets[index] as number;
    counts.set(bucket, (counts.get(bucket) ?? 0) + weight);
  }
}

function packed(counts: ReadonlyMap<number, number>): Pick<Features, 'buckets' | 'counts'> {
  return { buckets: Int32Array.from(counts.keys()), counts: Float32Array.from(counts.values()) };
}
