import { describe, expect, test } from 'vitest';
import { keywordsBaseline, levelByKeywords } from '../../src/classify/baselines/keywords.ts';
import { lengthBaseline, levelByLength } from '../../src/classify/baselines/length.ts';
import { majorityBaseline } from '../../src/classify/baselines/majority.ts';
import { priorOf } from '../../src/classify/baselines/prior.ts';
import { randomBaseline } from '../../src/classify/baselines/random.ts';
import { hitRatesOf } from '../../src/classify/baselines/rule.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { ask } from '../contracts/classifier.ts';

const rows = [
  { complexity: 'low', domain: 'code', risk: 'low' },
  { complexity: 'low', domain: 'code', risk: 'low' },
  { complexity: 'high', domain: 'math', risk: 'low' },
];
const prior = priorOf(defaultTaxonomy, rows);

describe('a prior', () => {
  test('counts every value once more than it was seen', () => {
    expect(prior.complexity).toEqual({ low: 3 / 6, medium: 1 / 6, high: 2 / 6 });
    expect(prior.domain?.code).toBe(3 / 15);
  });

  test('passes over axes and values it does not know, and axes a row leaves out', () => {
    expect(priorOf(defaultTaxonomy, [{ complexity: 'extreme', mood: 'good' }, { risk: 'low' }]).complexity).toEqual({
      low: 1 / 3,
      medium: 1 / 3,
      high: 1 / 3,
    });
  });
});

describe('baselines', () => {
  test('majority says what is commonest, with its share', async () => {
    const { label } = await majorityBaseline(defaultTaxonomy, prior).classify(ask('anything'));
    expect(label.domain).toMatchObject({ value: 'code', confidence: 3 / 15, unsure: null });
    expect((await majorityBaseline(defaultTaxonomy, {}).classify(ask('anything'))).label.domain.unsure).toBe('not-scored');
  });

  test('random draws by seed and text, evenly', async () => {
    const count = { low: 0, medium: 0, high: 0 };
    const one = randomBaseline(defaultTaxonomy, 1);
    for (let text = 0; text < 3_000; text++) count[(await one.classify(ask(`text ${text}`))).label.complexity.value] += 1;
    for (const seen of Object.values(count)) expect(Math.abs(seen - 1_000)).toBeLessThan(120);
    const other = randomBaseline(defaultTaxonomy, 2);
    const differs = await Promise.all(
      Array.from(
        { length: 50 },
        async (_, text) =>
          (await one.classify(ask(`${text}`))).label.domain.value !== (await other.classify(ask(`${text}`))).label.domain.value,
      ),
    );
    expect(differs.filter(Boolean).length).toBeGreaterThan(25);
  });

  test.each([
    [500, 'low'],
    [501, 'medium'],
    [2_000, 'medium'],
    [2_001, 'high'],
  ] as const)('length calls %s characters %s', (length, level) => {
    expect(levelByLength('x'.repeat(length))).toBe(level);
  });

  test.each([
    ['Analyze this', 'high'],
    ['please COMPARE a and b', 'high'],
    ['create and list', 'high'],
    ['Explain recursion', 'medium'],
    ['summarize, then translate', 'medium'],
    ['What is a monad?', 'low'],
    ['format my date', 'low'],
    ['listen to this information', 'low'],
    ['redesigned architecture', 'low'],
    [`define ${'x'.repeat(3_000)}`, 'low'],
    ['y'.repeat(3_000), 'high'],
  ] as const)('keywords calls "%.30s" %s', (text, level) => {
    expect(levelByKeywords(text)).toBe(level);
  });

  test('length and keywords take domain and risk from the prior, and their confidence from rows', async () => {
    const hitRates = hitRatesOf(levelByKeywords, [
      { text: 'analyze', gold: { complexity: 'high' } },
      { text: 'compare', gold: { complexity: 'high' } },
      { text: 'design', gold: { complexity: 'low' } },
      { text: 'hi', gold: {} },
    ]);
    expect(hitRates).toEqual({ low: 1 / 3, medium: 1 / 3, high: 3 / 6 });
    const fit = { prior, hitRates };
    const { label } = await keywordsBaseline(defaultTaxonomy, fit).classify(ask('Design a bridge'));
    expect(label.complexity).toMatchObject({ value: 'high', confidence: 0.5, probabilities: { low: 0.25 } });
    expect([label.domain.value, label.risk.value]).toEqual(['code', 'low']);
    expect((await lengthBaseline(defaultTaxonomy, fit).classify(ask('z'.repeat(600)))).label.complexity.value).toBe('medium');
  });

  test('a rule that is worse than chance still stands by its answer', async () => {
    const fit = { prior, hitRates: { low: 0.1, medium: 0.1, high: 0.1 } };
    const { label } = await lengthBaseline(defaultTaxonomy, fit).classify(ask('hi'));
    expect(label.complexity).toMatchObject({ value: 'low', confidence: 1 / 3 });
  });
});
