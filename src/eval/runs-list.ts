import { join } from 'node:path';
import type { EvalFiles } from './parts.ts';
import { primaryFigure } from './past.ts';
import type { EvalMetrics } from './result.ts';
import type { RobustnessMetrics } from './robustness/result.ts';
import { headOf, type Identity, newestFirst, type RunHead } from './run-folder.ts';
import type { TableMetrics } from './table/result.ts';

type Head = RunHead & { spentUsd?: number; ending?: { kind?: string }; router?: string; context?: { argv?: unknown } };
type Metrics = EvalMetrics | TableMetrics | RobustnessMetrics;

/** One run of a folder of runs, as far as its files tell. Null is unknown, or not for this kind of run. */
export type ListedRun = {
  name: string;
  /** ISO 8601. */
  startedAt: string | null;
  kind: Metrics['kind'] | 'tune' | null;
  /** `partial`: stopped by its budget or the user; `running`: never finished; `unreadable`: its manifest is damaged. */
  status: RunHead['status'] | 'unreadable';
  /** Set when it was continued although something had changed: not to be quoted. */
  changed: boolean;
  /** The run whose answers `regrade` judged anew to make this one; nobody was asked in it. */
  regradedFrom: string | null;
  /** Name of the labelled set or the table. */
  data: string | null;
  rows: number | null;
  /** The classifier whose router was judged. */
  router: string | null;
  /** The verdict's word, goals reached by a robustness run, or how tuning ended. */
  verdict: string | null;
  /** The figure runs are held against each other by, 0 to 1. */
  figure: { name: string; value: number; ci95: [number, number] | null } | null;
  /** Dollars spent by its last attempt. */
  spentUsd: number | null;
};

/** Every run of a folder, the newest first. Reads manifests and figures, no rows. */
export function listRuns(runsFolder: string, files: EvalFiles): ListedRun[] {
  return newestFirst(runsFolder, files).flatMap((name) => {
    const folder = join(runsFolder, name);
    return files.exists(join(folder, 'manifest.json')) ? [listed(name, folder, files)] : [];
  });
}

function listed(name: string, folder: string, files: EvalFiles): ListedRun {
  const head = headOf(folder, files) as Head | null;
  const metrics = metricsOf(folder, files);
  return {
    name,
    startedAt: head?.startedAt ?? null,
    kind: metrics?.kind ?? kindOf(head?.identity),
    status: head === null ? 'unreadable' : head.status,
    changed: head?.changed ?? false,
    regradedFrom: sourceOf(head),
    data: dataOf(head?.identity) ?? nameOf(metrics),
    rows: rowsOf(metrics, head?.identity),
    router: head?.router ?? (metrics?.kind === 'outcomes' ? metrics.classifier : null),
    verdict: verdictOf(head, metrics),
    figure: figureOf(metrics),
    spentUsd: head?.spentUsd ?? null,
  };
}

function sourceOf(head: Head | null): string | null {
  const argv: unknown = head?.context?.argv;
  return Array.isArray(argv) && argv[0] === 'regrade' ? String(argv[1] ?? '') : null;
}

function metricsOf(folder: string, files: EvalFiles): Metrics | null {
  const path = join(folder, 'metrics.json');
  try {
    return files.exists(path) ? (JSON.parse(Buffer.from(files.read(path)).toString('utf8')) as Metrics) : null;
  } catch {
    return null;
  }
}

/** What a run that has no figures is, or was to be. */
function kindOf({ kind, suite, dataset, table }: Identity = {}): ListedRun['kind'] {
  if (kind === 'tune') return 'tune';
  if (suite === 'robustness') return 'robustness';
  return table !== undefined ? 'outcomes' : dataset !== undefined ? 'labels' : null;
}

function verdictOf(head: Head | null, metrics: Metrics | null): string | null {
  if (metrics?.kind === 'robustness') return goalsText(metrics);
  return metrics?.verdict?.word ?? head?.ending?.kind ?? null;
}

const goalsText = ({ goals = [] }: Partial<RobustnessMetrics>): string =>
  `${goals.filter(({ status }) => status === 'reached').length} of ${goals.length} goals`;

/** Identities name their data with its hash behind. */
function dataOf({ dataset, table, data }: Identity = {}): string | null {
  const named = dataset ?? table ?? data;
  return typeof named === 'string' ? named.replace(/ [0-9a-f]+$/, '') : null;
}

/** Runs of early versions name their data in their figures alone. */
function nameOf(metrics: Metrics | null): string | null {
  if (metrics === null) return null;
  return (metrics.kind === 'outcomes' ? metrics.table?.name : metrics.dataset?.name) ?? null;
}

function rowsOf(metrics: Metrics | null, { rows }: Identity = {}): number | null {
  if (metrics === null) return typeof rows === 'number' ? rows : null;
  return (metrics.kind === 'outcomes' ? metrics.n : metrics.dataset?.rows) ?? null;
}

/** Runs of earlier versions may lack what the figure is made of. */
function figureOf(metrics: Metrics | null): ListedRun['figure'] {
  if (metrics === null || metrics.kind === 'robustness') return null;
  try {
    const found = primaryFigure(metrics);
    return found === null ? null : { name: found.name, value: found.value, ci95: found.ci95 };
  } catch {
    return null;
  }
}
