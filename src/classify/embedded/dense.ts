import type { FeatureBuffer } from './features.ts';

/** How many dense features there are. */
export const DENSE = 5;

/**
 * Shape of a text as numbers in 0..1: shares of numbers and symbols among words, lines, length of words, share of unspaced script.
 * Length is left out on purpose: it is not difficulty, and whatever can see it learns that short is easy.
 */
export function denseFeatures(length: number, buffer: FeatureBuffer): Float64Array {
  const words = Math.max(1, buffer.words);
  return Float64Array.of(
    Math.min(1, buffer.numbers / words),
    Math.min(1, buffer.symbols / words),
    Math.min(1, Math.log1p(buffer.lines) / 5),
    Math.min(1, length / words / 20),
    Math.min(1, buffer.unspaced / Math.max(1, length)),
  );
}
