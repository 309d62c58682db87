import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/core/errors.ts';
import { type Failure, Pace, waitMs } from '../../src/eval/pace.ts';
import { predictAll } from '../../src/eval/predict.ts';
import { labelOf } from './helpers.ts';

const retryable = (): Failure => ({ retryable: true });

describe('the wait before another try', () => {
  it('doubles from half a second, follows Retry-After, and is never negative nor longer than a minute', () => {
    expect([0, 1, 2, 3].map((attempt) => waitMs(attempt, undefined))).toEqual([500, 1_000, 2_000, 4_000]);
    expect(waitMs(0, 2)).toBe(2_000);
    expect([waitMs(0, 99_999_999), waitMs(0, -5), waitMs(0, Number.NaN), waitMs(9, undefined)]).toEqual([60_000, 500, 500, 60_000]);
  });
});

describe('calls in flight', () => {
  it('never exceed the width, which halves on trouble and grows back', async () => {
    let [inFlight, most] = [0, 0];
    let calls = 0;
    const pace = new Pace({ most: 8, sleep: async () => {} });
    const widths: number[] = [];
    const call = async () => {
      inFlight++;
      most = Math.max(most, inFlight);
      await Promise.resolve();
      inFlight--;
      if (++calls === 20) throw new Error('429');
      widths.push(pace.width);
    };
    await Promise.all(Array.from({ length: 200 }, () => pace.run(call, retryable)));
    expect(most).toBeLessThanOrEqual(8);
    expect(Math.min(...widths)).toBeLessThanOrEqual(5);
    expect(pace.width).toBe(8);
  });

  it('halve once for a burst of failures, not once for each of it', async () => {
    let calls = 0;
    const pace = new Pace({ most: 8, sleep: async () => {} });
    const call = async () => {
      await Promise.resolve();
      if (++calls <= 8) throw new Error('429');
      return pace.width;
    };
    const widths = await Promise.all(Array.from({ length: 8 }, () => pace.run(call, retryable)));
    expect(widths[0]).toBe(4);
  });

  it('wait together when the upstream names a time: nobody sets out before it', async () => {
    let release = () => {};
    const pace = new Pace({
      most: 2,
      sleep: () =>
        new Promise<void>((resolve) => {
          release = resolve;
        }),
    });
    let tries = 0;
    const limited = pace.run(
      async () => {
        if (++tries === 1) throw new Error('429');
      },
      () => ({ retryable: true, retryAfterSeconds: 1 }),
    );
    await new Promise(setImmediate);
    let started = false;
    const other = pace.run(async () => {
      started = true;
    }, retryable);
    await new Promise(setImmediate);
    expect(started).toBe(false);
    release();
    await Promise.all([limited, other]);
    expect([started, tries]).toEqual([true, 2]);
  });

  it('gives up after so many tries, at once on what cannot pass, and when told to stop', async () => {
    const waits: number[] = [];
    const count = async (failure: Failure, retries: number) => {
      let tries = 0;
      const pace = new Pace({ most: 2, retries, sleep: async (ms) => void waits.push(ms) });
      await pace
        .run(
          async () => {
            tries++;
            throw new Error('no');
          },
          () => failure,
        )
        .catch(() => {});
      return tries;
    };
    expect(await count({ retryable: true, retryAfterSeconds: 3 }, 2)).toBe(3);
    expect(waits).toEqual([3_000, 3_000]);
    expect(await count({ retryable: false }, 5)).toBe(1);
  });
});

describe('an upstream that is down', () => {
  it('is not tried again and again for every row: after eight rows given up, once each until one succeeds', async () => {
    let tries = 0;
    let down = true;
    const pace = new Pace({ most: 1, retries: 4, sleep: async () => {} });
    const ask = () =>
      pace
        .run(async () => {
          tries++;
          if (down) throw new Error('down');
        }, retryable)
        .catch(() => {});
    for (let row = 0; row < 20; row++) await ask();
    expect(tries).toBe(8 * 5 + 12);
    down = false;
    await ask();
    down = true;
    await ask();
    expect(tries).toBe(8 * 5 + 12 + 1 + 5);
  });
});

describe('rows asked at a pace', () => {
  it('are tried again after 429 and then counted as answered', async () => {
    let calls = 0;
    const flaky = {
      name: 'llm',
      classify: async () => {
        if (++calls % 3 === 1)
          throw new RouterError('provider.rate-limited', 'slow down', { advice: 'wait', retryable: true, retryAfterSeconds: 1 });
        return {
          label: labelOf({}),
          source: { classifier: 'llm', model: null, promptHash: null, usage: null, usd: 0, cached: false, flags: [] },
        };
      },
    };
    const waits: number[] = [];
    const rows = Array.from({ length: 10 }, (_, index) => ({
      id: `r${index}`,
      request: { messages: [{ role: 'user' as const, content: 'x' }] },
    }));
    const clock = { now: () => 0, monotonic: () => 0 };
    const { rows: predicted } = await predictAll(flaky, rows, { clock, jobs: 2, sleep: async (ms) => void waits.push(ms) });
    expect(predicted.map(({ state }) => state)).toEqual(Array(10).fill('ok'));
    expect(waits.every((ms) => ms === 1_000)).toBe(true);
    expect(waits.length).toBeGreaterThan(2);
    const without = await predictAll({ ...flaky }, rows, { clock });
    expect(without.rows.some(({ state }) => state === 'provider_error')).toBe(true);
  });

  it('settle what a failed answer cost', async () => {
    const costly = {
      name: 'llm',
      paid: { model: 'm', estimateUsd: () => 0.02, missing: null },
      classify: async () => {
        throw new RouterError('classify.bad-answer', 'prose', { advice: 'none', spentUsd: 0.01 });
      },
    };
    const rows = [{ id: 'a', request: { messages: [{ role: 'user' as const, content: 'x' }] } }];
    const {
      spentUsd,
      rows: [row],
    } = await predictAll(costly, rows, { clock: { now: () => 0, monotonic: () => 0 }, maxUsd: 1 });
    expect(spentUsd).toBeCloseTo(0.01, 12);
    expect(row).toMatchObject({ state: 'parse_failed', usd: 0.01 });
  });

  it('count what tries that failed have cost, and roll no bad answer again', async () => {
    const errors = [
      new RouterError('classify.timeout', 'late', { advice: 'wait', retryable: true, spentUsd: null }),
      new RouterError('classify.bad-answer', 'prose', { advice: 'none', retryable: true, spentUsd: 0.01 }),
    ];
    const late = {
      name: 'llm',
      paid: { model: 'm', estimateUsd: () => 0.02, missing: null },
      classify: async () => {
        throw errors.shift();
      },
    };
    const rows = [{ id: 'a', request: { messages: [{ role: 'user' as const, content: 'x' }] } }];
    const { spentUsd, rows: predicted } = await predictAll(late, rows, {
      clock: { now: () => 0, monotonic: () => 0 },
      maxUsd: 1,
      sleep: async () => {},
    });
    expect(spentUsd).toBeCloseTo(0.03, 12);
    expect(predicted[0]?.state).toBe('parse_failed');
  });
});

it('thirty calls in flight that listen to the signal are no leak, and nothing warns of one', async () => {
  const warnings: string[] = [];
  const hear = (warning: Error) => void warnings.push(warning.name);
  process.on('warning', hear);
  const classify: Parameters<typeof predictAll>[0]['classify'] = async (_, signal) => {
    const listen = () => {};
    signal?.addEventListener('abort', listen);
    await new Promise((resolve) => setTimeout(resolve, 5));
    signal?.removeEventListener('abort', listen);
    return {
      label: labelOf({}),
      source: { classifier: 'llm', model: null, promptHash: null, usage: null, usd: 0, cached: false, flags: [] },
    };
  };
  const rows = Array.from({ length: 30 }, (_, index) => ({
    id: `r${index}`,
    request: { messages: [{ role: 'user' as const, content: 'hi' }] },
  }));
  const clock = { now: () => 0, monotonic: () => 0 };
  await predictAll({ name: 'llm', classify }, rows, { clock, jobs: 30, signal: new AbortController().signal, sleep: async () => {} });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', hear);
  expect(warnings).toEqual([]);
});
