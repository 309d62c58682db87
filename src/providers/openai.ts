import type { Provider } from '../core/contracts.ts';
import { checkKey, DEFAULT_KEY_NAME } from './endpoint.ts';
import type { openaiCaller } from './openai-call.ts';
import type { OpenAIProviderOptions } from './openai-options.ts';

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
  const keyName = options.keyName ?? DEFAULT_KEY_NAME;
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
