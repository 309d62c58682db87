import { describe, expect, test } from 'vitest';
import type { ChatCompletion } from '../../src/core/completion.ts';
import { fakeProvider } from '../../src/providers/fake.ts';
import { openaiProvider } from '../../src/providers/openai.ts';
import { recordingProvider, replayKey, replayProvider } from '../../src/providers/replay.ts';
import { obeysProviderContract } from '../contracts/provider.ts';
import { answering, startUpstream } from '../servers/upstream.ts';

describe('fake', () => obeysProviderContract(async (text) => ({ provider: fakeProvider({ reply: () => text }) })));

describe('openai over a real socket', () =>
  obeysProviderContract(async (text) => {
    const upstream = await startUpstream(answering(text));
    return { provider: openaiProvider({ name: 'test', baseUrl: upstream.url, apiKey: 'k-123456' }), close: upstream.close };
  }));

describe('replay', () => {
  obeysProviderContract(async (text) => {
    const body = { messages: [{ role: 'user', content: 'hello' }] };
    const cassette = new Map<string, ChatCompletion>();
    await recordingProvider(fakeProvider({ reply: () => text }), cassette).complete({ model: 'm', body });
    expect(cassette.has(replayKey('m', { ...body, stream: true }))).toBe(true);
    return { provider: replayProvider(cassette) };
  });

  test('misses with a code instead of calling anybody', async () => {
    const call = replayProvider(new Map()).complete({ model: 'm', body: {} });
    await expect(call).rejects.toMatchObject({ code: 'cache.miss' });
  });
});
