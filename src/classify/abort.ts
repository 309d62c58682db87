import { isTimeout } from '../core/abort.ts';
import { isRouterError, RouterError } from '../core/errors.ts';
import type { UnsureReason } from '../core/label.ts';

/**
 * The error of a classification whose signal aborted: `classify.timeout` when it ran out of time, else `classify.aborted`.
 *
 * @param spentUsd null when a call had been sent, since it may be billed all the same; left out when none had
 */
export function abortError(reason: unknown, spentUsd?: null): RouterError {
  const spent = spentUsd === undefined ? {} : { spentUsd };
  if (isTimeout(reason))
    return new RouterError('classify.timeout', 'no label within the deadline', {
      advice: 'allow more time, or use a faster classifier',
      retryable: true,
      cause: reason,
      ...spent,
    });
  return new RouterError('classify.aborted', 'classification was aborted by the caller', {
    advice: 'nothing to do',
    cause: reason,
    ...spent,
  });
}

/** @throws RouterError `classify.timeout` or `classify.aborted` when the signal has aborted already */
export function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal.reason);
}

/** The reason an axis is unsure when its classifier failed with this error. */
export function unsureReason(error: unknown): UnsureReason {
  if (!isRouterError(error)) return 'failed';
  if (error.code === 'classify.timeout' || error.code === 'classify.aborted') return 'timeout';
  return error.code === 'classify.refused' ? 'refused' : 'failed';
}
