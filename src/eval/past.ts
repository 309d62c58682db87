import { join } from 'node:path';
import { isGap } from './metrics/gap.ts';
import type { EvalFiles } from './parts.ts';
import { comparableIdentities } from './reference.ts';
import type { PastRun } from './report/html/history.ts';
import type { EvalMetrics } from './result.ts';
import { headOf, type Identity } from './run-folder.ts';
import type { TableMetrics } from './table/result.ts';

/** Runs looked back on. */
const MOST = 30;

/** The primary figure of the complete runs on the same rows, oldest first, the current one included. */
export function pastRuns(runsFolder: string, identity: Identity, files: EvalFiles): PastRun[] {
  const found: PastRun[] = [];
  for (const name of files.list(runsFolder).reverse()) {
    const folder = join(runsFolder, name);
    const head = headOf(folder, files);
    if (head?.status !== 'complete' || !comparableIdentities(head.identity, identity)) continue;
    const figure = primaryOf(join(folder, 'metrics.json'), files);
    if (figure !== null) found.push({ startedAt: head.startedAt, hash: head.hash, ...figure });
    if (found.length === MOST) break;
  }
  return found.reverse();
}

function primaryOf(path: string, files: EvalFiles): { name: string; value: number } | null {
  if (!files.exists(path)) return null;
  try {
    return primaryFigure(JSON.parse(Buffer.from(files.read(path)).toString('utf8')) as EvalMetrics | TableMetrics);
  } catch {
    return null;
  }
}

/** All axes right on labelled requests; lift over the free mix, or quality where no cost is known, on outcomes. */
export function primaryFigure(metrics: EvalMetrics | TableMetrics): { name: string; value: number } | null {
  if (metrics.kind === 'labels') {
    const value = metrics.classifiers[0]?.joint.value;
    return typeof value === 'number' ? { name: 'all axes right', value } : null;
  }
  const { liftOverFreeMix, quality } = metrics.router;
  if (!isGap(liftOverFreeMix)) return { name: 'lift over the free mix', value: liftOverFreeMix.mean };
  return quality === null ? null : { name: 'quality', value: quality };
}
