import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type CachedOptions, cachedClassifier } from '../../src/classify/cached.ts';
import type { Classifier } from '../../src/core/contracts.ts';
import { RouterError } from '../../src/core/errors.ts';
import type { Classification } from '../../src/core/label.ts';
import { ask, stubClassifier } from '../contracts/classifier.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** A paid classifier that counts its calls and waits for `open` before each answer. */
function counted(change: (made: Classification, call: number) => void = () => undefined) {
  const seen = { calls: 0, aborted: 0, gate: Promise.resolve() };
  const inner: Classifier = {
    name: 'paid',
    async classify(request, signal) {
      const call = seen.calls++;
      signal?.addEventListener('abort', () => void seen.aborted++);
      await seen.gate;
      const made = await stubClassifier('paid').classify(request);
      Object.assign(made.source, { usd: 0.01, model: 'a/b' });
      change(made, call);
      return made;
    },
  };
  return { seen, inner };
}
/** Holds every answer back until the returned function is called. */
function close(seen: { gate: Promise<void> }): () => void {
  const doors: (() => void)[] = [];
  seen.gate = new Promise((resolve) => doors.push(resolve));
  return () => doors.forEach((open) => void open());
}

const over = (inner: Classifier, options: Partial<CachedOptions> = {}) => cachedClassifier(inner, { version: 'v1', hash, ...options });

describe('cached', () => {
  test('asks once for a text, and charges it once', async () => {
    const { seen, inner } = counted();
    const cached = over(inner);
    const [one, two] = [await cached.classify(ask('hi')), await cached.classify(ask('hi'))];
    expect(seen.calls).toBe(1);
    expect([one.source.usd, two.source.usd]).toEqual([0.01, 0]);
    expect([one.source.cached, two.source.cached]).toEqual([false, true]);
    expect(two.label).toEqual(one.label);
  });

  test('F-38 the same text twice at once is one call, charged to one of them', async () => {
    const { seen, inner } = counted();
    const cached = over(inner);
    const made = await Promise.all([1, 2, 3].map(() => cached.classify(ask('hi'))));
    expect(seen.calls).toBe(1);
    expect(made.map(({ source }) => source.usd).toSorted()).toEqual([0, 0, 0.01]);
  });

  test('F-38 a failure is not kept', async () => {
    const { seen, inner } = counted((_, call) => {
      if (call === 0) throw new RouterError('classify.failed', 'no', { advice: 'again' });
    });
    const cached = over(inner);
    await expect(cached.classify(ask('hi'))).rejects.toMatchObject({ code: 'classify.failed' });
    await cached.classify(ask('hi'));
    expect(seen.calls).toBe(2);
  });

  test('F-38 neither is a label that a failure left unsure', async () => {
    const { seen, inner } = counted(({ label, source }, call) => {
      if (call === 0) label.complexity.unsure = 'timeout';
      if (call === 1) source.flags = ['failed:classify.bad-answer'];
    });
    const cached = over(inner);
    for (let call = 0; call < 4; call++) await cached.classify(ask('hi'));
    expect(seen.calls).toBe(3);
  });

  test("F-38 one caller's abort does not end the call for another, and the one left is charged", async () => {
    const { seen, inner } = counted();
    const open = close(seen);
    const cached = over(inner);
    const leaving = new AbortController();
    const gone = cached.classify(ask('hi'), leaving.signal);
    const stays = cached.classify(ask('hi'));
    await expect.poll(() => seen.calls).toBe(1);
    leaving.abort();
    await expect(gone).rejects.toMatchObject({ code: 'classify.aborted' });
    open();
    expect((await stays).source).toMatchObject({ usd: 0.01, cached: false });
    expect(seen.calls).toBe(1);
  });

  test('F-38 the call ends when every caller has gone, and the next one starts afresh', async () => {
    const { seen, inner } = counted();
    const open = close(seen);
    const cached = over(inner);
    const leaving = new AbortController();
    const gone = [cached.classify(ask('hi'), leaving.signal), cached.classify(ask('hi'), leaving.signal)];
    await expect.poll(() => seen.calls).toBe(1);
    leaving.abort();
    await Promise.allSettled(gone);
    expect(seen.aborted).toBe(1);
    const next = cached.classify(ask('hi'));
    open();
    await next;
    expect(seen.calls).toBe(2);
  });

  test('T07 keeps apart what a classifier would see apart, and nothing else', async () => {
    const { seen, inner } = counted();
    const cached = over(inner);
    const long = 'x'.repeat(150_000);
    const different = [
      ask('a'),
      ask('a\ud800'),
      ask('a\udbff'),
      ask('a\ufffd'),
      ask(`${long}1`),
      ask(`${long}2`),
      {
        messages: [
          { role: 'user' as const, content: 'a' },
          { role: 'user' as const, content: 'b' },
        ],
      },
      ask('a\n\nb'),
      {
        messages: [
          { role: 'user' as const, content: 'a' },
          { role: 'tool' as const, content: 'page', tool_call_id: 'c' },
        ],
      },
      {
        messages: [
          {
            role: 'user' as const,
            content: [
              { type: 'text' as const, text: 'a' },
              { type: 'image_url' as const, image_url: { url: 'data:,' } },
            ],
          },
        ],
      },
    ];
    for (const request of different) await cached.classify(request);
    expect(seen.calls).toBe(different.length);
    await cached.classify({ messages: [{ role: 'system', content: 'long' }, ...ask('a').messages], tools: [] });
    expect(seen.calls).toBe(different.length);
  });

  test('T07 keeps scopes and versions apart', async () => {
    const { seen, inner } = counted();
    const cached = over(inner, { scopeOf: ({ user }) => user ?? '' });
    await cached.classify({ ...ask('hi'), user: 'one' });
    await cached.classify({ ...ask('hi'), user: 'two' });
    await over(inner, { version: 'v2' }).classify(ask('hi'));
    expect(seen.calls).toBe(3);
  });

  test('gives each caller a label of its own', async () => {
    const cached = over(counted().inner);
    const first = await cached.classify(ask('hi'));
    first.label.complexity.value = 'high';
    first.label.complexity.probabilities.low = 0;
    const second = await cached.classify(ask('hi'));
    expect(second.label.complexity).toMatchObject({ value: 'low', probabilities: { low: 0.9 } });
  });

  test('forgets the oldest when its room is full', async () => {
    const { seen, inner } = counted();
    const cached = over(inner, { maxBytes: 3_000 });
    for (const text of ['a', 'b', 'c', 'd', 'e', 'f', 'a']) await cached.classify(ask(text));
    expect(seen.calls).toBe(7);
    await cached.classify(ask('a'));
    expect(seen.calls).toBe(7);
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses a room of %s bytes', (maxBytes) => {
    expect(() => over(counted().inner, { maxBytes })).toThrow(expect.objectContaining({ code: 'options.invalid' }));
  });
});
