import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { isTimeout, linkSignals, settledBy, withDeadline } from '../../src/core/abort.ts';

const never = () => new AbortController().signal;
const timedOut = () => AbortSignal.abort(new DOMException('late', 'TimeoutError'));

describe('linked signals', () => {
  test('abort with the first of their sources, for its reason', () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const { signal } = linkSignals([one.signal, undefined, two.signal]);
    two.abort('two');
    one.abort('one');
    expect(signal.reason).toBe('two');
  });

  test('start aborted when a source is', () => {
    expect(linkSignals([never(), AbortSignal.abort('gone')]).signal.reason).toBe('gone');
  });

  test('leave no listener behind once released', () => {
    const source = never();
    linkSignals([source]).release();
    expect(getEventListeners(source, 'abort')).toHaveLength(0);
  });
});

describe('work under a signal', () => {
  test('is given up as soon as the signal aborts, even when it takes no notice', async () => {
    const controller = new AbortController();
    const settled = settledBy(new Promise(() => undefined), controller.signal);
    controller.abort('enough');
    await expect(settled).rejects.toBe('enough');
  });

  test('gives its value and lets go of the signal', async () => {
    const source = never();
    await expect(settledBy(Promise.resolve(7), source)).resolves.toBe(7);
    expect(getEventListeners(source, 'abort')).toHaveLength(0);
  });
});

describe('a deadline', () => {
  test('is never started for a caller who has gone', async () => {
    let started = false;
    const work = async () => {
      started = true;
    };
    await expect(withDeadline({ deadlineMs: 5, timeout: never, signal: AbortSignal.abort('gone') }, work)).rejects.toBe('gone');
    expect(started).toBe(false);
  });

  test('ends the work by its own signal, with a reason that says so', async () => {
    const reason = await withDeadline(
      { deadlineMs: 1, timeout: (ms) => AbortSignal.timeout(ms) },
      () => new Promise(() => undefined),
    ).catch((error: unknown) => error);
    expect(isTimeout(reason)).toBe(true);
    expect(isTimeout(timedOut().reason)).toBe(true);
    expect(isTimeout(AbortSignal.abort().reason)).toBe(false);
  });
});
