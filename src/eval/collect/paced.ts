import type { Answerer } from '../../core/answerer.ts';
import { isRouterError } from '../../core/errors.ts';
import { type Failure, Pace } from '../pace.ts';
import type { EvalParts } from '../parts.ts';

export type PacedOptions = { jobs: number; retries: number; signal?: AbortSignal };

/**
 * The same model, asked at the pace it bears, and again after failures that may pass. A call that cost something is not made twice:
 * the money set aside covers one, and asking until the answer pleases would flatter the model.
 */
export function paced(answerer: Answerer, { jobs, retries, signal }: PacedOptions, { sleep }: Pick<EvalParts, 'sleep'>): Answerer {
  const waiting = sleep === undefined ? { retries: 0, sleep: async () => {} } : { retries, sleep };
  const pace = new Pace({ most: jobs, ...waiting, ...(signal === undefined ? {} : { signal }) });
  return { ...answerer, ask: (request, options) => pace.run(() => answerer.ask(request, options), failureOf) };
}

/** A call that ran out of time had its chance: waiting as long again four times over would stop the run. */
const NOT_AGAIN = new Set(['provider.timeout', 'run.deadline', 'run.aborted']);

function failureOf(error: unknown): Failure {
  if (!isRouterError(error) || NOT_AGAIN.has(error.code)) return { retryable: false };
  const free = error.spentUsd === undefined || error.spentUsd === 0;
  return { retryable: error.retryable && free, retryAfterSeconds: error.retryAfterSeconds };
}
