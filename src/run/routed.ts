import type { ChatChunk, ChatCompletion } from '../core/completion.ts';
import { RouterError } from '../core/errors.ts';

/** The name that asks for routing; every other one goes to the client as it is. */
export const AUTO = 'auto';

type Create = (...args: never[]) => unknown;
/** The part of OpenAI's client that is replaced; the rest stays the client's own. */
export type OpenAIShaped = { chat: { completions: { create: Create } } };

export type RoutedBody<O> = {
  model: typeof AUTO;
  route?: O;
  messages: readonly object[];
  stream?: boolean | null;
  [field: string]: unknown;
};

/** `create` with one more way to call it. */
export type RoutedCreate<O> = {
  (
    body: RoutedBody<O> & { stream: true },
    options?: { signal?: AbortSignal },
  ): Promise<AsyncIterable<ChatChunk> & { controller: AbortController }>;
  (body: RoutedBody<O> & { stream?: false | null }, options?: { signal?: AbortSignal }): Promise<ChatCompletion>;
};

export type RoutedClient<C extends OpenAIShaped, O> = Omit<C, 'chat'> & {
  chat: Omit<C['chat'], 'completions'> & {
    completions: Omit<C['chat']['completions'], 'create'> & { create: RoutedCreate<O> & C['chat']['completions']['create'] };
  };
};

export type RoutedAsk<O> = {
  whole: (request: Record<string, unknown>, options: O) => Promise<{ completion: ChatCompletion }>;
  streamed: (request: Record<string, unknown>, options: O) => Promise<{ stream: AsyncIterableIterator<ChatChunk> }>;
};

/**
 * A client in OpenAI's shape whose `chat.completions.create({ model: 'auto' })` routes; other models and every other method are the client's.
 *
 * @throws RouterError `options.invalid` when the client has no `chat.completions.create`
 */
export function routedClient<C extends OpenAIShaped, O extends object>(
  client: C,
  ask: RoutedAsk<O & { signal?: AbortSignal }>,
): RoutedClient<C, O> {
  if (typeof client?.chat?.completions?.create !== 'function') throw notAClient();
  const create = (body: RoutedBody<O>, options?: { signal?: AbortSignal }): unknown => {
    const { completions } = client.chat;
    if (body?.model !== AUTO) return (completions.create as (...args: unknown[]) => unknown).call(completions, body, options);
    return routeCall(body, options, ask);
  };
  const completions = overlay(client.chat.completions, { create });
  return overlay(client, { chat: overlay(client.chat, { completions }) }) as unknown as RoutedClient<C, O>;
}

async function routeCall<O extends object>(
  { model: _auto, route, ...request }: RoutedBody<O>,
  options: { signal?: AbortSignal } | undefined,
  ask: RoutedAsk<O & { signal?: AbortSignal }>,
): Promise<unknown> {
  const settings = { ...(route as O) };
  const { signal } = options ?? {};
  if (request.stream !== true) return (await ask.whole(request, { ...settings, ...(signal === undefined ? {} : { signal }) })).completion;
  const controller = new AbortController();
  signal?.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  const { stream } = await ask.streamed(request, { ...settings, signal: controller.signal });
  return Object.assign(stream, { controller });
}

/** The same object but for some of its fields; methods keep their own `this`, which private fields insist on. */
function overlay<T extends object>(target: T, fields: Record<string, unknown>): T {
  return new Proxy(target, {
    get(object, name) {
      if (typeof name === 'string' && Object.hasOwn(fields, name)) return fields[name];
      const value: unknown = Reflect.get(object, name, object);
      return typeof value === 'function' ? value.bind(object) : value;
    },
  });
}

function notAClient(): RouterError {
  return new RouterError('options.invalid', 'expected a client with `chat.completions.create`', {
    where: 'client',
    advice: 'pass `new OpenAI()` of the `openai` package',
  });
}
