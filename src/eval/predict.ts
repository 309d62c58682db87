import type { Clock } from '../core/contracts.ts';
import { type ErrorCode, isRouterError } from '../core/errors.ts';
import type { AnyLabel } from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
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
  /** Code of the error, when there was one. */
  error: ErrorCode | 'unexpected' | null;
};

export type PredictOptions = {
  clock: Clock;
  /** Calls in flight at once. @default 1 */
  jobs?: number;
  /** Paid calls stop before spending more than this, dollars. */
  maxUsd?: number;
  /** Already spent on these rows, dollars: counts towards the cap. */
  spentUsd?: number;
  /** Called for each row that was asked, before it counts as done. */
  onRow?: (row: Predicted) => void;
  signal?: AbortSignal;
};

export type PredictResult = {
  rows: Predicted[];
  /** Milliseconds of each row, in the order of the rows. */
  milliseconds: Float64Array;
  /** Dollars spent, as far as they are known. */
  spentUsd: number;
};

/** What a classifier is asked about. */
export type AskedRow = { id: string; request: RouteRequest };

/** Asks a classifier for every row. A classifier's failure is a state of the row, never the end of the run. */
export async function predictAll(classifier: EvalClassifier, rows: readonly AskedRow[], options: PredictOptions): Promise<PredictResult> {
  const milliseconds = new Float64Array(rows.length);
  const purse = new Purse(options.maxUsd ?? Number.POSITIVE_INFINITY, options.spentUsd ?? 0);
  const { default: pLimit } = await import('p-limit');
  const limit = pLimit(options.jobs ?? 1);
  const predict = async (row: AskedRow, index: number): Promise<Predicted> => {
    const started = options.clock.monotonic();
    const predicted = await predictRow(classifier, row, purse, options.signal);
    milliseconds[index] = options.clock.monotonic() - started;
    if (predicted.state !== 'skipped_budget') options.onRow?.(predicted);
    return predicted;
  };
  const predicted = await Promise.all(rows.map((row, index) => limit(predict, row, index)));
  return { rows: predicted, milliseconds, spentUsd: purse.spent - (options.spentUsd ?? 0) };
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

  settle(reserved: number, actual: number | null): void {
    this.held -= reserved;
    this.spent += actual ?? reserved;
  }
}

async function predictRow(classifier: EvalClassifier, row: AskedRow, purse: Purse, signal?: AbortSignal): Promise<Predicted> {
  const estimate = classifier.paid === undefined ? 0 : (classifier.paid.estimateUsd(row.request) ?? 0);
  if (signal?.aborted || !purse.reserve(estimate)) return emptyRow(row.id, 'skipped_budget', null);
  try {
    const { label, source } = await classifier.classify(row.request, signal);
    purse.settle(estimate, classifier.paid === undefined ? 0 : source.usd);
    return { id: row.id, state: 'ok', label, usd: source.usd, model: source.model, promptHash: source.promptHash, error: null };
  } catch (error) {
    purse.settle(estimate, null);
    // An answer cut off by the user was never given: the row is asked again next time.
    if (signal?.aborted) return emptyRow(row.id, 'skipped_budget', null);
    const code = isRouterError(error) ? error.code : 'unexpected';
    return emptyRow(row.id, WRONG_ANSWERS.has(code) ? 'parse_failed' : 'provider_error', code);
  }
}

/** Failures of the model's answer itself; every other failure is the way to it. */
const WRONG_ANSWERS: ReadonlySet<string> = new Set(['classify.bad-answer', 'classify.refused']);

function emptyRow(id: string, state: RowState, error: Predicted['error']): Predicted {
  return { id, state, label: null, usd: null, model: null, promptHash: null, error };
}
