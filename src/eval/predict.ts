import type { Clock } from '../core/contracts.ts';
import { type ErrorCode, isRouterError } from '../core/errors.ts';
import type { AnyLabel, TokenUsage } from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
import { type Failure, Pace } from './pace.ts';
import type { EvalClassifier } from './parts.ts';

/**
 * What became of one row: `parse_failed` counts as wrong (in production it triggers the fallback), `provider_error` is left out,
 * `skipped_budget` was never asked.
 */
export type RowState = 'ok' | 'parse_failed' | 'provider_error' | 'skipped_budget';

export const ROW_STATES = ['ok', 'parse_failed', 'provider_error', 'skipped_budget'] as const satisfies readonly RowState[];

export type Predicted = {
  id: string;
  state: RowState;
  label: AnyLabel | null;
  /** Dollars for this label; null when unknown. */
  usd: number | null;
  model: string | null;
  promptHash: string | null;
  usage: TokenUsage | null;
  /** Code of the error, when there was one. */
  error: ErrorCode | 'unexpected' | null;
  /** True for a remembered answer: it cost `usd` when it was given and nothing now. */
  cached: boolean;
  /** Milliseconds the answer took, when it was given if it is remembered; waits before another try are left out. */
  ms: number | null;
};

export type PredictOptions = {
  clock: Clock;
  /** Calls in flight at once. @default 1 */
  jobs?: number;
  /** Paid calls stop before spending more than this, dollars. */
  maxUsd?: number;
  /** Already spent on these rows, dollars: counts towards the cap. */
  spentUsd?: number;
  /** Waits before a failed call is tried again; without it none is. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Tries again after a failure that may pass. @default 4 */
  retries?: number;
  /** Called for each row that was asked, before it counts as done. */
  onRow?: (row: Predicted) => void;
  signal?: AbortSignal;
};

export type PredictResult = {
  rows: Predicted[];
  /** Dollars spent, as far as they are known. */
  spentUsd: number;
};

/** What a classifier is asked about. */
export type AskedRow = { id: string; request: RouteRequest };

/**
 * Asks a classifier for every row. A classifier's failure is a state of the row, never the end of the run; what ends it is a log that
 * cannot be written, or a remembered answer that is not there where none may be asked.
 */
export async function predictAll(classifier: EvalClassifier, rows: readonly AskedRow[], options: PredictOptions): Promise<PredictResult> {
  const { jobs = 1, spentUsd = 0, signal, clock } = options;
  const purse = new Purse(options.maxUsd ?? Number.POSITIVE_INFINITY, spentUsd);
  const { default: pLimit } = await import('p-limit');
  const limit = pLimit(jobs);
  const desk = { classifier, purse, pace: paceOf(options), signal, clock };
  const predict = async (row: AskedRow): Promise<Predicted> => {
    const predicted = await predictRow(desk, row);
    if (predicted.state !== 'skipped_budget') options.onRow?.(predicted);
    return predicted;
  };
  try {
    return { rows: await Promise.all(rows.map((row) => limit(predict, row))), spentUsd: purse.spent - spentUsd };
  } finally {
    limit.clearQueue();
  }
}

function paceOf({ jobs = 1, sleep, retries = 4, signal }: PredictOptions): Pace {
  const waiting = sleep === undefined ? { retries: 0, sleep: async () => {} } : { retries, sleep };
  return new Pace({ most: jobs, ...waiting, ...(signal === undefined ? {} : { signal }) });
}

/** Reserve before the call, settle after it, so that calls in flight cannot overspend together. */
class Purse {
  spent: number;
  private held = 0;
  private readonly maxUsd: number;
  constructor(maxUsd: number, spent: number) {
    this.maxUsd = maxUsd;
    this.spent = spent;
  }

  reserve(usd: number): boolean {
    if (this.spent + this.held + usd > this.maxUsd) return false;
    this.held += usd;
    return true;
  }

  settle(reserved: number, actual: number): void {
    this.held -= reserved;
    this.spent += actual;
  }
}

type Desk = { classifier: EvalClassifier; purse: Purse; pace: Pace; signal: AbortSignal | undefined; clock: Clock };

async function predictRow({ classifier, purse, pace, signal, clock }: Desk, row: AskedRow): Promise<Predicted> {
  const estimate = classifier.paid === undefined ? 0 : (classifier.paid.estimateUsd(row.request) ?? 0);
  if (signal?.aborted || !purse.reserve(estimate)) return emptyRow(row.id, 'skipped_budget', null);
  // Tries that failed may have cost something too; what is not known counts as estimated.
  let lostUsd = 0;
  const failureOf = (error: unknown): Failure => {
    lostUsd += lostOf(error, estimate);
    // A bad answer is not rolled again: nobody does so in production, and trying again only what went wrong would flatter it.
    if (!isRouterError(error) || WRONG_ANSWERS.has(error.code)) return { retryable: false };
    return { retryable: error.retryable, retryAfterSeconds: error.retryAfterSeconds };
  };
  try {
    const predicted = await pace.run(() => answered(classifier, row, clock, signal), failureOf);
    const usd = classifier.paid === undefined || predicted.cached ? 0 : (predicted.usd ?? estimate);
    purse.settle(estimate, lostUsd + usd);
    return predicted;
  } catch (error) {
    purse.settle(estimate, lostUsd);
    // An answer cut off by the user was never given: the row is asked again next time.
    if (signal?.aborted) return emptyRow(row.id, 'skipped_budget', null);
    const code = isRouterError(error) ? error.code : 'unexpected';
    // A remembered answer that is not there is a mistake of the set-up, not a state of the row.
    if (code === 'cache.miss') throw error;
    const state = WRONG_ANSWERS.has(code) ? 'parse_failed' : 'provider_error';
    return { ...emptyRow(row.id, state, code), usd: isRouterError(error) ? (error.spentUsd ?? null) : null };
  }
}

async function answered(classifier: EvalClassifier, { id, request }: AskedRow, clock: Clock, signal?: AbortSignal): Promise<Predicted> {
  const started = clock.monotonic();
  const { label, source, latencyMs } = await classifier.classify(request, signal);
  const { usd, model, promptHash, usage, cached } = source;
  const ms = latencyMs === undefined ? clock.monotonic() - started : latencyMs;
  return { id, state: 'ok', label, usd, model, promptHash, usage, error: null, cached, ms };
}

/** Dollars a failed call may have cost: nothing where it says nothing of it, the estimate where it does not know. */
function lostOf(error: unknown, estimate: number): number {
  if (!isRouterError(error) || error.code === 'cache.miss') return 0;
  return error.spentUsd === null ? estimate : (error.spentUsd ?? 0);
}

/** Failures of the model's answer itself; every other failure is the way to it. */
const WRONG_ANSWERS: ReadonlySet<string> = new Set(['classify.bad-answer', 'classify.refused']);

function emptyRow(id: string, state: RowState, error: Predicted['error']): Predicted {
  return { id, state, label: null, usd: null, model: null, promptHash: null, usage: null, error, cached: false, ms: null };
}
