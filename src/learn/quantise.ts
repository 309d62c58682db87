import { CODES, pack } from '../classify/embedded/nibbles.ts';
import { COLUMNS, WEIGHT_ZERO } from '../classify/embedded/weights.ts';
import type { Linear } from './linear.ts';

/** Largest magnitude of a stored weight, in steps. */
const RANGE = 127;
/** Weights beyond this quantile of the magnitudes in use are cut to it, so that a few outliers do not coarsen all others. */
const CLIP_QUANTILE = 0.9995;
const ROUNDS = 40;

/**
 * A float table as codes of four bits: per column one step, each weight a multiple of it, and of all multiples the sixteen
 * that stand best for the weights in use, nothing among them.
 */
export function quantise(model: Linear): { table: Uint16Array; steps: number[]; codes: number[][] } {
  const { buckets, columns } = model.options;
  const steps = Array.from({ length: COLUMNS }, (_, column) => (column < columns ? stepOf(model, column) : 1));
  const bytes = new Uint8Array(buckets * COLUMNS).fill(WEIGHT_ZERO);
  for (let bucket = 0; bucket < buckets; bucket++) {
    for (let column = 0; column < columns; column++) {
      const value = Math.round((model.table[bucket * columns + column] as number) / (steps[column] as number));
      bytes[bucket * COLUMNS + column] = WEIGHT_ZERO + Math.max(-RANGE, Math.min(RANGE, value));
    }
  }
  const codes = steps.map((_, column) => codesOf(bytes, column));
  const nearest = codes.map((column) => Uint8Array.from({ length: 256 }, (_, byte) => column.indexOf(nearestOf(column, byte))));
  for (let at = 0; at < bytes.length; at++) bytes[at] = nearest[at % COLUMNS]?.[bytes[at] as number] as number;
  return { table: pack(bytes), steps, codes };
}

/** Sixteen bytes with the least squared distance to those of a column, by Lloyd's rounds from even shares; zero stays zero. Source: Lloyd 1982. */
function codesOf(bytes: Uint8Array, column: number): number[] {
  const counts = new Float64Array(256);
  for (let at = column; at < bytes.length; at += COLUMNS) counts[bytes[at] as number] = (counts[bytes[at] as number] as number) + 1;
  counts[WEIGHT_ZERO] = 0;
  const means = evenShares(counts);
  for (let round = 0; round < ROUNDS; round++) {
    const sums = means.map(() => 0);
    const sizes = means.map(() => 0);
    for (let byte = 0; byte < counts.length; byte++) {
      const own = means.indexOf(nearestOf([...means, WEIGHT_ZERO], byte));
      if (own < 0) continue;
      sums[own] = (sums[own] as number) + byte * (counts[byte] as number);
      sizes[own] = (sizes[own] as number) + (counts[byte] as number);
    }
    for (const [index, size] of sizes.entries()) if (size > 0) means[index] = (sums[index] as number) / size;
  }
  const chosen = [...new Set([WEIGHT_ZERO, ...means.map(Math.round)])];
  // A column of fewer different weights has codes to spare: they stand for bytes nobody uses.
  for (let spare = 0; chosen.length < CODES; spare++) if (!chosen.includes(spare)) chosen.push(spare);
  return chosen.sort((a, b) => a - b);
}

/** Bytes that part the weights in use into equal shares of their magnitude, where few large ones weigh as much as many small. */
function evenShares(counts: Float64Array): number[] {
  const mass = counts.map((count, byte) => count * Math.abs(byte - WEIGHT_ZERO));
  const total = mass.reduce((sum, part) => sum + part, 0);
  const starts: number[] = [];
  let sum = 0;
  for (const [byte, part] of mass.entries()) {
    sum += part;
    while (starts.length < CODES - 1 && total > 0 && sum >= ((starts.length + 0.5) / (CODES - 1)) * total)
      starts.push(byte + starts.length / 1_000);
  }
  return starts;
}

function nearestOf(codes: readonly number[], byte: number): number {
  return codes.reduce((best, code) => (Math.abs(code - byte) < Math.abs(best - byte) ? code : best), codes[0] as number);
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
