import { describe, expect, test } from 'vitest';
import { parseAnswer } from '../../src/classify/answer.ts';
import { axisFromLogprobs } from '../../src/classify/logprobs.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { axisValues } from '../../src/core/taxonomy.ts';
import { BOUNDARY, tokensOf } from './llm-kit.ts';

type Pieces = Parameters<typeof tokensOf>[0];

function read(axis: keyof typeof defaultTaxonomy, pieces: Pieces) {
  const content = pieces.map(([token]) => token).join('');
  const answered = parseAnswer(content, defaultTaxonomy, BOUNDARY)[axis];
  if (answered === undefined) throw new Error('no such axis');
  return axisFromLogprobs(content, answered, axisValues(defaultTaxonomy[axis]), tokensOf(pieces));
}

describe('token log-probabilities', () => {
  test('give the chosen value its own probability and the rest to the alternatives seen', () => {
    const label = read('complexity', [
      ['{"complexity":"', 1],
      ['low', 0.8, { medium: 0.15, high: 0.05 }],
      ['","domain":"code","risk":"low"}', 1],
    ]);
    expect(label?.probabilities.low).toBeCloseTo(0.8);
    expect(label?.probabilities.medium).toBeCloseTo(0.15);
    expect(label?.probabilities.high).toBeCloseTo(0.05);
  });

  test('multiply over the tokens of one value', () => {
    const label = read('domain', [
      ['{"complexity":"low","domain":"', 1],
      ['human', 0.9],
      ['ities', 0.5],
      ['","risk":"low"}', 1],
    ]);
    expect(label?.confidence).toBeCloseTo(0.45);
  });

  test('see through signs that share a token with the value', () => {
    const label = read('risk', [
      ['{"complexity":"low","domain":"code","risk"', 1],
      [':"high"', 0.7, { ':"low"': 0.2, ':"medium"': 0.1 }],
      ['}', 1],
    ]);
    expect(label?.probabilities.low).toBeCloseTo(0.2);
    expect(label?.probabilities.medium).toBeCloseTo(0.1);
  });

  test('share a beginning that fits several values', () => {
    const label = read('domain', [
      ['{"complexity":"low","domain":"', 1],
      ['code', 0.6, { la: 0.4 }],
      ['","risk":"low"}', 1],
    ]);
    expect(label?.probabilities.law).toBeCloseTo(0.2);
    expect(label?.probabilities.language).toBeCloseTo(0.2);
  });

  test('spread what no alternative explains evenly', () => {
    const label = read('complexity', [
      ['{"complexity":"', 1],
      ['low', 0.5],
      ['","domain":"code","risk":"low"}', 1],
    ]);
    expect(label?.probabilities.medium).toBeCloseTo(0.25);
    expect(Object.values(label?.probabilities ?? {}).reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1);
  });

  test('are not believed when they spell something else, are no probabilities, or favour another value', () => {
    const content = '{"complexity":"low","domain":"code","risk":"low"}';
    const answered = { value: 'low', start: 15, end: 18 };
    const values = ['low', 'medium', 'high'];
    expect(axisFromLogprobs(content, answered, values, tokensOf([['{"complexity"', 1]]))).toBeNull();
    for (const logprob of [0.5, Number.NaN]) expect(axisFromLogprobs(content, answered, values, [{ token: content, logprob }])).toBeNull();
    expect(
      read('complexity', [
        ['{"complexity":"', 1],
        ['low', 0.3, { high: 0.7 }],
        ['","domain":"code","risk":"low"}', 1],
      ]),
    ).toBeNull();
  });
});
