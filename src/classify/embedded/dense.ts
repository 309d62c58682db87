import type { FeatureBuffer } from './features.ts';

/** Length steps, in characters: each is a feature of its own, so that the effect of length need not be a line. */
const LENGTH_STEPS = [20, 45, 90, 180, 400, 1_000, 2_500] as const;

/** How many dense features there are. */
export const DENSE = LENGTH_STEPS.length + 6;

/** Shape of a text as numbers in 0..1: length steps, log length, shares of numbers and symbols, lines, word length, unspaced script. */
export function denseFeatures(length: number, buffer: FeatureBuffer): Float64Array {
  const dense = new Float64Array(DENSE);
  for (const [index, step] of LENGTH_STEPS.entries()) dense[index] = length > step ? 1 : 0;
  const at = LENGTH_STEPS.length;
  const words = Math.max(1, buffer.words);
  dense[at] = Math.min(1, Math.log1p(length) / 9);
  dense[at + 1] = Math.min(1, buffer.numbers / words);
  dense[at + 2] = Math.min(1, buffer.symbols / words);
  dense[at + 3] = Math.min(1, Math.log1p(buffer.lines) / 5);
  dense[at + 4] = Math.min(1, length / words / 20);
  dense[at + 5] = Math.min(1, buffer.unspaced / Math.max(1, length));
  return dense;
}
