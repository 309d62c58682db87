import { join } from 'node:path';
import { RouterError } from '../core/errors.ts';
import type { Comparison } from './compare.ts';
import type { Manifest } from './manifest.ts';
import type { EvalFiles } from './parts.ts';
import { pastRuns } from './past.ts';
import type { Around } from './report/html/around.ts';
import { labelsHtml } from './report/html/labels.ts';
import { tableHtml } from './report/html/tables.ts';
import type { EvalMetrics } from './result.ts';
import { robustnessReport } from './robustness/report.ts';
import type { RobustnessMetrics } from './robustness/result.ts';
import { readServed, readStored } from './stored.ts';
import type { TableManifest, TableMetrics } from './table/result.ts';
import type { Tuning } from './tuning.ts';

/**
 * Draws `report.html` of a finished run again from its files (`report.md` of a robustness run, which has no other): nothing is labelled,
 * asked or computed anew.
 *
 * @returns the path of the report
 * @throws RouterError `input.not-found` when the folder holds no complete run, `state.invalid` when one of its files is damaged
 */
export function redrawReport(folder: string, runsFolder: string, files: EvalFiles): string {
  const json = (name: string): unknown => {
    const path = join(folder, name);
    return files.exists(path) ? readStored(path, files) : null;
  };
  const found = json('metrics.json') as EvalMetrics | TableMetrics | RobustnessMetrics | null;
  if (found?.kind === 'robustness') return drawRobustness(found, folder, files);
  const metrics = found;
  const manifest = json('manifest.json') as Manifest | TableManifest | null;
  if (metrics === null || manifest === null || !files.exists(join(folder, 'served.jsonl'))) {
    throw new RouterError('input.not-found', `no complete run in \`${folder}\``, {
      where: folder,
      advice: 'name a folder of `.pointsman/runs`',
    });
  }
  const served = readServed(join(folder, 'served.jsonl'), files);
  const comparison = json('comparison.json') as (Comparison & { tuning?: Tuning }) | null;
  const concluded = json('conclusion.json') as Pick<Around, 'gate' | 'drift'> | null;
  const past = pastRuns(runsFolder, manifest.identity, files);
  const around: Around = { gate: null, drift: null, ...concluded, comparison, past, tuning: comparison?.tuning ?? null };
  const html =
    metrics.kind === 'labels'
      ? labelsHtml(metrics, manifest as Manifest, served, around)
      : tableHtml(metrics, manifest as TableManifest, served, around);
  const path = join(folder, 'report.html');
  files.write(path, html);
  return path;
}

function drawRobustness(metrics: RobustnessMetrics, folder: string, files: EvalFiles): string {
  const path = join(folder, 'report.md');
  files.write(path, robustnessReport(metrics));
  return path;
}
