import { describe, expect, test } from 'vitest';
import { RouterError } from '../../src/core/errors.ts';
import { ask } from '../contracts/classifier.ts';
import { answerOf, makeLlm } from './llm-kit.ts';

const EASY = answerOf('low', 'code', 'low');
const rejected = (message: string, status = 400) => new RouterError('provider.rejected', message, { advice: 'mend it', status });

describe('an endpoint that does not take every field', () => {
  const pickyCalls = async (refuse: (body: Record<string, unknown>) => string | null, calls = 2) => {
    const bodies: Record<string, unknown>[] = [];
    const classifier = makeLlm(({ body }) => {
      bodies.push(body);
      const words = refuse(body);
      return words === null ? EASY : rejected(words);
    });
    for (let call = 0; call < calls; call++) await classifier.classify(ask('hi'));
    return bodies;
  };
  const formats = (bodies: Record<string, unknown>[]) =>
    bodies.map((body) => (body.response_format as { type: string } | undefined)?.type ?? 'text');

  test('is asked in JSON mode when it refuses the schema, and not offered the schema again', async () => {
    const bodies = await pickyCalls((body) =>
      JSON.stringify(body.response_format)?.includes('json_schema') ? 'unknown response_format' : null,
    );
    expect(formats(bodies)).toEqual(['json_schema', 'json_object', 'json_object']);
  });

  test('is asked for plain text when it refuses both', async () => {
    const bodies = await pickyCalls((body) => (body.response_format === undefined ? null : 'no'));
    expect(formats(bodies)).toEqual(['json_schema', 'json_object', 'text', 'text']);
  });

  test.each([
    ['logprobs', 'logprobs', 'logprobs are not supported'],
    ['temperature', 'temperature', "Unsupported value: 'temperature' does not support 0 with this model"],
    ['max_completion_tokens', 'max_tokens', 'Unrecognized request argument: max_completion_tokens'],
  ])('keeps the schema when it only refuses %s', async (field, _, words) => {
    const bodies = await pickyCalls((body) => (field in body ? words : null));
    expect(formats(bodies)).toEqual(['json_schema', 'json_schema', 'json_schema']);
    expect(bodies.at(-1)).not.toHaveProperty(field);
    if (field === 'max_completion_tokens') expect(bodies.at(-1)).toHaveProperty('max_tokens', 60);
  });

  test('gets the first refusal thrown when nothing helps, and the full question the next time', async () => {
    const bodies: Record<string, unknown>[] = [];
    const classifier = makeLlm(({ body }) => {
      bodies.push(body);
      return rejected(`refusal ${bodies.length}`);
    });
    await expect(classifier.classify(ask('hi'))).rejects.toMatchObject({
      code: 'classify.failed',
      message: expect.stringContaining('refusal 1'),
    });
    const tries = bodies.length;
    await expect(classifier.classify(ask('hi'))).rejects.toMatchObject({ code: 'classify.failed' });
    expect(bodies[tries]).toEqual(bodies[0]);
    expect(tries).toBeLessThanOrEqual(6);
  });

  test('is not asked again for other refusals', async () => {
    for (const status of [401, 404, 429, 500]) {
      let calls = 0;
      const classifier = makeLlm(() => {
        calls += 1;
        return rejected('no such thing', status);
      });
      await expect(classifier.classify(ask('hi'))).rejects.toMatchObject({ code: 'classify.failed' });
      expect(calls).toBe(1);
    }
  });
});
