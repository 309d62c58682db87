import { afterEach } from 'vitest';
import type { ChatChunk } from '../../src/core/completion.ts';
import type { Provider } from '../../src/core/contracts.ts';
import { openaiProvider } from '../../src/providers/openai.ts';
import { type Behaviour, startUpstream, type Upstream } from '../servers/upstream.ts';

export const KEY = 'sk-canary-0123456789';

export const body = { messages: [{ role: 'user', content: 'hello' }] };

/** The server in use; closed after each test where `closesServers` was called. */
export let upstream: Upstream | undefined;

export async function against(behaviour: Behaviour, extra: Partial<Parameters<typeof openaiProvider>[0]> = {}): Promise<Provider> {
  upstream = await startUpstream(behaviour);
  return openaiProvider({ name: 'test', baseUrl: upstream.url, apiKey: KEY, ...extra });
}

/** Called once by each file that starts servers: helpers may be loaded once for many files. */
export function closesServers(): void {
  afterEach(async () => {
    await upstream?.close();
    upstream = undefined;
  });
}

export async function streamed(provider: Provider): Promise<{ text: string; error: unknown }> {
  let text = '';
  const onChunk = ({ choices }: ChatChunk) => {
    text += choices[0]?.delta.content ?? '';
  };
  const error = await provider
    .complete({ model: 'm', body, onChunk })
    .then(() => null)
    .catch((thrown: unknown) => thrown);
  return { text, error };
}

export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code ?? null;
