import { describe, expect, test } from 'vitest';
import { virtualTime } from '../../evals/prove/virtual-time.ts';
import { memoryState } from '../../src/state/memory.ts';
import { obeysStateContract } from '../contracts/state.ts';

describe('memory', () => {
  obeysStateContract(async () => {
    const time = virtualTime();
    return { state: memoryState({ clock: time }), sleep: async (ms) => time.sleep(ms) };
  });

  test('F-49 a million keys stay within the bound, and budgets are never dropped', async () => {
    const time = virtualTime();
    const state = memoryState({ clock: time, entries: 1_000 });
    const budget = { key: 'user:1', window: 'day' as const, timeZone: 'UTC', capNanos: 100 };
    const answer = await state.reserve({ id: 'a', amountNanos: 60, scopes: [budget], leaseMs: 1e9 });
    if (answer.kind === 'held') await state.settle(answer.hold, 60);
    for (let key = 0; key < 1_000_000; key++) await state.set(`k${key}`, 'v', 1e9);
    expect(await state.get('k0')).toBeNull();
    expect(await state.get('k998999')).toBeNull();
    expect(await state.get('k999000')).toBe('v');
    for (let user = 2; user < 30_000; user++) await state.spend([{ ...budget, key: `user:${user}` }]);
    expect((await state.spend([budget]))[0]?.spentNanos).toBe(60);
  });

  test('F-50 what is under way at midnight settles in the window it was reserved in', async () => {
    const time = virtualTime(Date.UTC(2026, 2, 1, 23, 59, 59, 900));
    const state = memoryState({ clock: time });
    const budget = { key: 'g', window: 'day' as const, timeZone: 'UTC', capNanos: 5_000 };
    const holds = [];
    for (let request = 0; request < 50; request++) {
      const answer = await state.reserve({ id: `r${request}`, amountNanos: 100, scopes: [budget], leaseMs: 60_000 });
      if (answer.kind === 'held') holds.push(answer.hold);
    }
    expect(holds.length).toBe(50);
    time.sleep(200);
    expect((await state.spend([budget]))[0]).toMatchObject({ window: '2026-03-02', spentNanos: 0, heldNanos: 0 });
    for (const hold of holds) expect(await state.settle(hold, 90)).toBe(true);
    expect((await state.spend([budget]))[0]).toMatchObject({ window: '2026-03-02', spentNanos: 0 });
    expect(holds.every(({ places }) => places[0]?.window === '2026-03-01')).toBe(true);
  });

  test('F-52 a wall clock set back does not refill a budget', async () => {
    const time = virtualTime(Date.UTC(2026, 2, 2, 0, 0, 10));
    const state = memoryState({ clock: time });
    const budget = { key: 'g', window: 'day' as const, timeZone: 'UTC', capNanos: 100 };
    const answer = await state.reserve({ id: 'a', amountNanos: 100, scopes: [budget], leaseMs: 1_000 });
    if (answer.kind === 'held') await state.settle(answer.hold, 100);
    time.setWall(Date.UTC(2026, 2, 1, 12));
    expect((await state.reserve({ id: 'b', amountNanos: 1, scopes: [budget], leaseMs: 1_000 })).kind).toBe('denied');
  });
});
