import { setMaxListeners } from 'node:events';
import type { Clock } from '../core/contracts.ts';
import { type ErrorCode, isRouterError, RouterError } from '../core/errors.ts';
import type { AnyLabel, TokenUsage } from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
import { type Failure, Pace, type PaceEvent } from './pace.ts';
import type { EvalClassifier } from './parts.ts';
import { Purse } from './purse.ts';
import { FREE, rangeOf } from './spend.ts';

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
  /** The model that says it answered; null when none did. */
  answeredBy: string | null;
  promptHash: string | null;
  usage: TokenUsage | null;
  /** Code of the error, when there was one. */
  error: ErrorCode | 'unexpected' | null;
  /** True for a remembered answer: it cost `usd` when it was given and nothing now. */
  cached: boolean;
  /** Marks of the label's source, such as what its confidence rests on. */
  flags?: readonly string[];
  /** Milliseconds the answer took, when it was given if it is remembered; waits before another try are left out. */
  ms: number | null;
  /** Further answers to the same row, under `--repeat`: rates average over all of them; label, route and calibration are of the first. */
  others?: readonly Predicted[];
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
  /** Told of retries and of changes in width. */
  onEvent?: (event: PaceEvent) => void;
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
 * cannot be written, a classifier that is set up wrongly, or a remembered answer that is not there where none may be asked.
 */
export async function predictAll(classifier: EvalClassifier, rows: readonly AskedRow[], options: PredictOptions): Promise<PredictResult> {
  const { jobs = 1, spentUsd = 0, signal, clock } = options;
  const purse = new Purse(options.maxUsd ?? Number.POSITIVE_INFINITY, spentUsd);
  const { default: pLimit } = await import('p-limit');
  const limit = pLimit(jobs);
  const finished = new AbortController();
  const desk = { classifier, purse, pace: paceOf(options), signal, drained: drainedAfter(options, finished.signal), clock };
  const predict = async (row: AskedRow): Promise<Predicted> => {
    const predicted = await predictRow(desk, row);
    if (predicted.state !== 'skipped_budget') options.onRow?.(predicted);
    return predicted;
  };
  try {
    return { rows: await Promise.all(rows.map((row) => limit(predict, row))), spentUsd: purse.spent - spentUsd };
  } finally {
    limit.clearQueue();
    finished.abort();
  }
}

/** Calls under way when the user interrupts are paid for already: they get this long to bring their answers home, milliseconds. */
const DRAIN_MS = 30_000;

/** Fires a while after the user's signal, for the calls under way; without means to wait, with it. */
export function drainedAfter({ signal, sleep }: Pick<PredictOptions, 'signal' | 'sleep'>, finished: AbortSignal): AbortSignal | undefined {
  if (signal === undefined || sleep === undefined) return signal;
  const late = new AbortController();
  // Every call in flight listens to it, and lets go when it ends: many at once are no leak.
  setMaxListeners(0, signal, late.signal);
  const wait = () => void sleep(DRAIN_MS, finished).then(() => late.abort());
  if (signal.aborted) wait();
  else signal.addEventListener('abort', wait, { once: true, signal: finished });
  return late.signal;
}

function paceOf({ jobs = 1, sleep, retries = 4, signal, onEvent }: PredictOptions): Pace {
  const waiting = sleep === undefined ? { retries: 0, sleep: async () => {} } : { retries, sleep };
  return new Pace({ most: jobs, ...waiting, ...(signal === undefined ? {} : { signal }), ...(onEvent === undefined ? {} : { onEvent }) });
}

type Desk = {
  classifier: EvalClassifier;
  purse: Purse;
  pace: Pace;
  signal: AbortSignal | undefined;
  drained: AbortSignal | undefined;
  clock: Clock;
};

async function predictRow(desk: Desk, row: AskedRow): Promise<Predicted> {
  if (desk.signal?.aborted) return emptyRow(row.id, 'skipped_budget', null);
  try {
    return await desk.pace.run(() => paidCall(desk, row), failureOf);
  } catch (error) {
    // An answer cut off by the user was never given: the row is asked again next time.
    if (desk.signal?.aborted) return emptyRow(row.id, 'skipped_budget', null);
    const code = isRouterError(error) ? error.code : 'unexpected';
    if (code === 'budget.exceeded') return emptyRow(row.id, 'skipped_budget', null);
    // A remembered answer that is not there, or an option that is wrong, is a mistake of the set-up, not a state of the row.
    if (code === 'cache.miss' || MISCONFIGURED.has(code)) throw error;
    const state = WRONG_ANSWERS.has(code) ? 'parse_failed' : 'provider_error';
    return { ...emptyRow(row.id, state, code), usd: isRouterError(error) ? (error.spentUsd ?? null) : null };
  }
}

/** One call under the cap: its most is put aside, then what it cost is settled, whether it failed or not. */
async function paidCall({ classifier, purse, drained, clock }: Desk, row: AskedRow): Promise<Predicted> {
  const { paid } = classifier;
  if (paid === undefined) return answered(classifier, row, clock, drained);
  const { expected, worst } = rangeOf(paid, row.request) ?? FREE;
  if (!(await purse.reserve(worst))) throw new RouterError('budget.exceeded', 'the cap is reached', { advice: 'raise `--max-usd`' });
  let usd = worst;
  try {
    const predicted = await answered(classifier, row, clock, drained);
    usd = predicted.cached ? 0 : (predicted.usd ?? expected);
    return predicted;
  } catch (error) {
    usd = lostOf(error, expected);
    throw error;
  } finally {
    purse.settle(worst, usd);
  }
}

async function answered(classifier: EvalClassifier, { id, request }: AskedRow, clock: Clock, signal?: AbortSignal): Promise<Predicted> {
  const started = clock.monotonic();
  const { label, source, latencyMs } = await classifier.classify(request, signal);
  const { usd, model, answeredBy = null, promptHash, usage, cached, flags } = source;
  const ms = latencyMs === undefined ? clock.monotonic() - started : latencyMs;
  return {
    id,
    state: 'ok',
    label,
    usd,
    model,
    answeredBy,
    promptHash,
    usage,
    error: null,
    cached,
    ms,
    ...(flags.length === 0 ? {} : { flags }),
  };
}

/** A bad answer is not rolled again: nobody does so in production, and trying again only what went wrong would flatter it. */
function failureOf(error: unknown): Failure {
  if (!isRouterError(error) || WRONG_ANSWERS.has(error.code)) return { retryable: false };
  const { retryable, retryAfterSeconds, code, message } = error;
  return { retryable, retryAfterSeconds, why: `${code}: ${message}` };
}

/** Dollars a failed call may have cost: nothing where it says nothing of it, the estimate where it does not know. */
function lostOf(error: unknown, expected: number): number {
  if (!isRouterError(error) || error.code === 'cache.miss') return 0;
  return error.spentUsd === null ? expected : (error.spentUsd ?? 0);
}

/** Errors of how a classifier was set up: they are the same for every row, and nobody's answer. */
const MISCONFIGURED: ReadonlySet<string> = new Set<ErrorCode>([
  'options.invalid',
  'input.not-found',
  'input.unreadable',
  'output.unwritable',
  'taxonomy.invalid',
  'prompt.invalid',
  'weights.invalid',
  'provider.missing-key',
  'provider.missing-package',
  'provider.unknown',
]);

/** Failures of the model's answer itself; every other failure is the way to it. */
const WRONG_ANSWERS: ReadonlySet<string> = new Set(['classify.bad-answer', 'classify.leaked', 'classify.refused']);

function emptyRow(id: string, state: RowState, error: Predicted['error']): Predicted {
  return {
    id,
    state,
    label: null,
    usd: null,
    model: null,
    answeredBy: null,
    promptHash: null,
    usage: null,
    error,
    cached: false,
    ms: null,
  };
}
