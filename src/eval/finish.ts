import { join } from 'node:path';
import type { DriftReference } from '../core/drift.ts';
import type { ClassifyingCost } from './classifying.ts';
import { BASELINES, type ConcludeOptions, type Conclusion, conclude } from './conclude.ts';
import { type DriftReport, driftReport, servedReference } from './drift.ts';
import { EVAL_DEFAULTS } from './options.ts';
import type { EvalFiles, EvalParts } from './parts.ts';
import { pastRuns } from './past.ts';
import { classifyingMarkdown } from './report/classifying.ts';
import { rowsCsv } from './report/csv.ts';
import { driftMarkdown, driftScreen } from './report/drift.ts';
import type { Around } from './report/html/around.ts';
import { joinMarkdown, type MarkdownReport } from './report/markdown-report.ts';
import { tuningMarkdown, tuningScreen } from './report/tuning.ts';
import type { EvalMetrics } from './result.ts';
import type { RunHead } from './run-folder.ts';
import { encodeServed, type ServedRow } from './served.ts';
import type { TableMetrics } from './table/result.ts';
import { tuningOf } from './tuning.ts';
import { unfitRun } from './unfit.ts';

/** What every run leaves in its folder. */
export type RunResult = {
  folder: string;
  /** Of the dataset's split or the table: what a baseline is filed under. */
  name: string;
  manifest: RunHead & { router?: string; classifying?: readonly ClassifyingCost[] };
  metrics: EvalMetrics | TableMetrics;
  classifier: string;
  served: readonly ServedRow[];
  report: MarkdownReport;
  /** Draws `report.html`. */
  html: (around: Around) => string;
};

export type FinishOptions = Partial<ConcludeOptions> & {
  runsFolder: string;
  seed?: number;
  replicates?: number;
  /** What the run's requests are compared with for drift. */
  drift?: DriftReference;
};

export type Finished = Conclusion & { drift: DriftReport | null };

/**
 * Writes a run's files, the manifest last (a run is complete only when everything else is on disk), then compares and gates it as asked.
 *
 * @returns what to print under the first screen, and whether the gate passed
 */
export function finishRun(result: RunResult, options: FinishOptions, parts: Pick<EvalParts, 'files' | 'clock'>): Finished {
  const { folder, manifest, metrics, served } = result;
  const report = withCost(result.report, manifest.classifying ?? []);
  const { files } = parts;
  files.write(join(folder, 'served.jsonl'), encodeServed(served));
  files.write(join(folder, 'rows.csv'), rowsCsv(served));
  files.write(join(folder, 'drift.json'), `${JSON.stringify(servedReference(served, metrics), null, 1)}\n`);
  files.write(join(folder, 'report.md'), joinMarkdown(report, ''));
  files.write(join(folder, 'metrics.json'), `${JSON.stringify(metrics, null, 1)}\n`);
  files.write(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  const { identity, hash, startedAt } = manifest;
  const { seed = EVAL_DEFAULTS.seed, replicates = EVAL_DEFAULTS.replicates, runsFolder, baselinesFolder = BASELINES } = options;
  const finished = {
    run: { folder, name: result.name, identity, hash, startedAt },
    unfit: unfitRun(manifest, metrics, served),
    metrics,
    classifier: result.classifier,
    served,
    seed,
    replicates,
  };
  const conclusion = withTuning(conclude(finished, { ...options, baselinesFolder }, runsFolder, parts), result, runsFolder, files);
  const drift = options.drift === undefined ? null : driftReport(options.drift, served, metrics);
  const markdown = [conclusion.markdown, ...(drift === null ? [] : [driftMarkdown(drift)])].filter((text) => text !== '').join('\n\n');
  const { comparison, gate, tuning = null } = conclusion;
  if (markdown !== '') files.write(join(folder, 'report.md'), joinMarkdown(report, markdown));
  if (gate !== null || drift !== null) files.write(join(folder, 'conclusion.json'), `${JSON.stringify({ gate, drift }, null, 1)}\n`);
  files.write(join(folder, 'report.html'), result.html({ comparison, past: pastRuns(runsFolder, identity, files), gate, drift, tuning }));
  const screen = [conclusion.screen, ...(drift === null ? [] : [driftScreen(drift)])].filter((text) => text !== '').join('\n');
  return { ...conclusion, screen, markdown, drift };
}

function withCost(report: MarkdownReport, classifying: readonly ClassifyingCost[]): MarkdownReport {
  return classifying.length === 0 ? report : { ...report, details: `${report.details}\n\n${classifyingMarkdown(classifying)}` };
}

/** Where two prompts were compared: their difference, what it costs, and what to edit next. */
function withTuning(conclusion: Conclusion, { manifest, folder, served }: RunResult, runsFolder: string, files: EvalFiles): Conclusion {
  const { comparison } = conclusion;
  const tuning = comparison === null ? null : tuningOf({ manifest, folder, runsFolder, comparison, served }, files);
  if (tuning === null) return conclusion;
  files.write(join(folder, 'comparison.json'), `${JSON.stringify({ ...comparison, tuning }, null, 1)}\n`);
  const screen = [conclusion.screen, tuningScreen(tuning)].filter((text) => text !== '').join('\n');
  return { ...conclusion, tuning, screen, markdown: `${conclusion.markdown}\n\n${tuningMarkdown(tuning)}` };
}
