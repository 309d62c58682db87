import { BUCKETS, FEATURES_VERSION } from '../classify/embedded/features.ts';
import { encodeFittedWeights } from '../classify/fitted-weights.ts';
import type { FittedScores } from '../core/fitted.ts';
import type { Features } from './examples.ts';
import { type Target, trainWide, type Wide, wideProbabilities } from './fit-train.ts';

const POWER = 0.5;
const SETTINGS = { epochs: 4, logisticRate: 0.1, softmaxRate: 0.6, logisticL2: 0.03, softmaxL2: 0.0003 };
/** Most bytes of the table. */
const MOST_BYTES = 2_900_000;

/** Heads over the hashed features: one logistic column per model, then a softmax over the kinds. */
export type HeadModel = Wide;

/** Buckets that keep the file within its limit. */
export function bucketsFor(columns: number): number {
  let buckets = BUCKETS;
  while (buckets * columns > MOST_BYTES) buckets /= 2;
  return buckets;
}

/** Features folded into fewer buckets, as the reader will fold them. */
export function foldFeatures(features: Features, buckets: number): Features {
  if (buckets === BUCKETS) return features;
  const counts = new Map<number, number>();
  for (const [index, bucket] of features.buckets.entries()) {
    const folded = bucket & (buckets - 1);
    counts.set(folded, (counts.get(folded) ?? 0) + (features.counts[index] as number));
  }
  return { ...features, buckets: Int32Array.from(counts.keys()), counts: Float32Array.from(counts.values()) };
}

/** What heads are trained on: quality by row and model, row-major, and the kind of each row (−1 for none). */
type HeadRows = {
  quality: Float64Array;
  width: number;
  features: readonly Features[];
  kinds: { names: readonly string[]; of: Int32Array };
};

/** Trains on some rows. Seeded. */
export function trainHeads({ quality, features, kinds, width }: HeadRows, rows: Int32Array, seed: number): HeadModel {
  const shape = { logistic: width, softmax: kinds.names.length };
  const settings = { buckets: bucketsFor(width + shape.softmax), ...SETTINGS, power: POWER, seed };
  const targets = Array.from(
    rows,
    (row): Target => ({ shares: quality.subarray(row * width, (row + 1) * width), kind: kinds.of[row] as number }),
  );
  return trainWide(
    Array.from(rows, (row) => features[row] as Features),
    targets,
    shape,
    settings,
  );
}

/** What the reader will read off a row. */
export function scoresOfRow(model: HeadModel, features: Features): FittedScores {
  const probabilities = wideProbabilities(model, features);
  return { quality: probabilities.subarray(0, model.shape.logistic), kinds: probabilities.subarray(model.shape.logistic) };
}

/** Largest magnitude of a stored weight; the few beyond the quantile are cut to it. */
const RANGE = 127;
const CLIP_QUANTILE = 0.9995;

/** The heads as the bytes of a weights file: per column one step, each weight the nearest multiple of it. */
export function encodeHeads(model: HeadModel): Uint8Array {
  const { buckets } = model.settings;
  const { logistic: models, softmax: kinds } = model.shape;
  const columns = models + kinds;
  const steps = Array.from({ length: columns }, (_, column) => stepOf(model, column));
  const table = new Int8Array(buckets * columns);
  for (let at = 0; at < table.length; at++) {
    const value = Math.round((model.table[at] as number) / (steps[at % columns] as number));
    table[at] = Math.max(-RANGE, Math.min(RANGE, value));
  }
  const dense = model.dense.map((row) => [...row]);
  const header = {
    format: FEATURES_VERSION,
    buckets,
    models,
    kinds,
    power: POWER,
    temperature: 1,
    steps,
    biases: [...model.biases],
    dense,
  };
  return encodeFittedWeights({ header, table });
}

function stepOf({ table, biases: { length: columns }, settings: { buckets } }: Wide, column: number): number {
  const magnitudes: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const value = Math.abs(table[bucket * columns + column] as number);
    if (value > 0) magnitudes.push(value);
  }
  if (magnitudes.length === 0) return 1;
  magnitudes.sort((a, b) => a - b);
  return (magnitudes[Math.floor((magnitudes.length - 1) * CLIP_QUANTILE)] as number) / RANGE;
}
