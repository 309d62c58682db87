import { expect, test } from 'vitest';
import type { ChatChunk } from '../../src/core/completion.ts';
import type { Provider } from '../../src/core/contracts.ts';

/** What every provider must do. `make` gives one that answers `text` to whatever it is asked. */
export function obeysProviderContract(make: (text: string) => Promise<{ provider: Provider; close?: () => Promise<void> }>): void {
  const body = { messages: [{ role: 'user', content: 'hello' }] };

  test('gives the whole answer, its model and its tokens by class', async () => {
    const { provider, close } = await make('one two three');
    const answer = await provider.complete({ model: 'm', body });
    expect(answer.completion.choices[0]?.message.content).toBe('one two three');
    expect(answer.model).toEqual(expect.any(String));
    expect(answer.usage).toEqual({
      input: expect.any(Number),
      cachedInput: answer.usage.cachedInput,
      output: expect.any(Number),
      reasoning: null,
    });
    await close?.();
  });

  test('streams the same answer by the same method, and returns it whole at the end', async () => {
    const { provider, close } = await make('one two three');
    const chunks: ChatChunk[] = [];
    const answer = await provider.complete({ model: 'm', body, onChunk: (chunk) => void chunks.push(chunk) });
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('one two three');
    expect(chunks.some(({ choices }) => choices[0]?.finish_reason === 'stop')).toBe(true);
    expect(answer.completion.choices[0]?.message.content).toBe('one two three');
    await close?.();
  });

  test('waits for each chunk to be taken before it hands over the next', async () => {
    const { provider, close } = await make('one two three four five');
    let taking = 0;
    let most = 0;
    await provider.complete({
      model: 'm',
      body,
      onChunk: async () => {
        taking += 1;
        most = Math.max(most, taking);
        await new Promise((resolve) => setImmediate(resolve));
        taking -= 1;
      },
    });
    expect(most).toBe(1);
    await close?.();
  });

  test('rejects at once when its signal was aborted before', async () => {
    const { provider, close } = await make('never');
    const aborted = provider.complete({ model: 'm', body, signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ name: 'RouterError', code: 'provider.aborted' });
    await close?.();
  });
}
