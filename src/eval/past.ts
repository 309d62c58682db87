import { join } from 'node:path';
import { isGap } from './metrics/gap.ts';
import type { EvalFiles } from './parts.ts';
import { comparableIdentities } from './reference.ts';
import type { PastRun } from './report/html/history.ts';
import type { EvalMetrics } from './result.ts';
import { headOf, type Identity, newestFirst } from './run-folder.ts';
import type { TableMetrics } from './table/result.ts';
import { metricsIn } from './unfit.ts';

/** Runs looked back on. */
const MOST = 30;

/** The primary figure of the complete, valid runs on the same rows, oldest first, the current one included. */
export function pastRuns(runsFolder: string, identity: Identity, files: EvalFiles): PastRun[] {
  const found: PastRun[] = [];
  for (const name of newestFirst(runsFolder, files)) {
    const folder = join(runsFolder, name);
    const head = headOf(folder, files);
    if (head?.status !== 'complete' || !comparableIdentities(head.identity, identity)) continue;
    const figure = primaryOf(folder, files);
    if (figure !== null) found.push({ startedAt: head.startedAt, hash: head.hash, version: versionOf(head.identity), ...figure });
    if (found.length === MOST) break;
  }
  return found.reverse();
}

/** What a run labelled and decided with: the serving classifier with the hash of its prompt or weights, and the policy's hash. */
function versionOf({ classifiers, router, policy }: Identity): string {
  const named = Array.isArray(classifiers) ? classifiers.map(String) : [];
  const classifier = named.find((name) => name === router || name.startsWith(`${String(router)} `)) ?? named[0] ?? '';
  return typeof policy === 'string' ? `${classifier}, policy ${policy}` : classifier;
}

type Primary = Pick<PastRun, 'name' | 'value' | 'ci95' | 'asPoints'>;

function primaryOf(folder: string, files: EvalFiles): Primary | null {
  const metrics = metricsIn(folder, files);
  if (metrics === null || metrics.verdict?.word === 'INVALID') return null;
  try {
    return primaryFigure(metrics);
  } catch {
    return null;
  }
}

/** All axes right on labelled requests; lift over the free mix, or quality where no cost is known, on outcomes. */
export function primaryFigure(metrics: EvalMetrics | TableMetrics): Primary | null {
  if (metrics.kind === 'labels') {
    const joint = metrics.classifiers[0]?.joint;
    if (typeof joint?.value !== 'number') return null;
    const ci95: PastRun['ci95'] = isGap(joint.interval) ? null : [joint.interval.low, joint.interval.high];
    return { name: 'share of rows with all axes right', value: joint.value, ci95, asPoints: false };
  }
  const { liftOverFreeMix, quality, qualityCi95 } = metrics.router;
  if (!isGap(liftOverFreeMix))
    return { name: 'lift over the free mix, points', value: liftOverFreeMix.mean, ci95: liftOverFreeMix.ci95, asPoints: true };
  return quality === null ? null : { name: 'quality', value: quality, ci95: qualityCi95, asPoints: false };
}
