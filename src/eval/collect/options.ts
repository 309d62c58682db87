import type { Answerer } from '../../core/answerer.ts';
import type { RouteRequest } from '../../core/request.ts';
import type { EvalParts } from '../parts.ts';
import type { GraderSources } from './rows.ts';

/** What is collected and how. Paths are absolute or relative to the working folder. */
export type CollectOptions = {
  /** Prompts with `id`, `prompt` (or `text`, `messages`), `grader` and `answer`; CSV or JSONL. */
  dataFile: string;
  /** Folder and name of the table that is written or added to. */
  out: string;
  /** What the table is called in what is printed. @default `out` */
  name?: string;
  /** Answers to each prompt by each model. @default 1 */
  repeat?: number;
  /** Limit of an answer whose request sets none, tokens. @default 2048 */
  maxOutputTokens?: number;
  /** Calls in flight, all candidates together. @default 8 */
  jobs?: number;
  /** Tries again after a failure that may pass and cost nothing. @default 4 */
  retries?: number;
  /** Nothing is spent above this, candidates and judge together, earlier attempts included, dollars; without it nothing is asked that has a price. */
  maxUsd?: number;
  /** Ask again where the provider failed or the answer could not be graded. @default false */
  retryErrors?: boolean;
  /** Keep the answers' text in the log, not their hash alone: they can then be graded anew. @default false */
  keepAnswers?: boolean;
  /** Human grades of some answers, to correct the judge by. */
  calibrationFile?: string;
  /** Leave bad rows out. @default false */
  skipBad?: boolean;
  /** Only the first so many prompts, drawn with the seed. */
  limit?: number;
  /** @default 7 */
  seed?: number;
  dryRun?: boolean;
  signal?: AbortSignal;
};

export const COLLECT_DEFAULTS = { repeat: 1, maxOutputTokens: 2_048, jobs: 8, retries: 4 } as const;

/** Everything a collection is handed. */
export type CollectParts = Pick<EvalParts, 'files' | 'clock' | 'process' | 'sleep' | 'progress'> &
  GraderSources & {
    answerers: readonly Answerer[];
    inputTokens(request: RouteRequest): number;
    /** Output tokens of an answer before any was measured. */
    expectedOutputTokens: number;
  };
