import { describe, expect, test } from 'vitest';
import type { Classifier } from '../../src/core/contracts.ts';
import { RouterError } from '../../src/core/errors.ts';
import { memoryState } from '../../src/state/memory.ts';
import { setup, told, user } from './complete-helpers.ts';

describe('money', () => {
  test('F-44 two requests for the last cent: one is answered, the other refused with `budget.exceeded`', async () => {
    const { router } = setup({ a: async () => 'ok' }, { budget: { dailyUsd: 0.000_15 } });
    const asked = { ...user('hi'), max_tokens: 50 };
    const results = await Promise.allSettled([router.complete(asked), router.complete(asked)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'budget.exceeded' } });
  });

  test('F-41 a budget whose store is away refuses the request, writes its record, and calls nobody; without a budget all goes on', async () => {
    const lost = () => Promise.reject(new RouterError('budget.unavailable', 'away', { advice: 'wait', retryable: true }));
    const away = { ...memoryState({ clock: { now: Date.now, monotonic: () => 0 } }), reserve: lost, spend: lost, get: lost, set: lost };
    const { router, recorder, calls } = setup({ a: () => 'ok' }, { state: away, budget: { dailyUsd: 1 } });
    await expect(router.complete('hi')).rejects.toMatchObject({ code: 'budget.unavailable' });
    expect(calls).toEqual([]);
    expect(recorder.records[0]?.executed).toMatchObject({ model: null, finish: 'budget.unavailable' });
    const free = setup({ a: () => 'ok' }, { state: away });
    expect((await free.router.complete('hi')).record.executed?.model).toBe('a/m');
  });

  test('budgets per user and per tier are apart, and a cheap share sends to cheap models', async () => {
    const budgets = [
      { scope: 'user' as const, usd: 0.000_5, cheapBelow: 0.9 },
      { scope: 'tier' as const, usd: 1 },
    ];
    const models = [
      { id: 'b/m', tier: 'high' as const },
      { id: 'a/m', tier: 'low' as const },
    ];
    const { router } = setup({ a: () => 'cheap', b: () => 'dear' }, { models, policy: { budgets } });
    const asked = { ...user('hi'), max_tokens: 100 };
    const of = async (name: string) => (await router.complete(asked, { user: name })).record.executed?.model;
    expect(await of('ada')).toBe('b/m');
    for (let request = 0; request < 8; request++) await router.complete(asked, { user: 'ada' });
    expect(await of('bob')).toBe('b/m');
    const ada = await router.complete({ ...user('x'.repeat(700)), max_tokens: 50 }, { user: 'ada' });
    expect(ada.record.executed?.model).toBe('a/m');
  });

  test('the classifier’s cost is in the ledger', async () => {
    const paid: Classifier = {
      name: 'paid',
      classify: async (request) => {
        const { label, source } = await told().classify(request);
        return { label, source: { ...source, model: 'x/y', usd: 0.9 } };
      },
    };
    const { router } = setup({ a: () => 'ok' }, { classifier: paid, budget: { dailyUsd: 1 } });
    await router.complete({ ...user('hi'), max_tokens: 5 });
    expect(router.stats().spendUsd).toBeGreaterThan(0.9);
    // The second label takes the spending to $1.80, which was not known before it was bought.
    await expect(router.complete({ ...user('hi'), max_tokens: 5 })).rejects.toMatchObject({ code: 'budget.exceeded' });
  });

  test('F-75 a budget over a model of unknown price, negative and comma prices, and a price a thousand times off stop the start', () => {
    const price = (value: unknown) => () =>
      setup({ a: () => 'x' }, { models: [{ id: 'a/m', tier: 'low', price: value as never }], budget: { dailyUsd: 1 } });
    for (const bad of [
      { input: null, output: 1 },
      { input: -1, output: 1 },
      { input: '0,5', output: 1 },
      { input: 5_000, output: 5_000 },
      'free',
    ]) {
      expect(price(bad)).toThrow(expect.objectContaining({ code: 'policy.invalid' }));
    }
    expect(price({ input: 1, output: 1 })).not.toThrow();
  });
});
