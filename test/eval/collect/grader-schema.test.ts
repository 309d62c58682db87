import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passes, SEED } from './graders-helpers.ts';

describe('json-schema', () => {
  const schema = {
    type: 'object',
    properties: {
      name: { type: 'string', minLength: 1 },
      age: { type: 'integer', minimum: 0 },
      tags: { type: 'array', items: { enum: ['a', 'b'] } },
    },
    required: ['name'],
    additionalProperties: false,
  };
  it.each([
    ['{"name":"x"}', true],
    ['```json\n{"name":"x","age":3,"tags":["a"]}\n```', true],
    ['{"name":""}', false],
    ['{"name":"x","age":-1}', false],
    ['{"name":"x","age":1.5}', false],
    ['{"name":"x","tags":["c"]}', false],
    ['{"name":"x","more":1}', false],
    ['{"age":3}', false],
    ['Here it is: {"name":"x"}', false],
    ['{"name":"x"', false],
    ['{"__proto__":{"name":"x"}}', false],
  ])('%s: %s', async (answer, verdict) => {
    expect(await passes('json-schema', schema, answer)).toBe(verdict);
    expect(await passes('json-schema', JSON.stringify(schema), answer)).toBe(verdict);
  });

  it('takes every JSON value that is the constant, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), async (value, other) => {
        const [text, otherText] = [JSON.stringify(value), JSON.stringify(other)];
        const constant = JSON.parse(text) as unknown;
        expect(await passes('json-schema', { const: constant }, text)).toBe(true);
        expect(await passes('json-schema', { enum: [constant, 1] }, text)).toBe(true);
        const keysSorted = (each: unknown) => JSON.stringify(sorted(each));
        fc.pre(keysSorted(JSON.parse(text)) !== keysSorted(JSON.parse(otherText)));
        expect(await passes('json-schema', { const: constant }, otherText)).toBe(false);
      }),
      { seed: SEED },
    );
  });
});

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .sort()
            .map(([key, item]) => [key, sorted(item)]),
        )
      : value;
