import { canonicalJson } from '../core/canonical.ts';
import { type ClassifyingCost, classifyingCost } from './classifying.ts';
import type { Dataset } from './dataset.ts';
import { shortHash } from './load.ts';
import { EVAL_DEFAULTS, type EvalOptions } from './options.ts';
import type { EvalParts, RunContext } from './parts.ts';
import type { Predicted, PredictResult } from './predict.ts';
import type { Identity, OpenRun, RunHead } from './run-folder.ts';

/** Typical and slow times of one label, milliseconds. */
export type Timing = { p50: number; p99: number };

/** `manifest.json`: everything needed to say what was run. Times and spending live here, so that `metrics.json` is the same for the same run. */
export type Manifest = RunHead & {
  seconds: number;
  dataset: { name: string; hash: string; rows: number; split: string };
  policy: { name: string; hash: string };
  classifiers: { name: string; model: string | null; promptHash: string | null; timing: Timing | null }[];
  /** Tokens, dollars and latency of labelling, per classifier. */
  classifying: ClassifyingCost[];
  router: string;
  /** Dollars spent by this attempt, and what all rows cost when they were answered, as far as known. */
  spentUsd: number;
  freshUsd: number;
  /** Share of rows with a remembered answer, 0..1. */
  cached: number;
  /** True when rows of an earlier attempt were taken over. */
  resumed: boolean;
  /** Set when a run was continued although something had changed. */
  changed: boolean;
  context: RunContext;
};

/** What the figures of a run on labels rest on. */
export function identityOf(dataset: Dataset, options: EvalOptions, { policy, taxonomy, classifiers }: EvalParts, router: string): Identity {
  const prices = [...policy.models.values()].map(({ id, price }) => [id, price]);
  return {
    dataset: `${dataset.name} ${dataset.hash}`,
    rows: dataset.rows.length,
    split: options.split ?? EVAL_DEFAULTS.split,
    policy: policy.hash,
    prices: shortHash(canonicalJson(prices)),
    taxonomy: shortHash(canonicalJson(taxonomy)),
    classifiers: classifiers.map(({ name, version }) => `${name} ${version ?? ''}`.trim()),
    router,
    ...promptOf(classifiers, router),
    ...(options.repeat === undefined || options.repeat === 1 ? {} : { repeat: options.repeat }),
    seed: options.seed ?? EVAL_DEFAULTS.seed,
    replicates: options.replicates ?? EVAL_DEFAULTS.replicates,
  };
}

/** The version of the prompt the router asks with: `--compare last` looks for another one. */
function promptOf(classifiers: EvalParts['classifiers'], router: string): { prompt?: string } {
  const prompt = classifiers.find(({ name }) => name === router)?.prompt;
  return prompt === undefined ? {} : { prompt: prompt.hash };
}

/** The hash runs are found again by. */
export function identityHash(identity: Identity): string {
  return shortHash(canonicalJson(identity));
}

export type ManifestInput = {
  dataset: Dataset;
  options: EvalOptions;
  parts: EvalParts;
  results: ReadonlyMap<string, PredictResult>;
  run: OpenRun;
  identity: Identity;
  seconds: number;
  router: string;
};

export function manifestOf({ dataset, options, parts, results, run, identity, seconds, router }: ManifestInput): Manifest {
  const classifiers = [...results].map(([name, result]) => ({
    name,
    model: result.rows.find(({ model }) => model !== null)?.model ?? null,
    promptHash: result.rows.find(({ promptHash }) => promptHash !== null)?.promptHash ?? null,
    timing: timingOf(result.rows.flatMap(({ ms }) => (ms === null ? [] : [ms]))),
  }));
  return {
    schemaVersion: 1,
    status: isPartial(results) ? 'partial' : 'complete',
    startedAt: run.startedAt,
    identity,
    hash: identityHash(identity),
    seconds,
    dataset: { name: dataset.name, hash: dataset.hash, rows: dataset.rows.length, split: options.split ?? EVAL_DEFAULTS.split },
    policy: { name: parts.policy.name, hash: parts.policy.hash },
    router,
    classifiers,
    classifying: classifyingOf(results, parts),
    spentUsd: spentOf(results),
    ...freshOf(results),
    resumed: run.resumed,
    changed: options.allowChanged ?? false,
    context: parts.context,
  };
}

/** What labelling cost, in the order of the classifiers. */
export function classifyingOf(
  results: ReadonlyMap<string, PredictResult>,
  { classifiers }: Pick<EvalParts, 'classifiers'>,
): ClassifyingCost[] {
  return classifiers.map((classifier) => classifyingCost(classifier, results.get(classifier.name)?.rows ?? []));
}

/** Rows that were never asked for want of money: the run can be taken up again. */
export function isPartial(results: ReadonlyMap<string, PredictResult>): boolean {
  const skipped = ({ state, others }: Predicted): boolean => state === 'skipped_budget' || (others ?? []).some(skipped);
  return [...results.values()].some(({ rows }) => rows.some(skipped));
}

export function spentOf(results: ReadonlyMap<string, PredictResult>): number {
  return [...results.values()].reduce((sum, { spentUsd }) => sum + spentUsd, 0);
}

/** What all rows cost when they were answered, and the share of remembered answers. */
export function freshOf(results: ReadonlyMap<string, PredictResult>): { freshUsd: number; cached: number } {
  const rows = [...results.values()].flatMap((result) => result.rows.flatMap((row) => [row, ...(row.others ?? [])]));
  const cached = rows.filter((row) => row.cached).length;
  return { freshUsd: rows.reduce((sum, { usd }) => sum + (usd ?? 0), 0), cached: rows.length === 0 ? 0 : cached / rows.length };
}

function timingOf(milliseconds: readonly number[]): Timing | null {
  if (milliseconds.length === 0) return null;
  const sorted = Float64Array.from(milliseconds).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
