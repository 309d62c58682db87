import { join } from 'node:path';
import type { EvalFiles } from './parts.ts';
import type { EvalMetrics } from './result.ts';
import type { RunHead } from './run-folder.ts';
import type { ServedRow } from './served.ts';
import type { TableMetrics } from './table/result.ts';
import { unfitRows } from './validity.ts';

/** Why nothing may be held against a run; null when it is complete and valid. */
export function unfitRun(
  { status, changed = false }: Pick<RunHead, 'status' | 'changed'>,
  metrics: Pick<EvalMetrics | TableMetrics, 'verdict'> | null,
  served: readonly ServedRow[],
): string | null {
  if (status === 'running') return 'it never finished';
  const rows = unfitRows(served);
  if (rows !== null) return rows;
  if (status === 'partial') return 'its budget stopped it';
  if (metrics?.verdict.word === 'INVALID') return `it is INVALID: ${metrics.verdict.text}`;
  return changed ? 'it was continued although something had changed' : null;
}

/** The figures an earlier run wrote down; null where there are none to read. */
export function metricsIn(folder: string, files: EvalFiles): EvalMetrics | TableMetrics | null {
  const path = join(folder, 'metrics.json');
  if (!files.exists(path)) return null;
  try {
    return JSON.parse(Buffer.from(files.read(path)).toString('utf8')) as EvalMetrics | TableMetrics;
  } catch {
    return null;
  }
}
