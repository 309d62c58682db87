import { describe, expect, test } from 'vitest';
import type { Classifier } from '../../src/core/contracts.ts';
import { RouterError } from '../../src/core/errors.ts';
import { failing, startUpstream } from '../servers/upstream.ts';
import { last, setup, told, user } from './complete-helpers.ts';

describe('complete', () => {
  test('gives completion and route, and writes one record with what was run', async () => {
    const { router, recorder } = setup({ a: () => 'hello' });
    const { completion, route, record } = await router.complete('say hello');
    expect(completion.choices[0]?.message.content).toBe('hello');
    expect(route).toMatchObject({ kind: 'chosen', model: 'a/m' });
    expect(recorder.records).toEqual([record]);
    expect(record.executed).toMatchObject({ model: 'a/m', finish: 'stop', usd: expect.any(Number) });
  });

  test('a refused request is recorded and thrown with what to change', async () => {
    const { router, recorder, calls } = setup({ a: () => 'x' }, { models: [{ id: 'a/m', clearedRisk: 'low', tier: 'low' }] });
    await expect(router.complete(user('risk=high'))).rejects.toMatchObject({
      code: 'run.refused',
      advice: expect.stringContaining('clearedRisk'),
    });
    expect(recorder.records.length).toBe(1);
    expect(calls).toEqual([]);
  });

  test('F-39 an empty pool names the filter, or hands over to the fallback pool; never an ineligible model', async () => {
    const blind = { tools: true, images: false, audio: false, files: false, structuredOutput: true };
    const image = {
      messages: [{ role: 'user' as const, content: [{ type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AA' } }] }],
    };
    const models = [{ id: 'a/m', tier: 'low' as const, abilities: blind }, 'b/m'];
    const alone = setup(
      { a: () => 'x', b: () => 'seen' },
      { models, policy: { pools: { all: { models: ['a/m'] }, other: { models: ['b/m'] } } } },
    );
    await expect(alone.router.complete(image)).rejects.toMatchObject({ code: 'run.refused' });
    expect(last(alone.recorder.records)?.skipped).toEqual([expect.objectContaining({ model: 'a/m', reason: 'no-images' })]);
    const backed = setup(
      { a: () => 'x', b: () => 'seen' },
      { models, policy: { pools: { all: { models: ['a/m'] }, other: { models: ['b/m'] } }, fallbackPool: 'other' } },
    );
    expect((await backed.router.complete(image)).record).toMatchObject({ model: 'b/m', executed: { model: 'b/m' } });
    expect(backed.calls.map(({ model }) => model)).toEqual(['b/m']);
  });

  test('F-35 a labelling model that is down costs no request: its breaker opens and the embedded label serves', async () => {
    const down = await startUpstream(failing(500));
    const { router, recorder } = setup({ a: () => 'ok' }, {
      classifier: 'cascade',
      llm: { baseUrl: down.url, apiKey: 'key-123456', model: 'local/label' },
      cascade: { atLeast: 1 },
    } as never);
    const asked = Array.from({ length: 30 }, (_, at) => `request number ${at}: why is the sky blue?`);
    const results = await router.completeAll(asked, { concurrency: 1 });
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(recorder.records.length).toBe(30);
    expect(down.calls()).toBeGreaterThan(0);
    expect(down.calls()).toBeLessThanOrEqual(6);
    await down.close();
  });

  test('F-38 the same text twice at once is one classification; a failure is not kept; one abort does not end the other', async () => {
    let calls = 0;
    let fail = false;
    const slow: Classifier = {
      name: 'slow',
      async classify(request, signal) {
        calls += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (fail) throw new RouterError('classify.failed', 'no', { advice: 'none' });
        return told().classify(request, signal);
      },
    };
    const { router } = setup({ a: () => 'ok' }, { classifier: slow, cached: true });
    const control = new AbortController();
    const both = [router.complete(user('same'), { signal: control.signal }), router.complete(user('same'))];
    setTimeout(() => control.abort(), 5);
    const [first, second] = await Promise.allSettled(both);
    expect([first?.status, second?.status]).toEqual(['rejected', 'fulfilled']);
    expect(calls).toBe(1);
    fail = true;
    await router.complete(user('other'));
    fail = false;
    await router.complete(user('other'));
    expect(calls).toBe(3);
  });

  test('F-59 hooks that throw, recorders that fail and listeners that break cost no answer', async () => {
    const alerts: unknown[] = [];
    const recorder = { record: async () => Promise.reject(new Error('disk full')), close: async () => undefined };
    const { router } = setup(
      { a: () => 'ok' },
      {
        recorder,
        onAlert: (alert) => {
          alerts.push(alert);
          throw new Error('listener');
        },
      },
    );
    expect((await router.complete('hi')).completion.choices[0]?.message.content).toBe('ok');
    expect(alerts).toEqual([{ kind: 'record-failed', detail: 'disk full' }]);
  });

  test('F-59 an acceptance check that throws fails that request and no other', async () => {
    const { router } = setup({ a: () => 'ok' });
    const broken = router.complete('hi', {
      accept: () => {
        throw new Error('bug');
      },
    });
    await expect(broken).rejects.toMatchObject({ code: 'run.hook-failed' });
    await expect(router.complete('hi')).resolves.toBeDefined();
  });

  test('a provider without a key is passed over with an alarm; the next answers', async () => {
    const alerts: unknown[] = [];
    const { router } = setup({ b: () => 'ok' }, { models: ['openai/gpt-4o-mini', 'b/m'], env: {}, onAlert: (alert) => alerts.push(alert) });
    expect((await router.complete('hi')).record.executed?.model).toBe('b/m');
    expect(alerts[0]).toMatchObject({ kind: 'unauthorised', detail: expect.stringContaining('OPENAI_API_KEY') });
  });
});
