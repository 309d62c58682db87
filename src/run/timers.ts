import type { Clock, Timers } from '../core/contracts.ts';

/** Beyond this `setTimeout` overflows and fires at once, which would turn a hostile `Retry-After` into a hot loop. */
export const LONGEST_TIMER_MS = 2_147_483_647;

export const nodeTimers: Timers = {
  after(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, ms), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** Waits, or rejects with the signal's reason as soon as that aborts. */
export function pause(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = timers.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** A timer that goes off this much too late was held up by this process, not by an upstream. */
const LATE_MS = 1_000;
/** What had arrived meanwhile gets this long to be read. */
const GRACE_MS = 100;

/** Named timers over one attempt; the first that goes off aborts it with its reason. */
export type Watch = {
  readonly signal: AbortSignal;
  arm(name: string, ms: number, reason: () => Error): void;
  disarm(name: string): void;
  abort(reason: Error): void;
  /** True when a timer went off only because this process had been asleep or blocked. */
  late(): boolean;
  stop(): void;
};

export function watch(clock: Clock, timers: Timers): Watch {
  const controller = new AbortController();
  const armed = new Map<string, () => void>();
  let late = false;
  function arm(name: string, ms: number, reason: () => Error, grace = false): void {
    armed.get(name)?.();
    const due = clock.monotonic() + ms;
    const fire = () => {
      const overdue = clock.monotonic() - due > LATE_MS;
      if (overdue && !grace) return arm(name, GRACE_MS, reason, true);
      late ||= grace;
      controller.abort(reason());
    };
    armed.set(name, timers.after(ms, fire));
  }
  function disarm(name: string): void {
    armed.get(name)?.();
    armed.delete(name);
  }
  return {
    signal: controller.signal,
    arm,
    disarm,
    abort: (reason) => controller.abort(reason),
    late: () => late,
    stop() {
      for (const name of [...armed.keys()]) disarm(name);
    },
  };
}
