import type { OpenAI } from 'openai';
import type { RouterError } from '../core/errors.ts';
import type { EndpointOptions } from './endpoint.ts';
import { type CallContext, failureOf, statusFailure } from './failures.ts';
import { guardedFetch } from './guarded-fetch.ts';

/** The SDK's own timer is out of the way: ours are finer, and its does not stop a stream that stalls. */
const NEVER_MS = 2_147_483_647;

/** The `openai` package's client, loaded by whoever calls first. It sends each call once. */
export async function makeClient(options: EndpointOptions): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
  return new OpenAI({
    baseURL: options.baseUrl ?? 'https://api.openai.com/v1',
    apiKey: options.apiKey ?? 'none',
    // Written out, because the SDK would read them from the environment and send them to whatever address this is.
    organization: null,
    project: null,
    maxRetries: 0,
    timeout: NEVER_MS,
    logLevel: 'off',
    defaultHeaders: { ...(options.apiKey === undefined ? { authorization: null } : {}), ...options.headers },
    fetch: guardedFetch(options.fetch ?? globalThis.fetch),
  });
}

/** Whatever the package throws as a `RouterError`. */
export function callFailure(error: unknown, context: CallContext): RouterError {
  return isStatusError(error) ? statusFailure(error.status, error.headers, bodyOf(error), context) : failureOf(error, context);
}

type StatusError = { status: number; headers: Headers | undefined; error: unknown; message: string };

/** Told by shape, not by class, so that the package need not be loaded here. */
function isStatusError(error: unknown): error is StatusError {
  return typeof (error as { status?: unknown } | null)?.status === 'number' && (error as { headers?: unknown }).headers instanceof Headers;
}

/** The SDK keeps the parsed `error` field, or the raw text in the message when the body was not JSON. */
function bodyOf({ error, message }: StatusError): string {
  return error === undefined || error === null ? message : JSON.stringify({ error });
}
