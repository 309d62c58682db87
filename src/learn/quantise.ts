import { BYTE_ZERO, COLUMNS, WORDS } from '../classify/embedded/weights.ts';
import type { Linear } from './linear.ts';

/** Largest magnitude of a stored weight, in steps. */
const RANGE = 127;
/** Weights beyond this quantile of the magnitudes in use are cut to it, so that a few outliers do not coarsen all others. */
const CLIP_QUANTILE = 0.9995;

/** A float table as bytes: per column one step, each weight the nearest multiple of it, four columns a word. */
export function quantise(model: Linear): { table: Int32Array; steps: number[] } {
  const { buckets, columns } = model.options;
  const steps = Array.from({ length: COLUMNS }, (_, column) => (column < columns ? stepOf(model, column) : 1));
  const bytes = new Uint8Array(buckets * COLUMNS).fill(BYTE_ZERO);
  for (let bucket = 0; bucket < buckets; bucket++) {
    for (let column = 0; column < columns; column++) {
      const value = Math.round((model.table[bucket * columns + column] as number) / (steps[column] as number));
      bytes[bucket * COLUMNS + column] = BYTE_ZERO + Math.max(-RANGE, Math.min(RANGE, value));
    }
  }
  return { table: new Int32Array(bytes.buffer, 0, buckets * WORDS), steps };
}

function stepOf(model: Linear, column: number): number {
  const { buckets, columns } = model.options;
  const magnitudes: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const value = Math.abs(model.table[bucket * columns + column] as number);
    if (value > 0) magnitudes.push(value);
  }
  if (magnitudes.length === 0) return 1;
  magnitudes.sort((a, b) => a - b);
  return (magnitudes[Math.floor((magnitudes.length - 1) * CLIP_QUANTILE)] as number) / RANGE;
}
