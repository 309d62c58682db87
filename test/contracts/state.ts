import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Hold, SpendScope, State } from '../../src/core/state.ts';

/** What every state must do. `make` gives an empty one, and a way to let its leases run out. */
export function obeysStateContract(make: () => Promise<{ state: State; sleep: (ms: number) => Promise<void> }>): void {
  let state: State;
  let sleep: (ms: number) => Promise<void>;
  beforeEach(async () => {
    ({ state, sleep } = await make());
  });
  afterEach(() => state.close());

  let count = 0;
  const scope = (capNanos: number, extra: Partial<SpendScope> = {}): SpendScope => ({
    key: `s${count++}`,
    window: 'day',
    timeZone: 'UTC',
    capNanos,
    ...extra,
  });
  const held = async (id: string, amountNanos: number, scopes: readonly SpendScope[], leaseMs = 60_000): Promise<Hold> => {
    const answer = await state.reserve({ id, amountNanos, scopes, leaseMs });
    if (answer.kind !== 'held') throw new Error(`denied by ${answer.scope}`);
    return answer.hold;
  };

  test('reserves within the cap, settles by what was spent, and keeps the sums to the nano-dollar', async () => {
    const budget = scope(1_000);
    const hold = await held('a', 600, [budget]);
    expect((await state.spend([budget]))[0]).toMatchObject({ spentNanos: 0, heldNanos: 600 });
    expect(await state.reserve({ id: 'b', amountNanos: 401, scopes: [budget], leaseMs: 1_000 })).toEqual({
      kind: 'denied',
      scope: budget.key,
      remainingNanos: 400,
    });
    expect(await state.settle(hold, 250)).toBe(true);
    expect((await state.spend([budget]))[0]).toMatchObject({ spentNanos: 250, heldNanos: 0, expiredHolds: 0 });
  });

  test('F-43 the same reservation twice is one; the same settlement twice is one', async () => {
    const budget = scope(1_000);
    const hold = await held('a', 600, [budget]);
    expect(await state.reserve({ id: 'a', amountNanos: 600, scopes: [budget], leaseMs: 60_000 })).toMatchObject({
      kind: 'held',
      replayed: true,
      remainingNanos: 400,
    });
    expect((await state.spend([budget]))[0]?.heldNanos).toBe(600);
    expect(await state.settle(hold, 100)).toBe(true);
    expect(await state.settle(hold, 100)).toBe(false);
    expect((await state.spend([budget]))[0]).toMatchObject({ spentNanos: 100, heldNanos: 0 });
    await expect(state.reserve({ id: 'a', amountNanos: 600, scopes: [budget], leaseMs: 1 })).rejects.toMatchObject({
      code: 'state.invalid',
    });
  });

  test('F-44 of many who want the last cent at once exactly one gets it', async () => {
    const budget = scope(1_000);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => state.reserve({ id: `x${at}`, amountNanos: 1_000, scopes: [budget], leaseMs: 60_000 })),
    );
    expect(answers.filter(({ kind }) => kind === 'held').length).toBe(1);
  });

  test('all scopes or none', async () => {
    const [wide, narrow] = [scope(1_000), scope(10)];
    expect(await state.reserve({ id: 'a', amountNanos: 11, scopes: [wide, narrow], leaseMs: 1_000 })).toMatchObject({
      kind: 'denied',
      scope: narrow.key,
    });
    expect((await state.spend([wide, narrow])).map(({ heldNanos }) => heldNanos)).toEqual([0, 0]);
    const hold = await held('b', 10, [wide, narrow]);
    await state.settle(hold, 9);
    expect((await state.spend([wide, narrow])).map(({ spentNanos }) => spentNanos)).toEqual([9, 9]);
  });

  test('F-45 a hold whose lease ends is charged as reserved, visible as expired, and gone', async () => {
    const budget = scope(1_000);
    const hold = await held('a', 600, [budget], 30);
    await sleep(60);
    expect((await state.spend([budget]))[0]).toMatchObject({ spentNanos: 600, heldNanos: 0, expiredNanos: 600, expiredHolds: 1 });
    expect(await state.settle(hold, 5)).toBe(false);
    expect((await state.spend([budget]))[0]?.spentNanos).toBe(600);
  });

  test('F-47 more than was reserved is charged in full, and the next reservation sees it', async () => {
    const budget = scope(1_000);
    await state.settle(await held('a', 100, [budget]), 950);
    expect(await state.reserve({ id: 'b', amountNanos: 51, scopes: [budget], leaseMs: 1_000 })).toMatchObject({
      kind: 'denied',
      remainingNanos: 50,
    });
  });

  test('a forced booking goes beyond the cap; large sums stay exact', async () => {
    const budget = scope(123_456_789_012_345);
    await state.settle(await held('a', 123_456_789_012_344, [budget]), 123_456_789_012_344);
    const forced = await state.reserve({ id: 'b', amountNanos: 7, scopes: [budget], leaseMs: 1_000, force: true });
    expect(forced.kind).toBe('held');
    expect((await state.spend([budget]))[0]).toMatchObject({ spentNanos: 123_456_789_012_344, heldNanos: 7 });
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('%d is no sum of money', async (amountNanos) => {
    await expect(state.reserve({ id: 'a', amountNanos, scopes: [scope(1)], leaseMs: 1 })).rejects.toMatchObject({ code: 'state.invalid' });
  });

  test('never more spent and held than the cap, whatever the order', async () => {
    const step = fc.record({ id: fc.nat(8), amount: fc.nat(60), settle: fc.boolean(), actual: fc.nat(60) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const budget = scope(100);
        const holds = new Map<string, Hold>();
        for (const { id, amount, settle, actual } of steps) {
          const name = `${budget.key}-${id}`;
          const hold = holds.get(name);
          if (settle && hold !== undefined) await state.settle(hold, Math.min(actual, hold.amountNanos));
          else if (!settle) {
            const answer = await state.reserve({ id: name, amountNanos: amount, scopes: [budget], leaseMs: 60_000 }).catch(() => null);
            if (answer?.kind === 'held' && !answer.replayed) holds.set(name, answer.hold);
          }
          const [spend] = await state.spend([budget]);
          expect((spend?.spentNanos ?? 0) + (spend?.heldNanos ?? 0)).toBeLessThanOrEqual(100);
        }
      }),
      { seed: 11, numRuns: 40 },
    );
  });

  test('a sliding limit lets so much through per window, and says when to ask again', async () => {
    const key = `rate${count++}`;
    expect(await state.take(key, 2, 3, 60_000)).toEqual({ ok: true });
    expect(await state.take(key, 1, 3, 60_000)).toEqual({ ok: true });
    const refused = await state.take(key, 1, 3, 60_000);
    expect(refused.ok).toBe(false);
    expect(!refused.ok && refused.retryAfterMs).toBeGreaterThan(0);
    expect(!refused.ok && refused.retryAfterMs).toBeLessThanOrEqual(60_001);
    expect(await state.take(`big${count++}`, 10, 3, 60_000)).toEqual({ ok: true });
  });

  test('facts expire', async () => {
    const key = `fact${count++}`;
    expect(await state.get(key)).toBeNull();
    await state.set(key, 'value', 40);
    expect(await state.get(key)).toBe('value');
    await sleep(60);
    expect(await state.get(key)).toBeNull();
  });
}
