import { expect, test } from 'vitest';
import { settle, virtualTime } from '../../evals/prove/virtual-time.ts';
import { createHealth } from '../../src/run/health.ts';
import { sharedHealth } from '../../src/run/shared-health.ts';
import { memoryState } from '../../src/state/memory.ts';

test('F-04 a breaker that opens in one process keeps the others away as well, until it may be probed', async () => {
  const time = virtualTime();
  const state = memoryState({ clock: time });
  const [one, other] = [sharedHealth(createHealth(time), state, time), sharedHealth(createHealth(time), state, time)];
  for (let failure = 0; failure < 5; failure++) one.failed('a/1');
  other.available('a/1');
  await settle();
  expect(other.available('a/1')).toMatchObject({ ok: false, reason: 'breaker' });
  expect(other.available('b/1').ok).toBe(true);
  time.sleep(10_001);
  other.available('a/1');
  await settle();
  expect(other.available('a/1').ok).toBe(true);
});

test('F-01 F-41 a park is shared too; a store that is away changes nothing', async () => {
  const time = virtualTime();
  const state = memoryState({ clock: time });
  const [one, other] = [sharedHealth(createHealth(time), state, time), sharedHealth(createHealth(time), state, time)];
  one.park('a/1', 2_000);
  other.available('a/1');
  await settle();
  expect(other.available('a/1')).toMatchObject({ ok: false, reason: 'parked' });
  const away = { ...state, get: () => Promise.reject(new Error('away')), set: () => Promise.reject(new Error('away')) };
  const alone = sharedHealth(createHealth(time), away, time);
  alone.park('a/1', 500);
  expect(alone.available('a/1').ok).toBe(false);
  expect(alone.available('b/1').ok).toBe(true);
  await settle();
});
