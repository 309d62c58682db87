import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CALIBRATED, UNCALIBRATED } from '../../src/classify/llm-label.ts';
import { RouterError } from '../../src/core/errors.ts';
import { calibratedProbabilities, type LlmCalibration } from '../../src/core/llm-calibration.ts';
import { ask } from '../contracts/classifier.ts';
import { answerOf, BOUNDARY, completionOf, makeLlm, prompt, tokensOf } from './llm-kit.ts';

const SEED = 20_261_121;
const said = (...complexities: string[]) =>
  complexities.map((complexity) => (complexity === '?' ? 'no JSON' : answerOf(complexity, 'code', 'low')));
const sampled = (answers: readonly string[], options = {}) =>
  makeLlm((_, turn) => answers[turn % answers.length] as string, { samples: answers.length, ...options });

describe('agreement over several answers', () => {
  test('asks at once, at temperature 1, each with a boundary of its own, and adds the costs up', async () => {
    const bodies: Record<string, unknown>[] = [];
    let fresh = 0;
    const usage = { prompt_tokens: 1_000, completion_tokens: 20 };
    const classifier = makeLlm(
      ({ body }) => {
        bodies.push(body);
        return { ...completionOf(answerOf('low', 'code', 'low')), usage };
      },
      {
        samples: 5,
        price: { input: 1, output: 1, cachedInput: null, reasoning: null },
        newBoundary: () => `${BOUNDARY.slice(1)}${fresh++}`,
      },
    );
    const { source } = await classifier.classify(ask('hi'));
    expect(bodies).toHaveLength(5);
    expect(bodies.every(({ temperature }) => temperature === 1)).toBe(true);
    expect(new Set(bodies.map(({ messages }) => JSON.stringify(messages))).size).toBe(5);
    expect(source.usage).toMatchObject({ input: 5_000, output: 100 });
    expect(source.usd).toBeCloseTo(5 * 0.00102, 12);
    expect(source.flags).toEqual(['confidence:samples:5']);
  });

  test.each([
    [['low', 'low', 'low', 'low', 'low'], 'low', (5 + 1 / 3) / 6],
    [['low', 'low', 'low', 'high', 'medium'], 'low', (3 + 1 / 3) / 6],
    [['low', 'high'], 'high', (1 + 1 / 3) / 3],
    [['low', 'low', '?'], 'low', (2 + 2 / 3) / 4],
  ])('%j: %s with confidence %d; ties go up, what cannot be read is doubt', async (answers, value, confidence) => {
    const { label } = await sampled(said(...answers)).classify(ask('hi'));
    expect(label.complexity.value).toBe(value);
    expect(label.complexity.confidence).toBeCloseTo(confidence, 12);
  });

  test('is no answer where fewer than half can be read, and says what it cost', async () => {
    const price = { input: 1, output: 1, cachedInput: null, reasoning: null };
    const usage = { prompt_tokens: 100, completion_tokens: 10 };
    const classifier = makeLlm((_, turn) => ({ ...completionOf(turn === 0 ? answerOf('low', 'code', 'low') : 'no'), usage }), {
      samples: 3,
      price,
    });
    const error = await classifier.classify(ask('hi')).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(RouterError);
    expect((error as RouterError).code).toBe('classify.bad-answer');
    expect((error as RouterError).spentUsd).toBeCloseTo(3 * 0.00011, 12);
  });

  test('sums to one and is never certain, whatever the votes; one more vote for a value never makes it less likely', async () => {
    const vote = fc.constantFrom('low', 'medium', 'high');
    await fc.assert(
      fc.asyncProperty(fc.array(vote, { minLength: 2, maxLength: 8 }), vote, async (votes, more) => {
        const { label } = await sampled(said(...votes)).classify(ask('hi'));
        const { label: after } = await sampled(said(...votes, more)).classify(ask('hi'));
        const { probabilities } = label.complexity;
        expect(Object.values(probabilities).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12);
        expect(Math.max(...Object.values(probabilities))).toBeLessThan(1);
        expect(after.complexity.probabilities[more as 'low']).toBeGreaterThanOrEqual(probabilities[more as 'low']);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test.each([0, 21, 1.5])('refuses %d answers', (samples) => {
    expect(() => makeLlm(() => '', { samples })).toThrow('whole number from 1 to 20');
  });
});

describe('calibrated confidence', () => {
  const fitted = (change: Partial<LlmCalibration> = {}): LlmCalibration => {
    const axis = { rows: 600, temperature: 2, least: 0.002, before: { ace: 0.2, brier: 0.2 }, after: { ace: 0.02, brier: 0.18 } };
    const axes = { complexity: axis, domain: axis, risk: axis };
    return { model: 'fake/small', promptHash: prompt.hash, evidence: 'logprobs', data: { name: 'dev.csv', hash: 'h' }, axes, ...change };
  };
  const pieces = tokensOf([
    ['{"complexity":"', 1],
    ['low', 0.9, { medium: 0.1 }],
    ['","domain":"code","risk":"low"}', 1],
  ]);
  const classify = async (calibrations: readonly LlmCalibration[], logprobs: unknown = { content: pieces }) => {
    const answer = completionOf(answerOf('low', 'code', 'low'), { logprobs: logprobs as never });
    const { label, source } = await makeLlm(() => answer, { calibrations }).classify(ask('hi'));
    return { confidence: label.complexity.confidence, flags: source.flags };
  };

  test('is used for the very model, prompt and evidence it was fitted for', async () => {
    const { confidence, flags } = await classify([fitted()]);
    expect(confidence).toBeCloseTo(0.75, 1);
    expect(flags).toContain(CALIBRATED);
  });

  test.each([{ model: 'fake/other' }, { promptHash: 'other' }, { evidence: 'stated' as const }, { evidence: 'samples:5' as const }])(
    'counts for nothing with %j',
    async (change) => {
      const { confidence, flags } = await classify([fitted(change)]);
      expect(confidence).toBeCloseTo(0.9, 12);
      expect(flags).not.toContain(CALIBRATED);
    },
  );

  test('makes a stated prior a measured one', async () => {
    const { flags } = await classify([fitted({ evidence: 'stated' })], null);
    expect(flags).toEqual(['confidence:stated', CALIBRATED]);
    expect((await classify([], null)).flags).toContain(UNCALIBRATED);
  });

  test('keeps the order of the values, sums to one, and leaves every value a little', () => {
    const weights = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(
        weights,
        fc.double({ min: 0.05, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 0.05, noNaN: true }),
        (given, temperature, least) => {
          const sum = given.reduce((total, each) => total + each, 0);
          fc.pre(sum > 0);
          const probabilities = Object.fromEntries(given.map((each, at) => [`v${at}`, each / sum]));
          const told = calibratedProbabilities(probabilities, { temperature, least });
          expect(Object.values(told).reduce((total, each) => total + each, 0)).toBeCloseTo(1, 9);
          for (const [a, pa] of Object.entries(probabilities)) {
            expect(told[a]).toBeGreaterThanOrEqual(least - 1e-12);
            for (const [b, pb] of Object.entries(probabilities))
              if (pa >= pb) expect((told[a] ?? 0) + 1e-12).toBeGreaterThanOrEqual(told[b] ?? 0);
          }
        },
      ),
      { seed: SEED },
    );
  });
});

test('twenty answers asked for at once listen to the caller through one listener, and let go of it', async () => {
  const caller = new AbortController();
  const most: number[] = [];
  const classifier = makeLlm(
    () => {
      most.push(getEventListeners(caller.signal, 'abort').length);
      return answerOf('low', 'code', 'low');
    },
    { samples: 20 },
  );
  await classifier.classify(ask('hi'), caller.signal);
  expect([most.length, Math.max(...most), getEventListeners(caller.signal, 'abort').length]).toEqual([20, 1, 0]);
});

test('the caller ends all of them', async () => {
  const caller = new AbortController();
  const classifier = makeLlm(() => new Promise(() => caller.abort()), { samples: 5 });
  await expect(classifier.classify(ask('hi'), caller.signal)).rejects.toMatchObject({ code: 'classify.aborted' });
});
