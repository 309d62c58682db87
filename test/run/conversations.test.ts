import { describe, expect, test } from 'vitest';
import type { ChatChunk } from '../../src/core/completion.ts';
import type { Chosen } from '../../src/core/decision.ts';
import { OBJECTIVES } from '../../src/core/policy.ts';
import { stick } from '../../src/run/sticky.ts';
import { model } from '../support/models.ts';
import { setup, user } from './around-helpers.ts';

describe('conversations', () => {
  test('keep history and statistics; reset keeps the system prompt', async () => {
    const { router } = setup(['a']);
    const talk = router.conversation({ id: 'c', system: 'Be terse.' });
    expect((await talk.send('tell me about the moon')).completion.choices[0]?.message.content).toBe('a says 2');
    expect((await talk.send('and the sun')).completion.choices[0]?.message.content).toBe('a says 4');
    expect(talk.history.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'user', 'assistant']);
    expect(talk.stats()).toMatchObject({ turns: 2, models: { 'a/m': 2 }, switches: 0 });
    talk.reset();
    expect(talk.history).toEqual([{ role: 'system', content: 'Be terse.' }]);
    expect(talk.stats().turns).toBe(0);
  });

  test('a streamed turn joins the history when it has ended whole; a failed turn does not', async () => {
    const { router } = setup(['a']);
    const talk = router.conversation({ id: 'c' });
    const { stream } = await talk.stream('tell me about the moon');
    const chunks: ChatChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(talk.history.map(({ content }) => content)).toEqual(['tell me about the moon', 'a says 1']);
    await expect(talk.send('more', { max_tokens: -1 })).rejects.toMatchObject({ code: 'input.invalid' });
    expect(talk.history.length).toBe(2);
  });

  test('stick to the model of the first real turn; a greeting sets no pin; another conversation is free', async () => {
    const { router, recorder } = setup(['a', 'b']);
    const talk = router.conversation({ id: 'c' });
    await talk.send('hi', {}, { model: 'b/m' });
    await talk.send('please explain how tides come about');
    expect(recorder.records.at(-1)?.executed?.model).toBe('a/m');
    await talk.send('please explain eclipses in detail', {}, { model: 'b/m' });
    await talk.send('and now something about comets please');
    expect(recorder.records.at(-1)).toMatchObject({ turn: 'pinned', executed: { model: 'b/m' } });
    await router.complete(user('and now something about comets please'), { conversation: 'other' });
    expect(recorder.records.at(-1)?.executed?.model).toBe('a/m');
  });

  const estimate = {
    usd: 0.001,
    quality: 0.8,
    seconds: 1,
    inputTokens: 1,
    outputTokens: 1,
    basis: { usd: 'ESTIMATED' as const, quality: 'MODELLED' as const },
  };
  const decision = (gain: number): Chosen => ({
    kind: 'chosen',
    model: 'new/m',
    fallbacks: ['old/m'],
    pools: [],
    why: '',
    estimate,
    candidates: [
      { model: 'new/m', estimate, utility: 0.5 + gain },
      { model: 'old/m', estimate, utility: 0.5 },
    ],
    skipped: [],
  });
  const pin = {
    model: model('old/m', { price: { input: 10, cachedInput: 1, output: 10, reasoning: null } }),
    chosen: model('new/m'),
    historyTokens: 10_000,
    objective: 'balanced' as const,
  };

  test('switch only when the gain exceeds the worth of the prompt cache', () => {
    const cacheUsd = (10_000 * 9) / 1_000_000;
    const worth = OBJECTIVES.balanced.usdWeight * cacheUsd;
    expect(stick(decision(worth - 0.05), pin).model).toBe('old/m');
    expect(stick(decision(worth - 0.05), pin).fallbacks).toEqual(['new/m']);
    expect(stick(decision(worth + 0.05), pin).model).toBe('new/m');
    expect(stick(decision(0.005), { ...pin, historyTokens: 0 }).model).toBe('old/m');
  });

  test('upward is always allowed, and a pinned model that may not be used is left', () => {
    expect(stick(decision(0.01), { ...pin, chosen: model('new/m', { tier: 'high' }) }).model).toBe('new/m');
    const gone = { ...decision(0.01), candidates: decision(0.01).candidates.slice(0, 1) };
    expect(stick(gone, pin).model).toBe('new/m');
  });
});
