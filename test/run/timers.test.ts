import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { virtualTime } from '../../evals/prove/virtual-time.ts';
import { breaker } from '../../src/run/breaker.ts';
import { LONGEST_TIMER_MS, nodeTimers, pause, watch } from '../../src/run/timers.ts';

test('F-03 a timer beyond 2^31 milliseconds does not go off at once', () => {
  vi.useFakeTimers();
  const action = vi.fn();
  const cancel = nodeTimers.after(99_999_999_000, action);
  vi.advanceTimersByTime(60_000);
  expect(action).not.toHaveBeenCalled();
  vi.advanceTimersByTime(LONGEST_TIMER_MS);
  expect(action).toHaveBeenCalledOnce();
  cancel();
  vi.useRealTimers();
});

test('a pause ends early with the reason of its signal, and leaves no timer', async () => {
  const time = virtualTime();
  const control = new AbortController();
  const paused = pause(time, 1_000, control.signal);
  control.abort(new Error('stop'));
  await expect(paused).rejects.toThrow('stop');
  expect(time.pending()).toBe(0);
});

test('F-53 a timer held up by this process gives what has arrived a moment, and says that it was late', async () => {
  const time = virtualTime();
  const guard = watch(time, time);
  guard.arm('limit', 100, () => new Error('late'));
  time.sleep(5_000);
  await time.run(() => pause(time, 50, new AbortController().signal));
  expect(guard.signal.aborted).toBe(false);
  await time.run(() => pause(time, 200, new AbortController().signal));
  expect([guard.signal.aborted, guard.late()]).toEqual([true, true]);
});

test('F-04 the breaker opens and closes as a reference does, for any run of failures and successes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 9 }), async (outcomes) => {
      // Up to nine calls: the share over ten, which the reference lacks, does not come in.
      const reference = circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) });
      const ours = breaker();
      for (const fails of outcomes) {
        if (ours.waitMs(0) > 0) break;
        if (fails) ours.failed(0);
        else ours.succeeded(0);
        await reference.execute(() => (fails ? Promise.reject(new Error('x')) : Promise.resolve())).catch(() => undefined);
        expect(ours.isOpen()).toBe(reference.state === CircuitState.Open);
      }
    }),
    { seed: 3, numRuns: 200 },
  );
});
