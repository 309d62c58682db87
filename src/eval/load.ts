import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Problem } from '../core/errors.ts';
import { toRequest } from '../core/request.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { type Dataset, datasetOf } from './dataset.ts';
import { requestFingerprint } from './fingerprint.ts';
import type { SeenTexts } from './leakage.ts';
import type { EvalFiles } from './parts.ts';
import { collectRows, readRows } from './rows.ts';

/** First twelve hexadecimal digits of the SHA-256 of a file or text. */
export function shortHash(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12);
}

/**
 * A labelled prompt set from a CSV or JSONL file, `.gz` of either.
 *
 * @throws RouterError `dataset.invalid` listing every bad row with its line, unless `skipBad`
 */
export async function loadDataset(path: string, options: { taxonomy: Taxonomy; skipBad?: boolean }, files: EvalFiles): Promise<Dataset> {
  const bytes = files.read(path);
  const name = basename(path);
  const bad: Problem[] = [];
  const onBad = ({ line, message }: { line: number; message: string }) => void bad.push({ where: `${name}:${line}`, message });
  const rows = await collectRows(readRows(once(bytes), { name, onBad }));
  return datasetOf(rows, bad, { ...options, name, hash: shortHash(bytes) });
}

/** Fingerprints of every text of a file, whatever its labels. */
export async function fingerprintsOf(path: string, files: EvalFiles): Promise<SeenTexts> {
  const rows = await collectRows(readRows(once(files.read(path)), { name: basename(path), onBad: () => {} }));
  return { name: basename(path), fingerprints: new Set(rows.map(({ input }) => requestFingerprint(toRequest(input)))) };
}

const SPLITS = ['train', 'dev', 'test'] as const;

/** The other splits lying beside a split's file: their texts must not be in it. */
export function siblingSplits(path: string, files: EvalFiles): string[] {
  const name = basename(path);
  const own = SPLITS.find((split) => name.startsWith(`${split}.`));
  if (own === undefined) return [];
  const ending = name.slice(own.length);
  return SPLITS.filter((split) => split !== own)
    .map((split) => join(dirname(path), `${split}${ending}`))
    .filter((file) => files.exists(file));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
