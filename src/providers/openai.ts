import type { Provider } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import type { openaiCaller } from './openai-call.ts';
import type { StreamLimits } from './sse.ts';

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
  let caller: ReturnType<typeof openaiCaller> | undefined;
  return {
    name,
    async complete(call) {
      if (caller === undefined) {
        const { openaiCaller } = await import('./openai-call.ts');
        caller ??= openaiCaller(options, name, keyName);
      }
      return caller(call);
    },
  };
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
