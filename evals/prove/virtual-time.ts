import type { Clock, Timers } from '../../src/core/contracts.ts';

/** Time that moves only when nothing else is left to do, so that a request of minutes runs in microseconds and always alike. */
export type VirtualTime = Clock &
  Timers & {
    /** Runs `work` to its end, moving time from timer to timer. */
    run<T>(work: () => Promise<T>): Promise<T>;
    /** Moves the wall clock alone, as somebody setting it would. */
    setWall(ms: number): void;
    /** Moves both clocks without letting timers go off: the process slept. */
    sleep(ms: number): void;
    pending(): number;
  };

type Timer = { due: number; order: number; action: () => void };

const LONGEST_TIMER_MS = 2_147_483_647;

export function virtualTime(startMs = Date.UTC(2026, 0, 5, 12)): VirtualTime {
  let now = 0;
  let wallOffset = startMs;
  let order = 0;
  const timers = new Map<number, Timer>();
  const next = (): Timer | undefined => [...timers.values()].sort((a, b) => a.due - b.due || a.order - b.order)[0];
  return {
    now: () => wallOffset + now,
    monotonic: () => now,
    after(ms, action) {
      const timer = { due: now + Math.min(Math.max(0, ms), LONGEST_TIMER_MS), order: order++, action };
      timers.set(timer.order, timer);
      return () => void timers.delete(timer.order);
    },
    async run(work) {
      let over = false;
      const result = work().finally(() => {
        over = true;
      });
      result.catch(() => undefined);
      while (!over) {
        await settle();
        if (over) break;
        const timer = next();
        if (timer === undefined) {
          await settle();
          if (!over && next() === undefined) throw new Error('nothing moves and no timer is set: the work hangs');
          continue;
        }
        timers.delete(timer.order);
        now = Math.max(now, timer.due);
        timer.action();
      }
      return result;
    },
    setWall: (ms) => {
      wallOffset = ms - now;
    },
    sleep: (ms) => {
      now += ms;
    },
    pending: () => timers.size,
  };
}

/** Lets every promise and immediate that can run, run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
