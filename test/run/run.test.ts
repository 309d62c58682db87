import { describe, expect, test } from 'vitest';
import { run } from '../../src/run/run.ts';
import { after, failure, order, rig, stalls } from './harness.ts';

describe('fallbacks', () => {
  test('the chosen model answers, and nobody else is asked', async () => {
    const { time, parts, plan, calls } = rig({ 'a/1': 'hi', 'b/1': 'no' });
    const outcome = await time.run(() => run(plan(), parts));
    expect(outcome).toMatchObject({ kind: 'answered', model: 'a/1', finish: 'stop' });
    expect(order(calls)).toEqual(['a/1']);
  });

  test('F-01 a 429 sends the request on at once, and parks the candidate for everybody', async () => {
    const { time, parts, plan, calls } = rig({ 'a/1': failure('provider.rate-limited', { retryAfterSeconds: 2 }), 'b/1': 'hi' });
    await time.run(() => run(plan(), parts));
    expect(time.monotonic()).toBe(0);
    await time.run(() => run(plan(), parts));
    expect(order(calls)).toEqual(['a/1', 'b/1', 'b/1']);
    time.sleep(1_999);
    expect(parts.health.available('a/1').ok).toBe(false);
    time.sleep(2);
    expect(parts.health.available('a/1').ok).toBe(true);
  });

  test('F-02 with no other candidate it waits as asked, at most a tenth longer, and tries once more', async () => {
    const limited = failure('provider.rate-limited', { retryAfterSeconds: 2 });
    const { time, parts, plan, calls } = rig({ 'a/1': (_call, turn) => (turn === 0 ? limited : 'hi') });
    const outcome = await time.run(() => run(plan(), parts));
    expect(outcome.kind).toBe('answered');
    expect(calls.length).toBe(2);
    expect(calls[1]?.at).toBeGreaterThanOrEqual(2_000);
    expect(calls[1]?.at).toBeLessThanOrEqual(2_200);
    expect(outcome.attempts.map(({ status, retry }) => [status, retry])).toContainEqual(['answered', true]);
  });

  test('F-03 a wait beyond the deadline is not waited for: the 429 is passed on with its time', async () => {
    const { time, parts, plan, calls } = rig({ 'a/1': failure('provider.rate-limited', { retryAfterSeconds: 86_400 }) });
    const outcome = await time.run(() => run(plan(), parts));
    expect(outcome).toMatchObject({ kind: 'failed', error: { code: 'provider.rate-limited', retryAfterSeconds: 86_400 } });
    expect(calls.length).toBe(1);
    expect(time.monotonic()).toBe(0);
    expect(parts.health.available('a/1')).toMatchObject({ ok: false, waitMs: 600_000 });
  });

  test('F-04 five failures in a row open the breaker; then one probe per 10 s; others carry on', async () => {
    const { time, parts, plan, calls, events } = rig({ 'a/1': failure('provider.failed'), 'b/1': 'hi' });
    for (let request = 0; request < 20; request++) await time.run(() => run(plan(), parts));
    expect(calls.filter(({ model }) => model === 'a/1').length).toBe(5);
    expect(events).toEqual([{ kind: 'breaker-opened', model: 'a/1' }]);
    expect(calls.filter(({ model }) => model === 'b/1').length).toBe(20);
    for (let second = 0; second < 40; second++) {
      time.sleep(1_000);
      await time.run(() => run(plan(), parts));
    }
    expect(calls.filter(({ model }) => model === 'a/1').length - 5).toBe(4);
    expect(parts.health.available('b/1').ok).toBe(true);
  });

  test('F-04 a healed candidate is back within 11 s', async () => {
    let down = true;
    const { time, parts, plan, calls } = rig({ 'a/1': () => (down ? failure('provider.failed') : 'hi'), 'b/1': 'hi' });
    for (let request = 0; request < 6; request++) await time.run(() => run(plan(), parts));
    down = false;
    time.sleep(10_001);
    calls.length = 0;
    await time.run(() => run(plan(), parts));
    await time.run(() => run(plan(), parts));
    expect(order(calls)).toEqual(['a/1', 'a/1']);
  });

  test('F-05 with all down the error is fast once the breakers are open, and retries stay within a tenth', async () => {
    const { time, parts, plan, calls } = rig({ 'a/1': failure('provider.failed'), 'b/1': failure('provider.unreachable') });
    for (let request = 0; request < 10; request++) await time.run(() => run(plan(), parts));
    const before = time.monotonic();
    calls.length = 0;
    const outcomes = [];
    for (let request = 0; request < 100; request++) outcomes.push(await time.run(() => run(plan(), parts)));
    expect(time.monotonic() - before).toBe(0);
    expect(calls.length).toBe(0);
    const last = outcomes.at(-1);
    expect(last).toMatchObject({ kind: 'failed', error: { code: 'run.no-candidate', retryable: true } });
    expect(last?.kind === 'failed' && last.error.retryAfterSeconds).toBeGreaterThan(0);
  });

  test('where nothing but keys is wanting it names them, and does not ask to wait', async () => {
    const keyless = (where: string) => failure('provider.missing-key', { where, retryable: false });
    const { time, parts, plan } = rig({ 'a/1': keyless('A_KEY'), 'b/1': keyless('B_KEY') });
    expect(await time.run(() => run(plan(), parts))).toMatchObject({
      kind: 'failed',
      error: { code: 'run.no-candidate', retryable: false, advice: expect.stringMatching(/^set A_KEY, B_KEY, or/) },
    });
    const mixed = rig({ 'a/1': keyless('A_KEY'), 'b/1': failure('provider.failed') });
    expect(await mixed.time.run(() => run(mixed.plan(), mixed.parts))).toMatchObject({
      error: { retryable: true, advice: expect.stringContaining('try again later') },
    });
  });

  test('F-05 same-candidate retries are at most a tenth of the traffic and a few to begin with', async () => {
    let turn = 0;
    // Every third call succeeds, so that the breaker stays closed and only the retry budget holds retries back.
    const { time, parts, plan } = rig({ 'a/1': () => (turn++ % 3 === 0 ? 'hi' : failure('provider.failed')) });
    let retries = 0;
    let calls = 0;
    for (let request = 0; request < 300; request++) {
      const outcome = await time.run(() => run(plan(), parts));
      const made = outcome.attempts.filter(({ status }) => status !== 'skipped');
      calls += made.length;
      retries += made.filter(({ retry }) => retry).length;
      if (parts.health.available('a/1').ok === false) time.sleep(10_000);
    }
    expect(retries).toBeGreaterThan(3);
    expect(retries).toBeLessThanOrEqual(0.1 * calls + 3 + time.monotonic() / 10_000);
  });

  test.each(['provider.rejected', 'provider.context-length'] as const)(
    'F-06 %s is not retried on the same candidate, the next may take it',
    async (code) => {
      const { time, parts, plan, calls } = rig({ 'a/1': failure(code, { retryable: false }), 'b/1': 'hi' });
      await time.run(() => run(plan(), parts));
      expect(order(calls)).toEqual(['a/1', 'b/1']);
    },
  );

  test('F-06 a content-policy refusal goes to nobody else unless asked for; a single bad request is passed on as it is', async () => {
    const policy = failure('provider.content-policy', { retryable: false });
    const strict = rig({ 'a/1': policy, 'b/1': 'hi' });
    expect(await strict.time.run(() => run(strict.plan(), strict.parts))).toMatchObject({
      kind: 'failed',
      error: { code: 'provider.content-policy' },
    });
    const lenient = rig({ 'a/1': policy, 'b/1': 'hi' }, { fallbackOn: { contextLength: true, contentPolicy: true } });
    expect((await lenient.time.run(() => run(lenient.plan(), lenient.parts))).kind).toBe('answered');
    const bad = rig({ 'a/1': failure('provider.rejected', { retryable: false }) });
    expect(await bad.time.run(() => run(bad.plan(), bad.parts))).toMatchObject({ kind: 'failed', error: { code: 'provider.rejected' } });
    expect(bad.calls.length).toBe(1);
  });

  test('F-07 a bad key parks the candidate, alarms, and the request goes on', async () => {
    const { time, parts, plan, calls, events } = rig({ 'a/1': failure('provider.unauthorised', { retryable: false }), 'b/1': 'hi' });
    expect((await time.run(() => run(plan(), parts))).kind).toBe('answered');
    await time.run(() => run(plan(), parts));
    expect(order(calls)).toEqual(['a/1', 'b/1', 'b/1']);
    expect(events[0]).toMatchObject({ kind: 'unauthorised', model: 'a/1' });
  });

  test('F-08 an unreachable candidate counts as a failure and the next answers', async () => {
    const { time, parts, plan } = rig({ 'a/1': failure('provider.unreachable'), 'b/1': 'hi' });
    const outcome = await time.run(() => run(plan(), parts));
    expect(outcome.attempts.map(({ model, status, code }) => [model, status, code])).toEqual([
      ['a/1', 'failed', 'provider.unreachable'],
      ['b/1', 'answered', null],
    ]);
  });

  test('F-10 with all but one stalled the answer comes inside the deadline', async () => {
    const { time, parts, plan } = rig({ 'a/1': stalls, 'b/1': stalls, 'c/1': stalls, 'd/1': after(2_000, 'hi') });
    const outcome = await time.run(() => run(plan(), parts));
    expect(outcome).toMatchObject({ kind: 'answered', model: 'd/1' });
    expect(time.monotonic()).toBeLessThan(10_000);
    expect(outcome.attempts.map(({ startedMs }) => startedMs)).toEqual([0, 2_500, 5_000, 7_500]);
  });

  test('a model with a timeout of its own gets no longer than that', async () => {
    const { time, parts, plan } = rig({ 'a/1': stalls, 'b/1': 'hi' }, {}, { 'a/1': { timeoutMs: 300 } });
    const outcome = await time.run(() => run(plan(), parts));
    expect(outcome.attempts[1]).toMatchObject({ model: 'b/1', startedMs: 300 });
  });

  test('F-11 a socket that closed as we wrote gets one fresh try, counted', async () => {
    const { time, parts, plan, calls } = rig({
      'a/1': (_call, turn) => (turn === 0 ? failure('provider.stale-socket') : 'hi'),
      'b/1': 'no',
    });
    const outcome = await time.run(() => run(plan(), parts));
    expect(order(calls)).toEqual(['a/1', 'a/1']);
    expect(outcome.attempts.map(({ retry }) => retry)).toEqual([false, true]);
    const stuck = rig({ 'a/1': failure('provider.stale-socket'), 'b/1': 'hi' });
    await stuck.time.run(() => run(stuck.plan(), stuck.parts));
    expect(order(stuck.calls)).toEqual(['a/1', 'a/1', 'b/1']);
  });

  test('F-12 an empty answer is a failure; the next candidate is asked', async () => {
    const { time, parts, plan } = rig({ 'a/1': '  ', 'b/1': 'hi' });
    const outcome = await time.run(() => run(plan(), parts));
    expect(outcome).toMatchObject({ kind: 'answered', model: 'b/1' });
    expect(outcome.attempts[0]).toMatchObject({ status: 'failed', code: 'provider.bad-response' });
  });

  test('F-39 eligibility is asked again before every fallback', async () => {
    const { time, parts, plan, calls } = rig({ 'a/1': failure('provider.failed'), 'b/1': 'no', 'c/1': 'hi' });
    const recheck = (model: string) => (model === 'b/1' ? { model, reason: 'risk-clearance' as const, detail: 'x' } : null);
    const outcome = await time.run(() => run(plan({ recheck }), parts));
    expect(order(calls)).toEqual(['a/1', 'c/1']);
    expect(outcome.attempts).toContainEqual(expect.objectContaining({ model: 'b/1', status: 'skipped', code: 'risk-clearance' }));
  });

  test('attempts are never more than the pool and one', async () => {
    const { time, parts, plan, calls } = rig({
      'a/1': failure('provider.failed'),
      'b/1': failure('provider.failed'),
      'c/1': failure('provider.failed'),
    });
    await time.run(() => run(plan(), parts));
    expect(calls.length).toBeLessThanOrEqual(4);
  });

  test('RPM and TPM limits are kept before calling, and waited for when nobody else is left', async () => {
    const limits = { requestsPerMinute: 2 };
    const { time, parts, plan, calls } = rig(
      { 'a/1': 'hi', 'b/1': 'hi' },
      {},
      { 'a/1': { limits }, 'b/1': { limits: { tokensPerMinute: 400 } } },
    );
    for (let request = 0; request < 4; request++) await time.run(() => run(plan(), parts));
    expect(order(calls)).toEqual(['a/1', 'a/1', 'b/1', 'b/1']);
    const outcome = await time.run(() => run(plan({ deadlineMs: 120_000 }), parts));
    expect(outcome.kind).toBe('answered');
    expect(time.monotonic()).toBeGreaterThan(0);
  });
});
