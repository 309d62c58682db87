import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerJsonSchema, parseAnswer } from '../../src/classify/answer.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { answerOf, BOUNDARY } from './llm-kit.ts';

const GOOD = answerOf('low', 'code', 'low');
const parse = (content: string) => parseAnswer(content, defaultTaxonomy, BOUNDARY);

describe('an answer', () => {
  test.each([
    ['plain', GOOD],
    ['spread over lines', JSON.stringify(JSON.parse(GOOD), null, 2)],
    ['with its keys in another order', '{"risk":"low","domain":"code","complexity":"low"}'],
    ['in one fence', `\`\`\`json\n${GOOD}\n\`\`\``],
    ['in one fence without a tag, blanks around', `  \`\`\`\n ${GOOD} \n\`\`\`\n`],
  ])('is taken %s', (_, content) => {
    const answer = parse(content);
    expect(Object.fromEntries(Object.entries(answer).map(([axis, { value }]) => [axis, value]))).toEqual(JSON.parse(GOOD));
    for (const { value, start, end } of Object.values(answer)) expect(content.slice(start, end)).toBe(value);
  });

  test.each([
    ['F-31 prose around it', `Here you are: ${GOOD}`],
    ['F-31 prose after it', `${GOOD} Hope this helps!`],
    ['F-31 a trailing comma', GOOD.replace('}', ',}')],
    ['F-31 single quotes', GOOD.replaceAll('"', "'")],
    ['F-31 two fences', `\`\`\`json\n\`\`\`json\n${GOOD}\n\`\`\`\n\`\`\``],
    ['F-31 an open fence', `\`\`\`json\n${GOOD}`],
    ['F-31 a fence of another language', `\`\`\`python\n${GOOD}\n\`\`\``],
    ['F-31 two objects', `${GOOD}${GOOD}`],
    ['F-31 an array', `[${GOOD}]`],
    ['F-31 half of it', GOOD.slice(0, 20)],
    ['F-33 a value that is not listed', answerOf('extreme', 'code', 'low')],
    ['F-33 a value in capitals', answerOf('Low', 'code', 'low')],
    ['F-33 a value with a blank', answerOf('low ', 'code', 'low')],
    ['F-33 a number', '{"complexity":1,"domain":"code","risk":"low"}'],
    ['F-33 a number as text', answerOf('0', 'code', 'low')],
    ['F-33 null', '{"complexity":null,"domain":"code","risk":"low"}'],
    ['F-33 a confidence of NaN', '{"complexity":"low","domain":"code","risk":"low","confidence":NaN}'],
    ['F-33 a key more', '{"complexity":"low","domain":"code","risk":"low","why":"easy"}'],
    ['F-33 a key less', '{"complexity":"low","domain":"code"}'],
    ['F-33 a key twice, the second one milder', '{"complexity":"low","domain":"code","risk":"high","risk":"low"}'],
    ['F-33 a key spelt with an escape', '{"complexity":"low","domain":"code","\\u0072isk":"low"}'],
    ['F-33 `__proto__`', '{"complexity":"low","domain":"code","risk":"low","__proto__":"x"}'],
    ['F-36 the boundary', `{"complexity":"low","domain":"code","risk":"${BOUNDARY}"}`],
    ['F-36 an echo of the prompt', 'You label requests to an assistant and never answer them.'],
    ['more than any label takes', `${' '.repeat(5_000)}${GOOD}`],
  ])('is refused with a code for %s', (_, content) => {
    expect(() => parse(content)).toThrow(expect.objectContaining({ code: 'classify.bad-answer' }));
  });

  test.each(['', ' \n '])('F-32 that is empty counts as a refusal', (content) => {
    expect(() => parse(content)).toThrow(expect.objectContaining({ code: 'classify.refused' }));
  });

  test('is either what JSON says it is or refused, whatever comes', () => {
    const bits = fc.constantFrom(
      '{',
      '}',
      '"',
      ':',
      ',',
      'low',
      'high',
      'risk',
      'domain',
      'complexity',
      'code',
      ' ',
      '\n',
      '```',
      'json',
      '\\',
      '1',
    );
    fc.assert(
      fc.property(fc.array(bits, { maxLength: 30 }), (parts) => {
        const content = parts.join('');
        let answer: ReturnType<typeof parse> | undefined;
        try {
          answer = parse(content);
        } catch (error) {
          expect(error).toMatchObject({ code: expect.stringMatching(/^classify\.(bad-answer|refused)$/) });
        }
        if (answer !== undefined) expect(Object.keys(JSON.parse(content)).toSorted()).toEqual(['complexity', 'domain', 'risk']);
      }),
      { numRuns: 5_000, seed: 8 },
    );
  });

  test('never repeats in its error what it was given', () => {
    expect(() => parse('my secret diary')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('diary') }));
  });

  test('has a strict JSON Schema with every axis required', () => {
    expect(answerJsonSchema(defaultTaxonomy)).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['complexity', 'domain', 'risk'],
      properties: { risk: { type: 'string', enum: ['low', 'medium', 'high'] } },
    });
  });
});
