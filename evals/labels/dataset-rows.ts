import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { packageFile } from '../../src/config/files.ts';
import { requestOf } from '../../src/learn/sources.ts';
import type { StabilityRow } from './stability.ts';

/** The rows of one split of the shipped requests. */
export function datasetRows(split: 'train' | 'dev' | 'test'): StabilityRow[] {
  const cells: Record<string, string>[] = parse(readFileSync(packageFile(`datasets/requests/${split}.csv`)), { columns: true, bom: true });
  return cells.map(({ id = '', text = '', complexity = '', domain = '', risk = '', language = '', slices = '', cluster = '' }) => ({
    id,
    request: requestOf(text),
    gold: { complexity, domain, risk },
    language,
    slices: slices.split(' ').filter((slice) => slice !== ''),
    cluster: cluster === '' ? id : cluster,
  }));
}
