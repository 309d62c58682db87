import { describe, expect, test } from 'vitest';
import { run } from '../../src/run/run.ts';
import { failure, order, rig, stalls } from './harness.ts';

describe('money', () => {
  const scopes = [{ key: 'global:all', window: 'day' as const, timeZone: 'UTC', capNanos: 1_000_000 }];

  test('F-15 missing usage is estimated within the reservation, and flagged', async () => {
    const answer = { choices: [{ index: 0, finish_reason: 'stop', message: { content: 'x'.repeat(40_000) } }], model: 'other-model' };
    const { time, parts, plan, state } = rig({ 'a/1': async () => answer as unknown as string });
    const outcome = await time.run(() => run(plan({ scopes }), parts));
    expect(outcome.flags).toEqual(expect.arrayContaining(['usage_estimated', 'model_mismatch']));
    expect((await state.spend(scopes))[0]?.spentNanos).toBe(200_000);
  });

  test('F-47 a call that costs more than was reserved is charged in full, and told', async () => {
    const usage = { prompt_tokens: 300, completion_tokens: 100 };
    const answer = { choices: [{ index: 0, finish_reason: 'stop', message: { content: 'x' } }], model: '1', usage };
    const { time, parts, plan, state, events } = rig({ 'a/1': async () => answer as unknown as string });
    const outcome = await time.run(() => run(plan({ scopes }), parts));
    expect((await state.spend(scopes))[0]?.spentNanos).toBe(300 * 1_000 + 100 * 2_000);
    expect(outcome.flags).toContain('over_reservation');
    expect(events[0]).toMatchObject({ kind: 'over-reservation', actualUsd: 0.0005, reservedUsd: 0.0002 });
  });

  test('F-69 the reservation is the least of max_tokens and the model cap, times n', async () => {
    const small = [{ ...(scopes[0] as (typeof scopes)[0]), capNanos: 100 * 1_000 + 3 * 20 * 2_000 }];
    const { time, parts, plan } = rig({ 'a/1': 'hi' }, {}, { 'a/1': { maxOutputTokens: 20 } });
    expect((await time.run(() => run(plan({ scopes: small, maxOutputTokens: 1_000, choices: 3 }), parts))).kind).toBe('answered');
    const less = [{ ...(small[0] as (typeof scopes)[0]), key: 'other', capNanos: (small[0]?.capNanos ?? 0) - 1 }];
    const denied = await time.run(() => run(plan({ scopes: less, maxOutputTokens: 1_000, choices: 3 }), parts));
    expect(denied).toMatchObject({ kind: 'failed', error: { code: 'budget.exceeded' } });
  });

  test('a candidate too dear for what is left is passed over for a cheaper one', async () => {
    const dear = { price: { input: 100, output: 200, cachedInput: null, reasoning: null } };
    const { time, parts, plan } = rig({ 'a/1': 'hi', 'b/1': 'hi' }, {}, { 'a/1': dear });
    expect(await time.run(() => run(plan({ scopes }), parts))).toMatchObject({ model: 'b/1' });
  });

  test('an unknown price gives an unknown cost, never 0', async () => {
    const price = { input: null, output: null, cachedInput: null, reasoning: null };
    const { time, parts, plan } = rig({ 'a/1': 'hi' }, {}, { 'a/1': { price } });
    expect((await time.run(() => run(plan(), parts))).usd).toBeNull();
  });

  test('failed attempts without an answer cost nothing; cut ones cost what was sent', async () => {
    const { time, parts, plan } = rig({ 'a/1': failure('provider.failed', { status: 500 }), 'b/1': stalls, 'c/1': 'hi' });
    const outcome = await time.run(() => run(plan(), parts));
    expect(outcome.attempts.map(({ usd }) => usd)).toEqual([0, 0.0001, expect.any(Number)]);
  });
});

describe('answers', () => {
  test('F-72 a refusal is an answer: passed on, not shopped around', async () => {
    const refused = { choices: [{ index: 0, finish_reason: 'stop', message: { content: null, refusal: 'I cannot' } }] };
    const filtered = { choices: [{ index: 0, finish_reason: 'content_filter', message: { content: '' } }] };
    for (const answer of [refused, filtered]) {
      const { time, parts, plan, calls } = rig({ 'a/1': async () => answer as unknown as string, 'b/1': 'softer' });
      expect(await time.run(() => run(plan(), parts))).toMatchObject({ kind: 'answered', model: 'a/1' });
      expect(calls.length).toBe(1);
    }
  });

  test('escalation asks the next stronger candidate until an answer is accepted', async () => {
    const { time, parts, plan, calls } = rig({ 'a/1': 'weak', 'b/1': 'strong', 'c/1': 'other' });
    const order_ = plan().order;
    const acceptance = {
      check: ({ choices }: { choices: { message: { content: string | null } }[] }) =>
        choices[0]?.message.content === 'strong' ? null : 'weak',
      strongerThan: () => order_.slice(1),
    };
    const outcome = await time.run(() => run(plan({ acceptance }), parts));
    expect(outcome).toMatchObject({ kind: 'answered', model: 'b/1' });
    expect(outcome.flags).toContain('escalated');
    expect(order(calls)).toEqual(['a/1', 'b/1']);
  });

  test('escalation that finds nothing better gives the last answer, flagged', async () => {
    const { time, parts, plan } = rig({ 'a/1': 'weak', 'b/1': failure('provider.failed') });
    const acceptance = { check: () => 'never', strongerThan: () => plan().order.slice(1) };
    const outcome = await time.run(() => run(plan({ acceptance }), parts));
    expect(outcome).toMatchObject({ kind: 'answered', model: 'a/1' });
    expect(outcome.flags).toContain('not_accepted');
  });

  test('F-59 a check that throws fails that request alone', async () => {
    const { time, parts, plan } = rig({ 'a/1': 'hi' });
    const acceptance = {
      check: () => {
        throw new Error('bug');
      },
      strongerThan: () => [],
    };
    expect(await time.run(() => run(plan({ acceptance }), parts))).toMatchObject({ kind: 'failed', error: { code: 'run.hook-failed' } });
    expect((await time.run(() => run(plan(), parts))).kind).toBe('answered');
  });

  test('F-59 a provider that throws something odd fails that attempt alone', async () => {
    const { time, parts, plan } = rig({ 'a/1': () => Promise.reject(new TypeError('odd')), 'b/1': 'hi' });
    expect(await time.run(() => run(plan(), parts))).toMatchObject({ kind: 'answered', model: 'b/1' });
  });
});
