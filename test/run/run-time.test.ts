import { describe, expect, test } from 'vitest';
import { run } from '../../src/run/run.ts';
import { failure, rig, stalls } from './harness.ts';

describe('time', () => {
  test('F-09 F-10 the deadline holds when every candidate stalls', async () => {
    const { time, parts, plan } = rig({ 'a/1': stalls, 'b/1': stalls });
    const outcome = await time.run(() => run(plan(), parts));
    expect(outcome).toMatchObject({ kind: 'failed' });
    expect(time.monotonic()).toBeLessThanOrEqual(10_100);
  });

  test('F-52 a wall clock that jumps moves no deadline, backoff or breaker', async () => {
    const { time, parts, plan, calls } = rig({
      'a/1': (_call, turn) => (turn === 0 ? failure('provider.rate-limited', { retryAfterSeconds: 2 }) : 'hi'),
    });
    const jump = async () => {
      const running = run(plan(), parts);
      time.setWall(time.now() + 86_400_000);
      time.setWall(time.now() - 2 * 86_400_000);
      return running;
    };
    expect((await time.run(jump)).kind).toBe('answered');
    expect(calls[1]?.at).toBeGreaterThanOrEqual(2_000);
    expect(calls[1]?.at).toBeLessThan(2_300);
  });

  test('F-53 a process that slept fails the expired request cleanly and opens no breaker', async () => {
    const { time, parts, plan, events } = rig({ 'a/1': stalls });
    for (let request = 0; request < 8; request++) {
      const outcome = await time.run(() => {
        const running = run(plan(), parts);
        time.sleep(60_000);
        return running;
      });
      expect(outcome).toMatchObject({ kind: 'failed' });
      expect(outcome.flags).toContain('own_pause');
    }
    expect(parts.health.available('a/1').ok).toBe(true);
    expect(events).toEqual([]);
    expect(time.pending()).toBe(0);
  });
});

describe('cancelling', () => {
  test('F-13 a caller who aborts cancels the call, is charged for what was sent, and hurts no breaker', async () => {
    const { time, parts, plan, state } = rig({ 'a/1': stalls });
    const scopes = [{ key: 'global:all', window: 'day' as const, timeZone: 'UTC', capNanos: 1_000_000_000 }];
    for (let request = 0; request < 6; request++) {
      const control = new AbortController();
      time.after(10, () => control.abort());
      const outcome = await time.run(() => run(plan({ signal: control.signal, scopes }), parts));
      expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'run.aborted' } });
      expect(outcome.flags).toContain('client_cancelled');
    }
    const [spend] = await state.spend(scopes);
    // 100 tokens in at $1 per million are 100,000 nano-dollars, six times.
    expect(spend).toMatchObject({ spentNanos: 600_000, heldNanos: 0 });
    expect(parts.health.available('a/1').ok).toBe(true);
  });

  test('F-13 where cancelling does not stop the billing the full reservation is charged', async () => {
    const { time, parts, plan, state } = rig({ 'a/1': stalls }, {}, { 'a/1': { cancelStopsBilling: false } });
    const scopes = [{ key: 'global:all', window: 'day' as const, timeZone: 'UTC', capNanos: 1_000_000_000 }];
    const control = new AbortController();
    time.after(10, () => control.abort());
    await time.run(() => run(plan({ signal: control.signal, scopes }), parts));
    expect((await state.spend(scopes))[0]).toMatchObject({ spentNanos: 100 * 1_000 + 50 * 2_000, heldNanos: 0 });
  });
});
