import type { DriftReference } from '../core/drift.ts';
import type { CacheOptions } from './answer-store.ts';
import type { Gate } from './gate.ts';
import type { GitReader } from './parts.ts';
import type { LoggedRow } from './run-log.ts';

/** What every evaluation has, of labels or of an outcome table. Paths are absolute or relative to the working folder. */
export type RunOptions = {
  /** Where run folders go. */
  runsFolder: string;
  /** Leave bad rows out and count them. @default false */
  skipBad?: boolean;
  /** At most so many rows, drawn with the seed. Default: all. */
  limit?: number;
  /** Seed of every draw. @default 7 */
  seed?: number;
  /** Bootstrap replicates. @default 2000 */
  replicates?: number;
  /** Calls in flight for paid classifiers. @default 8 */
  jobs?: number;
  /** How remembered answers of paid classifiers are used. Default: not at all. */
  cache?: CacheOptions;
  /** Tries again after a failure that may pass. @default 4 */
  retries?: number;
  /** Paid classifiers stop before this sum, dollars; without it they do not run. */
  maxUsd?: number;
  /** Continue this run folder. Default: an unfinished run of the same identity, if there is one. */
  resume?: string;
  /** With `resume`: continue although dataset, prompt, policy or prices changed; the report is marked. @default false */
  allowChanged?: boolean;
  /** Ask again for rows lost to the provider in an earlier attempt. @default false */
  retryErrors?: boolean;
  /** Compare with `last` (the newest complete run on the same rows), `blessed` (the committed baseline) or a run folder, or `git:REV` (a run made at that revision, else the baseline committed there). */
  compare?: string;
  /** Answers of an earlier run, taken in place of asking; rows they do not hold are left out. */
  replay?: readonly LoggedRow[];
  /** What the run's requests are compared with for drift. */
  drift?: DriftReference;
  /** Checks that must hold; a failed one ends with exit code 1. */
  gate?: Gate;
  /** Ids the gate never lets break. */
  neverBreak?: readonly string[];
  /** Make this run the committed baseline, if the gate passes. @default false */
  bless?: boolean;
  /** Where baselines are committed. @default 'evals/baselines' */
  baselinesFolder?: string;
  /** Reads revisions, for `compare: 'git:REV'`; without it that is refused. */
  git?: GitReader;
  /** Say what it would cost and stop. @default false */
  dryRun?: boolean;
  signal?: AbortSignal;
};

/** What is evaluated and how. Paths are absolute or relative to the working folder. */
export type EvalOptions = RunOptions & {
  /** A labelled prompt set, CSV or JSONL. */
  datasetFile: string;
  /** Which split that is; `test` asks and is written down. @default 'dev' */
  split?: 'train' | 'dev' | 'test';
  /** The classifier that serves: the verdict is about its router. Default: the first one handed in. */
  router?: string;
  /** Where looks at the test split are written down. */
  ledgerFile: string;
  /** Consent to what would be asked: a look at the test split. @default false */
  yes?: boolean;
  /** Answers of paid classifiers to each row, averaged within the row. @default 1 */
  repeat?: number;
};

export const EVAL_DEFAULTS = { split: 'dev', seed: 7, replicates: 2_000, jobs: 8 } as const;
