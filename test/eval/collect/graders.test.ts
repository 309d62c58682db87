import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { functionGrader, gradeOf } from '../../../src/eval/collect/graders/function.ts';
import type { Grade } from '../../../src/eval/collect/graders/grade.ts';
import { lastNumber } from '../../../src/eval/collect/graders/number.ts';
import { faultOf, passes, SEED } from './graders-helpers.ts';

describe('exact and contains', () => {
  it.each([
    ['exact', 'Paris', ' Paris\n', true],
    ['exact', 'Paris', 'paris', false],
    ['exact:ignore-case', 'Paris', 'PARIS', true],
    ['exact', ['B', 'option B'], 'option  B', true],
    ['exact', 'caf\u00e9', 'cafe\u0301', true],
    ['exact', 'Paris', 'Paris is the capital', false],
    ['contains', 'paris', 'It is PARIS, I think', true],
    ['contains', ['red', 'blue'], 'blue and green', false],
    ['contains', ['red', 'blue'], 'blue and red', true],
  ])('%s of %j on %j: %s', async (specification, expected, answer, verdict) => {
    expect(await passes(specification, expected, answer)).toBe(verdict);
  });

  it('exact holds for every text and itself in other white space, and contains for every text with something around', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string(), async (text, noise) => {
        fc.pre(text.trim() !== '');
        expect(await passes('exact', text, `\n ${text}\t`)).toBe(true);
        expect(await passes('contains', text, `${noise} ${text} ${noise}`)).toBe(true);
      }),
      { seed: SEED },
    );
  });
});

describe('number', () => {
  it.each([
    ['The answer is 42.', 42],
    ['12 apples and 3 pears make 15', 15],
    ['It costs $1,234,567.50 in all', 1_234_567.5],
    ['1\u202f234 km', 1234],
    ["1'000 francs", 1000],
    ['x = -5', -5],
    ['x = \u22125', -5],
    ['between 3-5', 5],
    ['\\boxed{\\frac{3}{4}}', 0.75],
    ['so 3/4', 0.75],
    ['3 \\times 10^{5}', 300_000],
    ['6.02e23', 6.02e23],
    ['it is 45%', 45],
    ['.5', 0.5],
    ['values 1, 2, 3', 3],
    ['42 grams of H2O', 42],
    ['release v1.2.3 has 7', 7],
    ['\\boxed{1{,}250}', 1250],
  ])('%j holds %d', (text, value) => {
    expect(lastNumber(text)?.value).toBeCloseTo(value, 9);
  });

  it.each([
    ['number', '42', 'It is 42.', true],
    ['number', 42, 'It is 42.0', true],
    ['number', '42', 'It is 43', false],
    ['number', '42', 'no idea', false],
    ['number:0.5', '42', '42.4', true],
    ['number:1%', '200', '201.9', true],
    ['number:1%', '200', '203', false],
    ['number', '0.45', '45 %', true],
    ['number', '45%', '0.45', true],
    ['number', '45', '45 percent, i.e. 45%', true],
    ['number', '3/4', '0.75', true],
    ['number', '$1,000', '1000', true],
  ])('%s of %j on %j: %s', async (specification, expected, answer, verdict) => {
    expect(await passes(specification, expected, answer)).toBe(verdict);
  });

  it('finds every number however it is written, at the end of any words', async () => {
    const words = fc.stringMatching(/^[a-z ,.]{0,30}$/);
    await fc.assert(
      fc.asyncProperty(words, fc.integer({ min: -1e9, max: 1e9 }), fc.nat({ max: 99 }), async (text, whole, cents) => {
        const value = Number(`${whole}.${String(cents).padStart(2, '0')}`);
        const written = new Intl.NumberFormat('en', { minimumFractionDigits: 2 }).format(value);
        expect(await passes('number', value, `${text} 17 ${text} so: ${written} ${text}`)).toBe(true);
        expect(await passes('number', value, `${text} 17 ${text} so: ${value + 1} ${text}`)).toBe(false);
      }),
      { seed: SEED },
    );
  });
});

describe('regex', () => {
  it.each([
    ['^answer: [AB]$', 'answer: B', true],
    ['/^ANSWER/im', 'so\nanswer', true],
    ['\\bB\\b', 'ABC', false],
    ['(?<=is )42', 'it is 42', true],
  ])('%j on %j: %s', async (pattern, answer, verdict) => {
    expect(await passes('regex', pattern, answer)).toBe(verdict);
  });

  it.each(['(a+)+$', '(x|xx)*y$', '([a-z]+)*!$', '(\\s*)*end$', '(foo|foofoo)+bar$'])(
    'T14 refuses `%s` before anything is spent',
    (pattern) => {
      expect(faultOf('regex', pattern)).toContain('takes too long');
    },
  );

  it('T14 reads 100,000 characters, and the end of what is longer', async () => {
    expect(await passes('regex', 'done$', `${'na '.repeat(60_000)}done`)).toBe(true);
    expect(await passes('regex', '^na', `${'na '.repeat(60_000)}done`)).toBe(true);
    expect(await passes('regex', '^first', `first ${'na '.repeat(60_000)}`)).toBe(false);
  });
});

describe('a grading function', () => {
  const row = { id: 'r', prompt: 'p', expected: 'e' };
  const ask = async (grade: (row: unknown) => unknown): Promise<Grade> => {
    const result = functionGrader(grade, row);
    return 'fault' in result ? { kind: 'ungraded', why: result.fault } : result.grader('answer');
  };

  it('is told the row and the answer, nothing of the model', async () => {
    let told: unknown;
    await ask((given) => {
      told = given;
      return true;
    });
    expect(told).toEqual({ ...row, answer: 'answer' });
  });

  it('F-85 leaves ungraded what it does not grade, and never gives a 0', async () => {
    expect(await ask(() => 0.5)).toEqual({ kind: 'graded', score: 0.5 });
    expect(await ask(async () => false)).toEqual({ kind: 'graded', score: 0 });
    for (const odd of [2, -1, Number.NaN, 'yes', null, undefined, {}]) expect((await ask(() => odd)).kind).toBe('ungraded');
    const threw = await ask(() => {
      throw new Error('broken');
    });
    expect(threw).toEqual({ kind: 'ungraded', why: '`grade` threw: broken' });
  });

  it('must be exported under its name', () => {
    expect(gradeOf({ grade: () => 1 }, 'g.mjs')).toBeTypeOf('function');
    expect(gradeOf({ check: () => 1 }, 'g.mjs')).toBe('`g.mjs` exports no function `grade`');
  });
});

describe('a bad specification says what is wrong', () => {
  it.each([
    ['exakt', 'x', 'expected a `grader` of exact'],
    ['', 'x', 'found nothing'],
    ['exact:foo', 'x', 'ignore-case'],
    ['exact', '', 'found nothing'],
    ['exact', { a: 1 }, 'a text or a list of texts'],
    ['contains:x', 'x', 'takes no argument'],
    ['contains', [], 'a text or a list of texts'],
    ['number:abc', '1', 'tolerance'],
    ['number:-1', '1', 'tolerance'],
    ['number', 'one or 2 or 3', 'one number'],
    ['number', Number.NaN, 'one number'],
    ['regex', '(', 'is no pattern'],
    ['regex', '/a/g', 'flags'],
    ['regex', 'a'.repeat(1_001), 'at most'],
    ['json-schema', '{', 'JSON schema'],
    ['json-schema', { type: 'text' }, 'schema.type'],
    ['json-schema', { pattern: '(a+)+' }, 'schema.pattern'],
    ['json-schema', { minimum: '3' }, 'schema.minimum'],
    ['json-schema', { properties: { a: 3 } }, 'schema.properties.a'],
    ['json-schema', { required: 'a' }, 'schema.required'],
    ['json-schema', { $ref: '#' }, 'schema.$ref'],
  ])('%s with %j', (specification, expected, words) => {
    expect(faultOf(specification, expected)).toContain(words);
  });
});
