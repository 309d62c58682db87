import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CascadeOptions, cascade } from '../../src/classify/cascade.ts';
import type { Classifier } from '../../src/core/contracts.ts';
import { type DefaultTaxonomy, defaultTaxonomy, LEVELS, levelIndex } from '../../src/core/default-taxonomy.ts';
import { RouterError } from '../../src/core/errors.ts';
import { type Classification, type UnsureReason, unsureAxis } from '../../src/core/label.ts';
import { ask, stubClassifier } from '../contracts/classifier.ts';

const never = () => new AbortController().signal;
type Options = Partial<CascadeOptions<DefaultTaxonomy>>;
const over = (first: Classifier, second: Classifier, options: Options = {}) =>
  cascade({ taxonomy: defaultTaxonomy, first, second, timeout: never, breaker: { monotonic: () => 0 }, ...options });

/** Counts its calls and answers, or fails, as told. */
function spy(answer: (signal: AbortSignal | undefined) => Promise<Classification> | Classification) {
  const seen = {
    calls: 0,
    classifier: {
      name: 'second',
      classify: async (_: unknown, signal?: AbortSignal) => {
        seen.calls += 1;
        return answer(signal);
      },
    } satisfies Classifier,
  };
  return seen;
}

const changed = (classifier: Classifier, change: (made: Classification) => void): Classifier => ({
  name: classifier.name,
  async classify(request, signal) {
    const made = await classifier.classify(request, signal);
    change(made);
    return made;
  },
});
const unsure = (classifier: Classifier, axis: 'complexity' | 'domain' | 'risk', reason: UnsureReason) =>
  changed(classifier, ({ label }) => void Object.assign(label[axis], { unsure: reason }));
const failing = (code: 'classify.failed' | 'classify.timeout' | 'classify.refused' | 'classify.bad-answer', spentUsd?: number | null) =>
  spy(() => {
    throw new RouterError(code, 'no', { advice: 'wait', ...(spentUsd === undefined ? {} : { spentUsd }) });
  });

describe('cascade', () => {
  test('leaves the second alone when the first is sure of everything', async () => {
    const second = spy(() => stubClassifier('second', { complexity: 'high' }).classify(ask('')));
    const { label, source } = await over(stubClassifier('first'), second.classifier).classify(ask('hi'));
    expect(second.calls).toBe(0);
    expect(label.complexity.value).toBe('low');
    expect(source).toMatchObject({ classifier: 'first>second', usd: 0, model: null });
  });

  test('takes from the second only the axes on which the first is doubtful', async () => {
    const first = changed(
      stubClassifier('first', { complexity: 'medium' }),
      ({ label }) => void Object.assign(label.complexity, { confidence: 0.4 }),
    );
    const second = stubClassifier('second', { complexity: 'high', confidence: 0.95 });
    const { label } = await over(first, second).classify(ask('hi'));
    expect(label.complexity).toMatchObject({ value: 'high', confidence: 0.95 });
    expect(label.domain.confidence).toBe(0.9);
  });

  test('has a band per axis, and axes without one are believed', async () => {
    const second = spy(() => stubClassifier('second').classify(ask('')));
    await over(stubClassifier('first', { confidence: 0.5 }), second.classifier, { atLeast: { risk: 0.4 } }).classify(ask('hi'));
    expect(second.calls).toBe(0);
    await over(stubClassifier('first', { confidence: 0.5 }), second.classifier, { atLeast: { risk: 0.6 } }).classify(ask('hi'));
    expect(second.calls).toBe(1);
  });

  test('asks about an axis that says itself that it is unsure, unless no text could help', async () => {
    const second = spy(() => stubClassifier('second').classify(ask('')));
    for (const reason of ['empty', 'beyond-limit', 'non-text'] as const)
      await over(unsure(stubClassifier('first'), 'risk', reason), second.classifier).classify(ask('hi'));
    expect(second.calls).toBe(0);
    await over(unsure(stubClassifier('first'), 'domain', 'not-scored'), second.classifier).classify(ask('hi'));
    expect(second.calls).toBe(1);
  });

  test('risk is the higher of the two, whichever was asked about what', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...LEVELS),
        fc.constantFrom(...LEVELS),
        fc.double({ min: 0.34, max: 1, noNaN: true }),
        async (one, two, confidence) => {
          const made = await over(stubClassifier('first', { risk: one, confidence }), stubClassifier('second', { risk: two })).classify(
            ask('hi'),
          );
          const asked = confidence < 0.7;
          expect(levelIndex(made.label.risk.value)).toBe(asked ? Math.max(levelIndex(one), levelIndex(two)) : levelIndex(one));
        },
      ),
      { seed: 4 },
    ));

  test('an axis that one of them does not score is the other one’s, risk included', async () => {
    const without = (classifier: Classifier, axis: 'complexity' | 'risk') =>
      changed(classifier, ({ label }) => void Object.assign(label, { [axis]: unsureAxis(defaultTaxonomy[axis], 'not-scored') }));
    const doubtful = unsure(stubClassifier('first'), 'complexity', 'low-confidence');
    const { label } = await over(without(doubtful, 'risk'), without(stubClassifier('second', { risk: 'medium' }), 'complexity')).classify(
      ask('hi'),
    );
    expect([label.complexity.value, label.complexity.unsure]).toEqual(['low', 'low-confidence']);
    expect([label.risk.value, label.risk.unsure]).toEqual(['medium', null]);
    const other = await over(doubtful, without(stubClassifier('second'), 'risk')).classify(ask('hi'));
    expect([other.label.risk.value, other.label.risk.unsure]).toEqual(['low', null]);
  });

  test('a doubt settled by the second is settled', async () => {
    const { label } = await over(unsure(stubClassifier('first'), 'risk', 'low-confidence'), stubClassifier('second')).classify(ask('hi'));
    expect(label.risk).toMatchObject({ value: 'low', unsure: null });
  });

  test.each([
    ['classify.failed', 'failed'],
    ['classify.timeout', 'timeout'],
    ['classify.refused', 'refused'],
    ['classify.bad-answer', 'failed'],
  ] as const)('after %s the first stands, its doubtful axes unsure: %s', async (code, reason) => {
    const first = changed(
      stubClassifier('first', { complexity: 'medium', risk: 'medium' }),
      ({ label }) => void Object.assign(label.complexity, { confidence: 0.4 }),
    );
    const { label, source } = await over(first, failing(code).classifier).classify(ask('hi'));
    expect(label.complexity).toMatchObject({ value: 'medium', unsure: reason });
    expect(label.domain.unsure).toBeNull();
    expect(source.flags).toContain(`failed:${code}`);
  });

  test('F-32 a refusal raises risk, for it says something of the text', async () => {
    const { label } = await over(
      unsure(stubClassifier('first'), 'domain', 'low-confidence'),
      failing('classify.refused').classifier,
    ).classify(ask('hi'));
    expect(label.risk).toMatchObject({ value: 'medium', unsure: 'refused' });
  });

  test('when both fail every axis is unsure', async () => {
    const { label } = await over(failing('classify.failed').classifier, failing('classify.timeout').classifier).classify(ask('hi'));
    expect(Object.values(label).map((axis) => axis.unsure)).toEqual(['timeout', 'timeout', 'timeout']);
  });

  test('when only the first fails the second answers', async () => {
    const { label } = await over(failing('classify.failed').classifier, stubClassifier('second', { complexity: 'high' })).classify(
      ask('hi'),
    );
    expect(label.complexity).toMatchObject({ value: 'high', unsure: null });
  });

  test('F-34 at the deadline what has arrived wins, and the second is told to stop', async () => {
    let stopped = false;
    const slow = spy(
      (signal) =>
        new Promise((_, reject) =>
          signal?.addEventListener('abort', () => {
            stopped = true;
            reject(signal.reason);
          }),
        ),
    );
    const doubtful = stubClassifier('first', { confidence: 0.5 });
    const { label, source } = await over(doubtful, slow.classifier, { deadlineMs: 5, timeout: (ms) => AbortSignal.timeout(ms) }).classify(
      ask('hi'),
    );
    expect(label.complexity).toMatchObject({ value: 'low', unsure: 'timeout' });
    expect(stopped).toBe(true);
    expect(source.usd).toBeNull();
  });

  test('F-34 a caller whose time runs out gets what has arrived; one who leaves gets an error', async () => {
    const slow = spy(() => new Promise<never>(() => undefined)).classifier;
    const late = await over(stubClassifier('first', { confidence: 0.5 }), slow).classify(ask('hi'), AbortSignal.timeout(5));
    expect(late.label.complexity.unsure).toBe('timeout');
    const controller = new AbortController();
    const gone = over(stubClassifier('first', { confidence: 0.5 }), slow).classify(ask('hi'), controller.signal);
    await Promise.resolve();
    controller.abort();
    await expect(gone).rejects.toMatchObject({ code: 'classify.aborted' });
  });

  test('F-35 a second that is down is left alone for a while, then tried once', async () => {
    let now = 0;
    const down = failing('classify.failed');
    const classifier = over(stubClassifier('first', { confidence: 0.5 }), down.classifier, {
      breaker: { failures: 3, restMs: 100, monotonic: () => now },
    });
    const labels: Classification[] = [];
    for (let request = 0; request < 10; request++) labels.push(await classifier.classify(ask('hi')));
    expect(down.calls).toBe(3);
    expect(labels.every(({ label }) => label.complexity.value === 'low' && label.complexity.unsure === 'failed')).toBe(true);
    now = 101;
    for (let request = 0; request < 10; request++) await classifier.classify(ask('hi'));
    expect(down.calls).toBe(4);
  });

  test('F-35 bad answers to single texts do not count as being down', async () => {
    const odd = failing('classify.bad-answer');
    const classifier = over(stubClassifier('first', { confidence: 0.5 }), odd.classifier);
    for (let request = 0; request < 10; request++) await classifier.classify(ask('hi'));
    expect(odd.calls).toBe(10);
  });

  test('adds up what both cost, a failed call included, and knows what it does not know', async () => {
    const paid = (usd: number | null) =>
      changed(
        stubClassifier('second', { confidence: 0.95 }),
        ({ source }) => void Object.assign(source, { usd, model: 'a/b', promptHash: 'h' }),
      );
    const first = stubClassifier('first', { confidence: 0.5 });
    expect((await over(first, paid(0.25)).classify(ask('hi'))).source).toMatchObject({ usd: 0.25, model: 'a/b', promptHash: 'h' });
    expect((await over(first, paid(null)).classify(ask('hi'))).source.usd).toBeNull();
    expect((await over(first, failing('classify.bad-answer', 0.5).classifier).classify(ask('hi'))).source.usd).toBe(0.5);
    expect((await over(first, failing('classify.failed').classifier).classify(ask('hi'))).source.usd).toBe(0);
  });

  test.each([
    ['a band beyond 1', { atLeast: 1.5 }],
    ['a band for an axis that is none', { atLeast: { speed: 0.5 } as never }],
    ['no deadline', { deadlineMs: Number.NaN }],
  ])('refuses %s when it is made', (_, options) => {
    expect(() => over(stubClassifier('first'), stubClassifier('second'), options)).toThrow(
      expect.objectContaining({ code: 'options.invalid' }),
    );
  });
});
