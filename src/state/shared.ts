import { performance } from 'node:perf_hooks';
import type { Clock, Timers } from '../core/contracts.ts';
import { type GuardedState, type GuardOptions, guardedState } from './guarded.ts';
import { memoryState } from './memory.ts';
import { connectRedis, type RedisOptions } from './redis.ts';

export type SharedOptions = Omit<RedisOptions, 'clock'> &
  Partial<GuardOptions> & {
    /** Whether to refuse to start without the server; else it starts degraded and goes on trying. @default true */
    required?: boolean;
  };

const machineClock: Clock = { now: Date.now, monotonic: () => performance.now() };
const machineTimers: Timers = {
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * State shared over processes: budgets, limits and the like in Redis or Valkey, with every operation bounded to 50 ms, and after
 * five failures in a row to none at all until the server is back. Needs the package `ioredis`.
 *
 * @throws RouterError `state.unavailable` when `required` and the server cannot be reached, `state.invalid` when it may evict keys
 * @example
 * const router = createRouter({ state: await redisState({ url: 'redis://127.0.0.1:6379' }), budget: { dailyUsd: 10 } });
 */
export async function redisState(options: SharedOptions): Promise<GuardedState> {
  const { required = true, clock = machineClock, timers = machineTimers } = options;
  const { state, trouble } = await connectRedis({ ...options, clock });
  if (trouble !== null && required) {
    await state.close();
    throw trouble;
  }
  const guarded = guardedState(state, memoryState({ clock }), { ...options, clock, timers });
  // Known to be away: no request has to find out again.
  if (trouble !== null) for (let look = 0; look < 5; look++) await guarded.get('probe');
  return guarded;
}
