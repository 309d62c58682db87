import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { fakeProvider } from '../../src/providers/fake.ts';
import { createRouter, routed } from '../../src/router.ts';
import { armOf } from '../../src/run/experiments.ts';
import { answering, startUpstream } from '../servers/upstream.ts';
import { policyOf } from '../support/policy.ts';
import { setup, user } from './around-helpers.ts';

describe('experiments', () => {
  test('an arm is a stable function of its unit, in the proportion of the weights', () => {
    const arms = [
      { name: 'a', weight: 3 },
      { name: 'b', weight: 1 },
    ];
    const units = Array.from({ length: 4_000 }, (_, at) => `user-${at}`);
    const first = units.map((unit) => armOf('e', unit, arms)?.name);
    expect(units.map((unit) => armOf('e', unit, arms)?.name)).toEqual(first);
    const share = first.filter((name) => name === 'a').length / units.length;
    expect(share).toBeGreaterThan(0.72);
    expect(share).toBeLessThan(0.78);
    const other = units.filter((unit, at) => armOf('other', unit, arms)?.name !== first[at]).length;
    expect(other).toBeGreaterThan(1_000);
  });

  test('arms are policies or one fixed model; the arm is in the record, and a user stays in it', async () => {
    const experiment = { name: 'e', arms: [{ name: 'fixed', model: 'b/m' }, { name: 'usual' }] };
    const { router, recorder } = setup(['a', 'b'], { experiment });
    for (let request = 0; request < 40; request++) await router.complete('hello there', { user: `u${request % 20}` });
    const seen = new Map<string, Set<string>>();
    for (const [at, record] of recorder.records.entries()) {
      const arm = record.experiment?.arm ?? '';
      seen.set(`u${at % 20}`, (seen.get(`u${at % 20}`) ?? new Set()).add(arm));
      expect(record.executed?.model).toBe(arm === 'fixed' ? 'b/m' : 'a/m');
    }
    expect([...seen.values()].every((arms) => arms.size === 1)).toBe(true);
    expect(new Set([...seen.values()].flatMap((arms) => [...arms])).size).toBe(2);
  });

  test('a fixed arm does not bypass eligibility: such requests are routed as usual and marked', async () => {
    const experiment = { name: 'e', arms: [{ name: 'fixed', model: 'b/m' }] };
    const { router, recorder } = setup(['a', 'b'], { experiment });
    await router.complete('hello there', { unavailable: { 'b/m': 'maintenance' } });
    expect(recorder.records[0]).toMatchObject({ experiment: { arm: 'fixed', diverted: true }, executed: { model: 'a/m' } });
  });

  test('an unknown model in an arm stops the start', () => {
    expect(() => setup(['a'], { experiment: { name: 'e', arms: [{ name: 'x', model: 'no/m' }] } })).toThrow(
      expect.objectContaining({ code: 'options.invalid' }),
    );
  });

  test('shadow: the other policy decides, is recorded, and does not act', async () => {
    const shadow = { name: 'next', policy: policyOf(['b/m', 'a/m']) };
    const { router, recorder } = setup(['a', 'b'], { shadow });
    await router.complete('hello there');
    expect(recorder.records[0]).toMatchObject({ shadow: { name: 'next', model: 'b/m' }, executed: { model: 'a/m' } });
  });
});

describe('the drop-in client', () => {
  test('routes `auto`, streaming and tools included, and leaves other models and methods to the client', async () => {
    const upstream = await startUpstream(answering('from the client itself'));
    const { router, recorder } = setup(['a']);
    const client = routed(new OpenAI({ baseURL: upstream.url, apiKey: 'k' }), router);
    const tools = [{ type: 'function' as const, function: { name: 'f', parameters: {} } }];
    const answer = await client.chat.completions.create({ model: 'auto', messages: user('hi').messages, tools, route: { user: 'ada' } });
    expect(answer.choices[0]?.message.content).toBe('a says 1');
    expect(recorder.records[0]?.facts.tools).toBe(1);
    const stream = await client.chat.completions.create({ model: 'auto', messages: user('hi').messages, stream: true });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('a says 1');
    const own = await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
    expect(own.choices[0]?.message.content).toBe('from the client itself');
    expect(client.baseURL).toBe(upstream.url);
    expect(typeof client.models.list).toBe('function');
    await upstream.close();
  });

  test('refuses what is no client, and a misspelt routing option', async () => {
    expect(() => routed({} as OpenAI)).toThrow(expect.objectContaining({ code: 'options.invalid' }));
    const { router } = setup(['a']);
    const client = routed(new OpenAI({ apiKey: 'k' }), router);
    const call = client.chat.completions.create({ model: 'auto', messages: user('hi').messages, route: { pol: 'x' } as never });
    await expect(call).rejects.toMatchObject({ code: 'options.invalid' });
  });
});

describe('batches', () => {
  test('run a few at a time, in order, with progress; one failure stops nobody', async () => {
    let now = 0;
    let most = 0;
    const slow = fakeProvider({
      reply: async ({ body }) => {
        most = Math.max(most, ++now);
        await new Promise((resolve) => setImmediate(resolve));
        now -= 1;
        return String((body.messages as { content: string }[])[0]?.content);
      },
    });
    const router = createRouter({ policy: policyOf(['a/m']), providers: { a: slow } });
    const progress: string[] = [];
    const inputs = Array.from({ length: 12 }, (_, at) => (at === 5 ? ({ messages: [] } as never) : `question ${at}`));
    const results = await router.completeAll(inputs, {
      concurrency: 3,
      onProgress: ({ done, failed, total }) => progress.push(`${done}/${total} ${failed}`),
    });
    expect(most).toBe(3);
    expect(results.map((result) => (result.ok ? result.value.completion.choices[0]?.message.content : result.error.code))).toEqual(
      inputs.map((_, at) => (at === 5 ? 'input.invalid' : `question ${at}`)),
    );
    expect(progress.at(-1)).toBe('12/12 1');
  });

  test('a stopped batch takes no new requests', async () => {
    const control = new AbortController();
    const { router } = setup(['a']);
    const results = await router.completeAll(['1', '2', '3', '4'], {
      concurrency: 1,
      signal: control.signal,
      onProgress: ({ done }) => done === 2 && control.abort(),
    });
    expect(results.map(({ ok }) => ok)).toEqual([true, true, false, false]);
  });
});

describe('fastest', () => {
  test('ranks by measured first-byte times once there are some', async () => {
    const clock = { at: 0, now: () => 0, monotonic: () => clock.at };
    const timed = (name: string, ms: number) =>
      fakeProvider({
        name,
        reply: () => {
          clock.at += ms;
          return name;
        },
      });
    const providers = { a: timed('a', 900), b: timed('b', 100) };
    const router = createRouter({ policy: policyOf(['a/m', 'b/m'], { objective: 'fastest' }), providers, clock });
    for (let request = 0; request < 5; request++) for (const model of ['a/m', 'b/m']) await router.complete('hi there', { model });
    expect(await router.route('hi there')).toMatchObject({ model: 'b/m', estimate: { seconds: 0.1 } });
    expect(router.stats().models['a/m']?.firstByteMs).toMatchObject({ p50: 900, p95: 900 });
  });
});
