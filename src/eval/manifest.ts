import { join } from 'node:path';
import { canonicalJson } from '../core/canonical.ts';
import { unsureAxes } from '../core/label.ts';
import type { Dataset } from './dataset.ts';
import { shortHash } from './load.ts';
import { EVAL_DEFAULTS, type EvalOptions } from './options.ts';
import type { EvalFiles, EvalParts, RunContext } from './parts.ts';
import type { Predicted, PredictResult } from './predict.ts';

/** Typical and slow times of one label, milliseconds. */
export type Timing = { p50: number; p99: number };

/** `manifest.json`: everything needed to say what was run, and nothing that figures depend on by chance. */
export type Manifest = {
  schemaVersion: 1;
  status: 'complete' | 'partial';
  startedAt: string;
  seconds: number;
  dataset: { name: string; hash: string; rows: number; split: string };
  policy: { name: string; hash: string };
  taxonomyHash: string;
  classifiers: { name: string; model: string | null; promptHash: string | null; timing: Timing | null }[];
  router: string;
  seed: number;
  replicates: number;
  spentUsd: number;
  context: RunContext;
  /** Hash of what the figures rest on: dataset, policy, taxonomy, classifiers with prompts, seed and replicates. */
  hash: string;
};

export type ManifestInput = {
  dataset: Dataset;
  options: EvalOptions;
  parts: EvalParts;
  results: ReadonlyMap<string, PredictResult>;
  startedAt: number;
  seconds: number;
  router: string;
};

export function manifestOf({ dataset, options, parts, results, startedAt, seconds, router }: ManifestInput): Manifest {
  const { split, seed, replicates } = settings(options);
  const classifiers = [...results].map(([name, result]) => ({
    name,
    model: result.rows.find(({ model }) => model !== null)?.model ?? null,
    promptHash: result.rows.find(({ promptHash }) => promptHash !== null)?.promptHash ?? null,
    timing: timingOf(result.milliseconds),
  }));
  const skipped = [...results.values()].some(({ rows }) => rows.some(({ state }) => state === 'skipped_budget'));
  const settled = {
    dataset: { name: dataset.name, hash: dataset.hash, rows: dataset.rows.length, split },
    policy: { name: parts.policy.name, hash: parts.policy.hash },
    taxonomyHash: shortHash(canonicalJson(parts.taxonomy)),
    router,
    seed,
    replicates,
  };
  const identity = { ...settled, classifiers: classifiers.map(({ name, model, promptHash }) => ({ name, model, promptHash })) };
  return {
    schemaVersion: 1,
    status: skipped ? 'partial' : 'complete',
    startedAt: new Date(startedAt).toISOString(),
    seconds,
    ...settled,
    classifiers,
    spentUsd: [...results.values()].reduce((sum, { spentUsd }) => sum + spentUsd, 0),
    context: parts.context,
    hash: shortHash(canonicalJson(identity)),
  };
}

function settings(options: EvalOptions): { split: string; seed: number; replicates: number } {
  return {
    split: options.split ?? EVAL_DEFAULTS.split,
    seed: options.seed ?? EVAL_DEFAULTS.seed,
    replicates: options.replicates ?? EVAL_DEFAULTS.replicates,
  };
}

function timingOf(milliseconds: Float64Array): Timing | null {
  if (milliseconds.length === 0) return null;
  const sorted = milliseconds.toSorted();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The run folder of a dataset. */
export function openFolder(options: EvalOptions, dataset: Dataset, { clock, files }: EvalParts): string {
  return newFolder(options.runsFolder, options.split ?? EVAL_DEFAULTS.split, dataset.hash, clock.now(), files);
}

/** A new folder named by time, what is evaluated and its hash; a second run within the same second gets a number. */
export function newFolder(runsFolder: string, name: string, hash: string, now: number, files: EvalFiles): string {
  const stamp = new Date(now).toISOString().replace(/[:]/g, '').replace(/\..*/, 'Z');
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 40);
  const base = join(runsFolder, `${stamp}-${safe}-${hash.slice(0, 4)}`);
  let folder = base;
  for (let count = 2; files.exists(folder); count++) folder = `${base}-${count}`;
  files.makeFolder(folder);
  return folder;
}

/** One line of `rows.jsonl`: what one classifier said of one row. */
export function rowLine(classifier: string, { id, state, label, usd, model, promptHash, error }: Predicted): string {
  const axes = Object.entries(label ?? {}).map(
    ([axis, { value, confidence, probabilities }]) => [axis, { value, confidence, probabilities }] as const,
  );
  const stored = label === null ? null : Object.fromEntries(axes);
  return JSON.stringify({
    v: 1,
    classifier,
    id,
    state,
    label: stored,
    unsure: label === null ? {} : unsureAxes(label),
    usd,
    model,
    promptHash,
    error,
  });
}
