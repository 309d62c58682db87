import { isRouterError, RouterError } from '../core/errors.ts';
import { abortError } from './abort.ts';

/**
 * Anything a call to an endpoint may throw as an error with a `classify.*` code.
 *
 * @param signal the one the call was made under; when it aborted, that is the news
 */
export function asClassifyError(error: unknown, signal: AbortSignal): RouterError {
  if (signal.aborted) return abortError(signal.reason, null);
  if (!isRouterError(error)) return failed(error instanceof Error ? error.message : String(error), 'look at `cause`', error);
  if (error.code.startsWith('classify.')) return error;
  if (error.code === 'provider.timeout')
    return new RouterError('classify.timeout', error.message, { advice: error.advice, retryable: true, spentUsd: null, cause: error });
  if (error.code === 'provider.content-policy')
    return new RouterError('classify.refused', 'the endpoint refused the text', { advice: 'ask another model', cause: error });
  return failed(error.message, error.advice, error);
}

/** Without a status it is not known whether the endpoint got to work, and so what was spent. */
function failed(message: string, advice: string, cause: unknown): RouterError {
  const refused = isRouterError(cause) && NEVER_SENT.test(cause.message);
  const known = refused || (isRouterError(cause) && cause.status !== undefined && cause.status >= 400);
  const retryable = isRouterError(cause) && cause.retryable;
  return new RouterError('classify.failed', `asking for a label failed: ${message}`, {
    advice,
    retryable,
    cause,
    ...(isRouterError(cause) && cause.retryAfterSeconds !== undefined ? { retryAfterSeconds: cause.retryAfterSeconds } : {}),
    ...(known ? {} : { spentUsd: null }),
  });
}

/** Words of a socket that never came about: nothing was sent, so nothing was spent. */
const NEVER_SENT = /\b(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN)\b/;
