import { isRouterError, RouterError } from '../core/errors.ts';

export type BatchOptions = {
  /** Requests under way at once, at least 1. @default 8 */
  concurrency?: number;
  /** Told after each request. */
  onProgress?: (progress: { done: number; failed: number; total: number }) => void;
  /** Stops taking new requests; those under way are aborted with it when they were given the same signal. */
  signal?: AbortSignal;
};

/** The answer to one request of a batch, or why there is none. */
export type BatchResult<R> = { ok: true; value: R } | { ok: false; error: RouterError };

/**
 * Runs many requests a few at a time; one that fails does not stop the others. Results come in the order of the requests.
 *
 * @throws RouterError `options.invalid` when the concurrency is not a whole number of at least 1
 */
export async function runBatch<I, R>(
  items: readonly I[],
  work: (item: I, at: number) => Promise<R>,
  options: BatchOptions = {},
): Promise<BatchResult<R>[]> {
  const { concurrency = 8, onProgress, signal } = options;
  if (!Number.isInteger(concurrency) || concurrency < 1) throw badConcurrency(concurrency);
  const { default: pLimit } = await import('p-limit');
  const limit = pLimit(concurrency);
  let done = 0;
  let failed = 0;
  const one = async (item: I, at: number): Promise<BatchResult<R>> => {
    const result = signal?.aborted ? { ok: false as const, error: stopped(signal.reason) } : await attempted(() => work(item, at));
    done += 1;
    if (!result.ok) failed += 1;
    onProgress?.({ done, failed, total: items.length });
    return result;
  };
  return Promise.all(items.map((item, at) => limit(one, item, at)));
}

async function attempted<R>(work: () => Promise<R>): Promise<BatchResult<R>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (isRouterError(error)) return { ok: false, error };
    const advice = 'see the cause';
    return { ok: false, error: new RouterError('run.hook-failed', 'a request of the batch threw', { advice, cause: error }) };
  }
}

function stopped(cause: unknown): RouterError {
  return new RouterError('run.aborted', 'the batch was stopped before this request', { advice: 'run the rest again', cause });
}

function badConcurrency(found: number): RouterError {
  return new RouterError('options.invalid', `expected \`concurrency\` of at least 1, found \`${found}\``, {
    where: 'concurrency',
    advice: 'use a whole number such as 8',
  });
}
