import { z } from 'zod';
import { RouterError } from '../core/errors.ts';
import { DENSE } from './embedded/dense.ts';
import { BUCKETS, FEATURES_VERSION } from './embedded/features.ts';

const finite = z.number().refine(Number.isFinite, 'expected a finite number');

const Header = z.strictObject({
  format: z.literal(FEATURES_VERSION),
  /** Rows of the table: a power of two, at most the number of hashed features. */
  buckets: z.int().min(1).max(BUCKETS),
  /** Columns: one per model (logistic), then one per kind (softmax). */
  models: z.int().min(0),
  kinds: z.int().min(0),
  /** Sums are divided by the number of features to this power. */
  power: finite,
  temperature: finite,
  /** Value of one step of a stored byte, per column. */
  steps: z.array(finite),
  biases: z.array(finite),
  /** Dense features × columns. */
  dense: z.array(z.array(finite)).length(DENSE),
});

/** Weights of a fitted policy: signed bytes, bucket by bucket. */
export type FittedWeights = { header: z.infer<typeof Header>; table: Int8Array };

const MAGIC = 0x31465450;

/** File form: magic, length of the header, header as JSON, table. Little-endian. */
export function encodeFittedWeights({ header, table }: FittedWeights): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + table.length);
  const numbers = new DataView(bytes.buffer);
  numbers.setUint32(0, MAGIC, true);
  numbers.setUint32(4, json.length, true);
  bytes.set(json, 8);
  bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.length), 8 + json.length);
  return bytes;
}

/** @throws RouterError `weights.invalid` when the bytes are cut, of another format, or hold a number that is not finite */
export function decodeFittedWeights(bytes: Uint8Array, where: string): FittedWeights {
  if (bytes.length < 8) throw invalid(where, 'at least 8 bytes', String(bytes.length));
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (numbers.getUint32(0, true) !== MAGIC) throw invalid(where, 'weights of a fitted policy', 'another kind of file');
  const start = 8 + numbers.getUint32(4, true);
  const header = readHeader(bytes.subarray(8, start), where);
  const columns = header.models + header.kinds;
  const widths = [header.steps, header.biases, ...header.dense];
  if (widths.some((row) => row.length !== columns)) throw invalid(where, `${columns} columns`, 'another number');
  if ((header.buckets & (header.buckets - 1)) !== 0) throw invalid(where, 'a power of two of buckets', String(header.buckets));
  const size = header.buckets * columns;
  if (bytes.length !== start + size) throw invalid(where, `${start + size} bytes`, String(bytes.length));
  const table = new Int8Array(size);
  table.set(new Int8Array(bytes.buffer, bytes.byteOffset + start, size));
  return { header, table };
}

function readHeader(bytes: Uint8Array, where: string): FittedWeights['header'] {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw invalid(where, 'a header in JSON', 'something else');
  }
  const header = Header.safeParse(json);
  if (header.success) return header.data;
  const issue = header.error.issues[0];
  throw invalid(`${where}: ${issue?.path.join('.')}`, issue?.message ?? 'a valid header', 'something else');
}

function invalid(where: string, expected: string, found: string): RouterError {
  return new RouterError('weights.invalid', `fitted weights: expected ${expected}, found ${found}`, {
    where,
    advice: 'run `pointsman fit` again; the policy and its weights belong together',
  });
}
