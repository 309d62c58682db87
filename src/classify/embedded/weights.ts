import { z } from 'zod';
import { RouterError } from '../../core/errors.ts';
import { BUCKETS, FEATURES_VERSION } from './features.ts';
import { CODES, meaningsOf } from './nibbles.ts';

/** Columns of the table. */
export const COLUMNS = 20;
/** Words of a bucket: four bits a column, sixteen a word. */
export const ROW = COLUMNS / 4;
/** Weights are offset by this, so that they add up without signs. */
export const WEIGHT_ZERO = 128;
/** How a file is laid out: from 3 on four bits a weight, from 4 on with doubt of brief texts. */
export const LAYOUT = 4;

const finite = z.number().refine(Number.isFinite, 'expected a finite number');
/** Scores of an axis are divided by the number of features to this power. */
const power = finite;

/** An axis read off the view: one column per value, softmax over them divided by `temperature`. */
const ViewAxis = z.strictObject({
  axis: z.string(),
  reads: z.literal('view'),
  values: z.array(z.string()).min(2),
  first: z.int().min(0),
  power,
  temperature: finite,
});
/**
 * An ordered axis read off segments: detectors for the values above the lowest, a column and a logistic calibration each; of several for one value the surest counts.
 * The value is taken from a probability of `alarmAt` on, before it is the likeliest.
 * The fewer features a window has below `BRIEF`, the more its score is lowered: by `brief` for every factor of e.
 */
const SegmentAxis = z.strictObject({
  axis: z.string(),
  reads: z.literal('segments'),
  values: z.array(z.string()).min(2),
  first: z.int().min(0),
  power,
  detectors: z.array(
    z.strictObject({ value: z.string(), slope: finite, offset: finite, brief: finite, alarmAt: z.number().min(0).max(1) }),
  ),
});

export const WeightsHeader = z.strictObject({
  format: z.literal(FEATURES_VERSION),
  layout: z.literal(LAYOUT),
  buckets: z.literal(BUCKETS),
  axes: z.array(z.discriminatedUnion('reads', [ViewAxis, SegmentAxis])),
  /** The weights a column's codes stand for, per column. */
  codes: z.array(z.array(z.int().min(0).max(255)).length(CODES)).length(COLUMNS),
  /** Value of one step of a weight, per column. */
  steps: z.array(finite).length(COLUMNS),
  biases: z.array(finite).length(COLUMNS),
  /** Dense features × columns. */
  dense: z.array(z.array(finite).length(COLUMNS)),
  /** Confidence below which the classifier itself says unsure, per axis. */
  unsureBelow: z.record(z.string(), z.number().min(0).max(1)),
  /** What it was trained on. */
  provenance: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type WeightsHeader = z.infer<typeof WeightsHeader>;
export type EmbeddedAxis = WeightsHeader['axes'][number];

/** The table holds `ROW` words a bucket, four columns' codes to a word, the first in the lowest bits; `meanings` tells what they stand for. */
export type Weights = { header: WeightsHeader; table: Uint16Array; meanings: Int32Array };

const MAGIC = 0x31535450;

/** File form: magic, length of the header, header as JSON padded to four bytes, table of four bits a weight. Little-endian. */
export function encodeWeights({ header, table }: Pick<Weights, 'header' | 'table'>): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 4) * 4;
  const bytes = new Uint8Array(8 + padded + table.byteLength).fill(32, 8, 8 + padded);
  const numbers = new DataView(bytes.buffer);
  numbers.setUint32(0, MAGIC, true);
  numbers.setUint32(4, padded, true);
  bytes.set(json, 8);
  bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), 8 + padded);
  return bytes;
}

/**
 * Weights from the bytes of a file, whose table is read in place.
 *
 * @throws RouterError `weights.invalid` when they are cut, of another format, or hold a number that is not finite.
 */
export function decodeWeights(bytes: Uint8Array, where: string): Weights {
  if (bytes.length < 8) throw invalid(where, 'at least 8 bytes', String(bytes.length));
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (numbers.getUint32(0, true) !== MAGIC) throw invalid(where, 'weights of this library', 'another kind of file');
  const start = 8 + numbers.getUint32(4, true);
  const size = BUCKETS * ROW * 2;
  if (bytes.length !== start + size) throw invalid(where, `${start + size} bytes`, String(bytes.length));
  const header = readHeader(bytes.subarray(8, start), where);
  const stored = bytes.subarray(start);
  // Words lie at even places: where these do not, they are copied to some that are.
  const { buffer, byteOffset } = stored.byteOffset % 2 === 0 ? stored : new Uint8Array(stored);
  return { header, table: new Uint16Array(buffer, byteOffset, BUCKETS * ROW), meanings: meaningsOf(header.codes) };
}

function readHeader(bytes: Uint8Array, where: string): WeightsHeader {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw invalid(where, 'a header in JSON', 'something else');
  }
  const header = WeightsHeader.safeParse(json);
  if (header.success) return header.data;
  const issue = header.error.issues[0];
  throw invalid(`${where}: ${issue?.path.join('.')}`, issue?.message ?? 'a valid header', 'something else');
}

function invalid(where: string, expected: string, found: string): RouterError {
  return new RouterError('weights.invalid', `embedded weights: expected ${expected}, found ${found}`, {
    where,
    advice: 'reinstall the package, or rebuild with `pointsman train`',
  });
}
