import type { OpenAI } from 'openai';
import type { ChatCompletion, Provider, ProviderAnswer, ProviderCall } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import { ANSWER_BYTES, readText, toCompletion } from './answer.ts';
import { bytesOf } from './bytes.ts';
import { readChunks } from './chunks.ts';
import { badResponse, type CallContext, failureOf, statusFailure } from './failures.ts';
import { guardedFetch } from './guarded-fetch.ts';
import type { StreamLimits } from './sse.ts';
import { tokenUsage } from './usage.ts';

export type OpenAIProviderOptions = {
  /** What the provider is called in model ids and messages. @default 'openai' */
  name?: string;
  /** Address of the endpoint up to and including `/v1`. @default 'https://api.openai.com/v1' */
  baseUrl?: string;
  /** Left out for local servers that ask for none. */
  apiKey?: string | undefined;
  /** What the key's variable is called, for advice. @default 'OPENAI_API_KEY' */
  keyName?: string;
  /** Headers added to every call. */
  headers?: Readonly<Record<string, string>>;
  /** Whether the endpoint understands `stream_options.include_usage`, so that streamed answers can be priced. @default true */
  streamUsage?: boolean;
  /** @default the global `fetch` */
  fetch?: typeof globalThis.fetch | undefined;
  /** Wall time in milliseconds, for `Retry-After` dates. @default Date.now */
  now?: () => number;
  streamLimits?: StreamLimits;
};

/** The SDK's own timer is out of the way: ours are finer, and its does not stop a stream that stalls. */
const NEVER_MS = 2_147_483_647;

/**
 * Any OpenAI-compatible endpoint through the `openai` package: its client builds and sends the call, once; the answer is read here.
 *
 * @throws RouterError `provider.missing-key` for an empty or quoted key
 * @example
 * const provider = openaiProvider({ name: 'local', baseUrl: 'http://127.0.0.1:11434/v1' });
 * provider.name // => 'local'
 */
export function openaiProvider(options: OpenAIProviderOptions = {}): Provider {
  const name = options.name ?? 'openai';
  const keyName = options.keyName ?? 'OPENAI_API_KEY';
  checkKey(options.apiKey, keyName, name);
  let client: Promise<OpenAI> | undefined;
  let served = false;
  return {
    name,
    async complete(call) {
      let answered = false;
      const mayBeStale = () => served && !answered;
      const context: CallContext = { ...contextOf(call, options, name, keyName), mayBeStale };
      try {
        client ??= makeClient(options);
        const response = await send(await client, call, options);
        answered = true;
        served = true;
        return call.onChunk === undefined
          ? await wholeAnswer(response, context)
          : await streamedAnswer(response, call, call.onChunk, context, options);
      } catch (error) {
        throw isStatusError(error) ? statusFailure(error.status, error.headers, bodyOf(error), context) : failureOf(error, context);
      }
    },
  };
}

function contextOf(call: ProviderCall, options: OpenAIProviderOptions, provider: string, keyName: string) {
  const secrets = options.apiKey === undefined ? [] : [options.apiKey];
  return { provider, keyName, model: call.model, secrets, now: options.now ?? Date.now, signal: call.signal };
}

/** A key with a line end or quotes around it is a slip of the shell; the value itself is never shown. */
function checkKey(apiKey: string | undefined, keyName: string, provider: string): void {
  if (apiKey === undefined) return;
  const fault = apiKey.trim() === '' ? 'is empty' : /[\s"'`]|[^\x21-\x7e]/.test(apiKey) ? 'holds spaces, a line end or quotes' : null;
  if (fault === null) return;
  throw new RouterError('provider.missing-key', `the API key of provider \`${provider}\` ${fault}`, {
    where: keyName,
    advice: `set ${keyName} to the bare key, or use provider \`fake\``,
  });
}

async function makeClient(options: OpenAIProviderOptions): Promise<OpenAI> {
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

function send(client: OpenAI, call: ProviderCall, options: OpenAIProviderOptions): Promise<Response> {
  const body = { ...call.body, model: call.model, ...streamFields(call, options) };
  const settings = { maxRetries: 0, ...(call.signal === undefined ? {} : { signal: call.signal }) };
  return client.post('/chat/completions', { body, ...settings }).asResponse();
}

function streamFields(call: ProviderCall, options: OpenAIProviderOptions): Record<string, unknown> {
  if (call.onChunk === undefined) return { stream: undefined, stream_options: undefined };
  const asked = call.body.stream_options as Record<string, unknown> | undefined;
  if (options.streamUsage === false) return { stream: true, ...(asked === undefined ? {} : { stream_options: asked }) };
  return { stream: true, stream_options: { ...asked, include_usage: true } };
}

async function wholeAnswer(response: Response, context: CallContext): Promise<ProviderAnswer> {
  requireType(response, 'json', context);
  const completion = toCompletion(await readText(bytesOf(response.body), ANSWER_BYTES), context);
  return answerOf(completion, context);
}

async function streamedAnswer(
  response: Response,
  call: ProviderCall,
  onChunk: NonNullable<ProviderCall['onChunk']>,
  context: CallContext,
  options: OpenAIProviderOptions,
): Promise<ProviderAnswer> {
  requireType(response, 'event-stream', context);
  const choices = typeof call.body.n === 'number' ? call.body.n : 1;
  const assembler = await readChunks(bytesOf(response.body), onChunk, choices, context, options.streamLimits);
  return answerOf(assembler.completion(), context);
}

function answerOf(completion: ChatCompletion, context: CallContext): ProviderAnswer {
  return { completion, model: completion.model ?? context.model, usage: tokenUsage(completion.usage) };
}

/** A missing content type is forgiven; a web page is not an answer. */
function requireType(response: Response, wanted: string, context: CallContext): void {
  const found = response.headers.get('content-type');
  if (found === null || found.includes(wanted)) return;
  void response.body?.cancel().catch(() => undefined);
  throw badResponse(`content type \`${wanted}\``, `\`${found}\``, context);
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
