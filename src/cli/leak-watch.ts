import { AsyncLocalStorage } from 'node:async_hooks';
import { isRouterError, RouterError } from '../core/errors.ts';
import type { RouteRequest } from '../core/request.ts';
import type { EvalClassifier } from '../eval/parts.ts';
import { leaks } from '../eval/robustness/leak.ts';

type Ask<Said> = (request: RouteRequest, signal: AbortSignal) => Promise<Said>;

/** Reads along what an endpoint answers, so that an answer which held the prompt is known from one that was merely malformed. */
export type LeakWatch = { fetch: typeof globalThis.fetch; watched(classifier: EvalClassifier): EvalClassifier };

export function leakWatch(fetch: typeof globalThis.fetch): LeakWatch {
  const calls = new AsyncLocalStorage<{ leaked: boolean }>();
  const alert =
    <Said>(ask: Ask<Said>): Ask<Said> =>
    (request, signal) => {
      const call = { leaked: false };
      return calls.run(call, () => ask(request, signal).catch((error: unknown) => Promise.reject(call.leaked ? leaked(error) : error)));
    };
  return {
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const call = calls.getStore();
      if (call === undefined || typeof init?.body !== 'string') return response;
      // Read whole before it is handed on: it is one short answer, never a stream.
      const text = await response.text();
      call.leaked ||= leaksIn(init.body, text);
      return new Response(text, { status: response.status, statusText: response.statusText, headers: plainHeaders(response.headers) });
    },
    watched: ({ spoken, ...classifier }) => ({
      ...classifier,
      classify: alert(classifier.classify),
      ...(spoken === undefined ? {} : { spoken: { ...spoken, ask: alert(spoken.ask) } }),
    }),
  };
}

/** The text was decoded already. */
function plainHeaders(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) kept.delete(name);
  return kept;
}

function leaksIn(body: string, answer: string): boolean {
  const { messages = [] } = parsed<{ messages?: { role: string; content: unknown }[] }>(body) ?? {};
  const said = (role: string) => messages.flatMap((message) => (message.role === role ? [String(message.content)] : [])).join('\n');
  const { choices = [] } = parsed<{ choices?: { message?: { content?: unknown } }[] }>(answer) ?? {};
  return choices.some(({ message }) => typeof message?.content === 'string' && leaks(said('system'), said('user'), message.content));
}

function parsed<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

function leaked(error: unknown): unknown {
  if (!isRouterError(error) || error.code !== 'classify.bad-answer') return error;
  const { message, advice, spentUsd } = error;
  return new RouterError('classify.leaked', `${message}; it held words of the prompt`, {
    advice,
    ...(spentUsd === undefined ? {} : { spentUsd }),
    cause: error,
  });
}
