import { type ErrorCode, isRouterError, RouterError } from '../core/errors.ts';
import { scrub } from './scrub.ts';

/** What is known of a call when it fails. */
export type CallContext = {
  provider: string;
  keyName: string;
  model: string;
  secrets: readonly string[];
  now: () => number;
  signal?: AbortSignal | undefined;
  /** True while the call has no answer and may have gone out on a kept-alive socket that the other side was closing. */
  mayBeStale: () => boolean;
};

const MOST_RETRY_AFTER_SECONDS = 86_400;

/**
 * Seconds asked for by `Retry-After` (seconds or a date) or `retry-after-ms`, 0 to a day; undefined when it says nothing usable.
 *
 * @param now wall time, milliseconds
 */
export function retryAfterSeconds(headers: Headers | undefined, now: number): number | undefined {
  const milliseconds = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (milliseconds >= 0) return Math.min(milliseconds / 1_000, MOST_RETRY_AFTER_SECONDS);
  const value = headers?.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value), MOST_RETRY_AFTER_SECONDS);
  if (!/[A-Za-z]{3}/.test(value)) return undefined;
  const seconds = (Date.parse(value) - now) / 1_000;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(seconds, 0), MOST_RETRY_AFTER_SECONDS);
}

/** The error of a status that is not a success. */
export function statusFailure(status: number, headers: Headers | undefined, body: string, context: CallContext): RouterError {
  const code = codeOf(status, body);
  const said = scrub(messageIn(body), context.secrets);
  const seconds = retryAfterSeconds(headers, context.now());
  return new RouterError(code, `\`${context.provider}\` answered ${status} for \`${context.model}\`${said === '' ? '' : `: ${said}`}`, {
    where: context.provider,
    advice: adviceFor(code, context),
    status,
    retryable: code === 'provider.rate-limited' || code === 'provider.failed',
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
  });
}

function codeOf(status: number, body: string): ErrorCode {
  if (status === 429) return 'provider.rate-limited';
  if (status === 401 || status === 403) return 'provider.unauthorised';
  if (status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 425) {
    if (/context_length|context length|context window|maximum context|too many tokens|prompt is too long/i.test(body))
      return 'provider.context-length';
    if (/content_policy|content_filter|content management policy|safety/i.test(body)) return 'provider.content-policy';
    return 'provider.rejected';
  }
  return 'provider.failed';
}

function adviceFor(code: ErrorCode, { provider, keyName }: CallContext): string {
  if (code === 'provider.unauthorised') return `check the key of provider \`${provider}\`: ${keyName}`;
  if (code === 'provider.rate-limited') return 'wait as asked, add a candidate, or ask the provider for a higher limit';
  if (code === 'provider.context-length') return 'shorten the request, or add a model with a larger context';
  if (code === 'provider.content-policy') return 'change the request: the provider refuses its content';
  if (code === 'provider.rejected') return 'mend the request: the provider will not take it as it is';
  return 'try again, or add a candidate at another provider';
}

/** The words of an OpenAI-shaped error body, or the start of whatever came. */
function messageIn(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    const error = (parsed as { error?: { message?: unknown } | string } | null)?.error;
    const message = typeof error === 'string' ? error : error?.message;
    return typeof message === 'string' ? message : body;
  } catch {
    return body.trimStart().startsWith('<') ? '' : body;
  }
}

/** Anything a call may throw as a `RouterError`: aborts keep the reason of who aborted, sockets say how they died. */
export function failureOf(error: unknown, context: CallContext): RouterError {
  if (context.signal?.aborted) return abortFailure(context.signal.reason, context);
  if (isRouterError(error)) return error;
  const { closed, words } = socketStory(error);
  const code = closed && context.mayBeStale() ? 'provider.stale-socket' : 'provider.unreachable';
  const said = scrub(words, context.secrets);
  return new RouterError(code, `no answer from \`${context.provider}\` for \`${context.model}\`: ${said}`, {
    where: context.provider,
    advice: 'check the address and the network, or add a candidate at another provider',
    retryable: true,
    cause: error,
  });
}

function abortFailure(reason: unknown, context: CallContext): RouterError {
  if (isRouterError(reason)) return reason;
  return new RouterError('provider.aborted', `the call to \`${context.model}\` was aborted`, {
    advice: 'nothing to do: somebody asked for it',
    cause: reason,
  });
}

type Caused = { code?: unknown; message?: unknown; cause?: unknown };
const CLOSED_CODES = new Set<unknown>(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/** Walks the causes for the words of the socket, which are the last ones. */
function socketStory(error: unknown): { closed: boolean; words: string } {
  let closed = false;
  let words = '';
  for (let at = error as Caused | undefined | null, depth = 0; at !== undefined && at !== null && depth < 5; depth++) {
    const text = [at.code, at.message].filter((part) => typeof part === 'string').join(' ');
    if (text !== '') words = text;
    if (CLOSED_CODES.has(at.code)) closed = true;
    at = at.cause as Caused | undefined;
  }
  return { closed, words };
}

/** An answer that came but cannot be used. */
export function badResponse(expected: string, found: string, context: Pick<CallContext, 'provider' | 'model' | 'secrets'>): RouterError {
  return new RouterError(
    'provider.bad-response',
    `\`${context.provider}\` sent no usable answer for \`${context.model}\`: expected ${expected}, found ${scrub(found, context.secrets).slice(0, 120)}`,
    { where: context.provider, advice: 'check that the address is an OpenAI-compatible endpoint', retryable: true },
  );
}
