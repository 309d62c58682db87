import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type LinkProxy, type RedisServer, startProxy, startRedis } from '../../evals/prove/redis-server.ts';
import type { State } from '../../src/core/state.ts';
import { connectRedis } from '../../src/state/redis.ts';
import { redisState } from '../../src/state/shared.ts';
import { obeysStateContract } from '../contracts/state.ts';
import { hasRedis } from '../support/redis.ts';

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const budget = { key: 'g', window: 'day' as const, timeZone: 'Europe/Berlin', capNanos: 1_000 };

describe.skipIf(!hasRedis)('redis', () => {
  let server: RedisServer;
  let proxy: LinkProxy | undefined;
  const open: { close(): Promise<void> }[] = [];
  let prefixes = 0;
  const keep = <T extends { close(): Promise<void> }>(thing: T): T => {
    open.push(thing);
    return thing;
  };
  const bare = async (url = server.url, prefix = `p${prefixes++}`): Promise<State> =>
    keep((await connectRedis({ url, prefix, commandMs: 2_000 })).state);
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    for (let look = 0; look < 400 && !(await holds()); look++) await wait(10);
    expect(await holds()).toBe(true);
  };

  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((thing) => thing.close()));
    await proxy?.close();
    proxy = undefined;
  });
  afterAll(() => server.stop());

  describe('contract', () => obeysStateContract(async () => ({ state: await bare(), sleep: wait })));

  test('F-40 required: a start without the server fails with what to do; optional: it starts degraded and recovers', async () => {
    const lost = await startRedis();
    await lost.stop();
    await expect(redisState({ url: lost.url })).rejects.toMatchObject({
      code: 'state.unavailable',
      advice: expect.stringContaining('server'),
    });
    const changes: boolean[] = [];
    const state = keep(await redisState({ url: lost.url, required: false, onChange: (degraded) => changes.push(degraded) }));
    expect(state.degraded()).toBe(true);
    await state.set('k', 'local', 60_000);
    expect(await state.get('k')).toBe('local');
    const back = await startRedis([], lost.port);
    await until(() => !state.degraded());
    expect(changes).toEqual([true, false]);
    await state.close();
    await back.stop();
  });

  test('F-40 a server that may evict keys is refused', async () => {
    const evicting = await startRedis(['--maxmemory', '10mb', '--maxmemory-policy', 'allkeys-lru']);
    await expect(redisState({ url: evicting.url })).rejects.toMatchObject({ code: 'state.invalid', where: 'maxmemory-policy' });
    await evicting.stop();
  });

  test('F-41 the server dies: budgets are refused, the rest goes on locally, and all comes back by itself', async () => {
    const mortal = await startRedis();
    const state = keep(await redisState({ url: mortal.url }));
    const answer = await state.reserve({ id: 'a', amountNanos: 100, scopes: [budget], leaseMs: 60_000 });
    await mortal.stop();
    await expect(state.reserve({ id: 'b', amountNanos: 1, scopes: [budget], leaseMs: 60_000 })).rejects.toMatchObject({
      code: 'budget.unavailable',
      retryable: true,
    });
    await state.set('k', 'v', 60_000);
    expect(await state.get('k')).toBe('v');
    expect(await state.take('r', 1, 1, 60_000)).toEqual({ ok: true });
    expect(answer.kind === 'held' && (await state.settle(answer.hold, 70))).toBe(true);
    expect(state.degraded()).toBe(true);
    const back = await startRedis([], mortal.port);
    await until(() => !state.degraded());
    expect((await state.reserve({ id: 'c', amountNanos: 1, scopes: [budget], leaseMs: 60_000 })).kind).toBe('held');
    await state.close();
    await back.stop();
  });

  test('F-41 with a local slice a process may spend that much while the server is away', async () => {
    const mortal = await startRedis();
    const state = keep(await redisState({ url: mortal.url, onUnavailable: { localSliceUsd: 0.000_000_1 } }));
    await mortal.stop();
    const first = await state.reserve({ id: 'a', amountNanos: 60, scopes: [budget], leaseMs: 60_000 });
    expect(first.kind).toBe('held');
    expect((await state.reserve({ id: 'b', amountNanos: 60, scopes: [budget], leaseMs: 60_000 })).kind).toBe('denied');
    if (first.kind === 'held') await state.settle(first.hold, 30);
    expect((await state.spend([budget]))[0]).toMatchObject({ spentNanos: 30, heldNanos: 0 });
  });

  test('F-42 a slow server costs at most its time limit five times, then nothing', async () => {
    proxy = await startProxy(server.port);
    const state = keep(await redisState({ url: proxy.url, operationMs: 30, prefix: `p${prefixes++}` }));
    proxy.behave('stall');
    for (let look = 0; look < 5; look++) await state.get('k');
    expect(state.degraded()).toBe(true);
    let answered = 0;
    // While it is left alone no timer is even set: a thousand answers come within the second before it is tried again.
    for (let look = 0; look < 1_000; look++) if ((await state.get('k')) === null) answered += 1;
    expect(answered).toBe(1_000);
    proxy.behave('pass');
    proxy.cut();
    await until(() => !state.degraded());
  });

  test('F-43 a link cut after execution and before the reply: the repeat is a replay, the sums exact', async () => {
    proxy = await startProxy(server.port);
    const prefix = `p${prefixes++}`;
    const state = await bare(proxy.url, prefix);
    const direct = await bare(server.url, prefix);
    proxy.behave('cut-replies');
    const request = { id: 'a', amountNanos: 100, scopes: [budget], leaseMs: 60_000 };
    await expect(state.reserve(request)).rejects.toMatchObject({ code: 'state.unavailable' });
    await until(async () => (await direct.spend([budget]))[0]?.heldNanos === 100);
    proxy.behave('pass');
    await until(() =>
      state.get('x').then(
        () => true,
        () => false,
      ),
    );
    const again = await state.reserve(request);
    expect(again).toMatchObject({ kind: 'held', replayed: true });
    proxy.behave('cut-replies');
    if (again.kind === 'held') {
      await expect(state.settle(again.hold, 70)).rejects.toMatchObject({ code: 'state.unavailable' });
      proxy.behave('pass');
      await until(() =>
        state.get('x').then(
          () => true,
          () => false,
        ),
      );
      expect(await state.settle(again.hold, 70)).toBe(false);
    }
    expect((await direct.spend([budget]))[0]).toMatchObject({ spentNanos: 70, heldNanos: 0 });
  });

  test('F-43 a guarded state gives back a hold whose answer was lost', async () => {
    proxy = await startProxy(server.port);
    const prefix = `p${prefixes++}`;
    const state = keep(await redisState({ url: proxy.url, prefix }));
    const direct = await bare(server.url, prefix);
    proxy.behave('cut-replies');
    await expect(state.reserve({ id: 'a', amountNanos: 100, scopes: [budget], leaseMs: 600_000 })).rejects.toMatchObject({
      code: 'budget.unavailable',
    });
    await until(async () => (await direct.spend([budget]))[0]?.heldNanos === 100);
    proxy.behave('pass');
    await until(async () => {
      await state.get('x');
      return (await direct.spend([budget]))[0]?.heldNanos === 0;
    });
    expect((await direct.spend([budget]))[0]).toMatchObject({ spentNanos: 0, heldNanos: 0 });
  });

  test('F-48 scripts that were flushed are loaded again; another type under our key is told from an outage', async () => {
    const prefix = `p${prefixes++}`;
    const state = await bare(server.url, prefix);
    const redis = new Redis(server.url);
    keep({ close: async () => redis.disconnect() });
    await state.take('r', 1, 10, 1_000);
    await redis.script('FLUSH');
    expect(await state.take('r', 1, 10, 60_000)).toEqual({ ok: true });
    await redis.set(`{${prefix}}:v1:r:taken`, 'text');
    await expect(state.take('taken', 1, 10, 1_000)).rejects.toMatchObject({ code: 'state.invalid', where: 'prefix' });
    await redis.call('REPLICAOF', '127.0.0.1', '1');
    await expect(state.take('r', 1, 10, 1_000)).rejects.toMatchObject({
      code: 'state.unavailable',
      message: expect.stringMatching(/READONLY|MASTERDOWN/),
    });
    await redis.call('REPLICAOF', 'NO', 'ONE');
    expect(await state.take('other', 1, 10, 60_000)).toEqual({ ok: true });
  });

  test('F-52 the window is the server’s: a process with a clock two days off books on the same day', async () => {
    const prefix = `p${prefixes++}`;
    const right = await bare(server.url, prefix);
    for (const offset of [-2, -1, 1, 2]) {
      const clock = { now: () => Date.now() + offset * 86_400_000 };
      const { state } = await connectRedis({ url: server.url, prefix, commandMs: 2_000, clock });
      keep(state);
      const answer = await state.reserve({ id: `o${offset}`, amountNanos: 10, scopes: [budget], leaseMs: 60_000 });
      expect(answer.kind).toBe('held');
      if (answer.kind === 'held') await state.settle(answer.hold, 10);
    }
    expect((await right.spend([budget]))[0]?.spentNanos).toBe(40);
  });

  test('T30 nothing but hashes and integers is stored', async () => {
    const state = await bare(server.url, 'plain');
    await state.reserve({ id: 'a', amountNanos: 10, scopes: [budget], leaseMs: 60_000 });
    const redis = new Redis(server.url);
    keep({ close: async () => redis.disconnect() });
    const keys = await redis.keys('{plain}*');
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
  });
});
