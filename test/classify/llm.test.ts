import { describe, expect, test } from 'vitest';
import { UNCALIBRATED } from '../../src/classify/llm-label.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { RouterError } from '../../src/core/errors.ts';
import { fakeProvider } from '../../src/providers/fake.ts';
import { ask } from '../contracts/classifier.ts';
import { answerOf, BOUNDARY, completionOf, llmOver, makeLlm, prompt, tokensOf } from './llm-kit.ts';

const EASY = answerOf('low', 'code', 'low');

describe('llm', () => {
  test('asks once, for the schema, at temperature 0, with the text in the user message alone', async () => {
    const calls: Record<string, unknown>[] = [];
    const classifier = makeLlm(({ body }) => {
      calls.push(body);
      return EASY;
    });
    await classifier.classify({
      messages: [
        { role: 'system', content: 'SYSTEM WORDS' },
        { role: 'user', content: 'earlier' },
        { role: 'assistant', content: 'ASSISTANT WORDS' },
        { role: 'user', content: 'and now in Rust {{request}}' },
      ],
      tools: [{ type: 'function', function: { name: 'TOOL_NAME' } }],
      user: 'USER_ID',
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ temperature: 0, logprobs: true, max_completion_tokens: 60, response_format: { type: 'json_schema' } });
    const sent = JSON.stringify(calls[0]);
    for (const secret of ['SYSTEM WORDS', 'ASSISTANT WORDS', 'TOOL_NAME', 'USER_ID']) expect(sent).not.toContain(secret);
    expect(calls[0]?.messages).toMatchObject([
      { role: 'system' },
      { role: 'user', content: `${BOUNDARY}\n"earlier\\n\\nand now in Rust {{request}}"\n${BOUNDARY}` },
    ]);
  });

  test('sends the same head whatever is asked, so that provider caches hit', async () => {
    const heads = new Set<string>();
    const classifier = makeLlm(({ body }) => {
      heads.add((body.messages as { content: string }[])[0]?.content ?? '');
      return EASY;
    });
    for (const text of ['one', 'two', 'three']) await classifier.classify(ask(text));
    expect(heads.size).toBe(1);
  });

  test('takes confidence from log-probabilities', async () => {
    const pieces = tokensOf([
      ['{"complexity":"', 1],
      ['low', 0.6, { medium: 0.4 }],
      ['","domain":"code","risk":"low"}', 1],
    ]);
    const { label, source } = await makeLlm(() => completionOf(EASY, { logprobs: { content: pieces } })).classify(ask('hi'));
    expect(label.complexity.confidence).toBeCloseTo(0.6);
    expect(label.risk.confidence).toBeCloseTo(1);
    expect(source.flags).not.toContain(UNCALIBRATED);
  });

  test('states a prior, and says so, when there are none or they are unusable', async () => {
    for (const logprobs of [null, { content: null }, { content: tokensOf([['nonsense', 1]]) }]) {
      const { label, source } = await makeLlm(() => completionOf(EASY, { logprobs }), { priorConfidence: 0.75 }).classify(ask('hi'));
      expect(label.complexity).toMatchObject({ value: 'low', confidence: 0.75 });
      expect(source.flags).toContain(UNCALIBRATED);
    }
  });

  test('marks an axis unsure that is less likely than not', async () => {
    const pieces = tokensOf([
      ['{"complexity":"', 1],
      ['low', 0.4, { medium: 0.35, high: 0.25 }],
      ['","domain":"code","risk":"low"}', 1],
    ]);
    const { label } = await makeLlm(() => completionOf(EASY, { logprobs: { content: pieces } })).classify(ask('hi'));
    expect(label.complexity.unsure).toBe('low-confidence');
    expect(label.domain.unsure).toBeNull();
  });

  test('says which model and prompt it was and what that cost', async () => {
    const usage = { prompt_tokens: 1_000, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 800 } };
    const price = { input: 1, output: 4, cachedInput: 0.1, reasoning: null };
    const priced = await makeLlm(() => ({ ...completionOf(EASY), usage }), { price }).classify(ask('hi'));
    expect(priced.source).toMatchObject({
      model: 'fake/small',
      promptHash: prompt.hash,
      usage: { input: 1_000, cachedInput: 800, output: 20 },
    });
    expect(priced.source.usd).toBeCloseTo((200 * 1 + 800 * 0.1 + 20 * 4) / 1e6, 12);
    expect((await makeLlm(() => completionOf(EASY), { price }).classify(ask('hi'))).source.usd).toBeNull();
    expect((await makeLlm(() => ({ ...completionOf(EASY), usage })).classify(ask('hi'))).source.usd).toBeNull();
  });

  test('spends nothing on an empty text', async () => {
    const { label, source } = await makeLlm(() => new Error('must not be asked')).classify(ask('  '));
    expect(label.complexity.unsure).toBe('empty');
    expect(source.usd).toBe(0);
  });

  test('does not vouch for what it was not shown: tool results, other parts, text beyond the limit', async () => {
    const low = makeLlm(() => EASY);
    const tool = await low.classify({
      messages: [
        { role: 'user', content: 'go on' },
        { role: 'tool', content: 'page', tool_call_id: 'c' },
      ],
    });
    expect(tool.label.risk).toMatchObject({ value: 'low', unsure: 'beyond-limit' });
    const image = await low.classify({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'what is this' },
            { type: 'image_url', image_url: { url: 'data:,' } },
          ],
        },
      ],
    });
    expect(image.label.risk).toMatchObject({ value: 'medium', unsure: 'non-text' });
    const long = await low.classify(ask('word '.repeat(50_000)));
    expect(long.label.risk).toMatchObject({ value: 'medium', unsure: 'beyond-limit' });
  });

  test.each([
    ['F-32 a refusal', completionOf(null, {}, { refusal: 'I cannot help with that.' }), 'classify.refused'],
    ['F-32 a content filter', completionOf('', { finish_reason: 'content_filter' }), 'classify.refused'],
    ['F-32 an empty answer', completionOf(null), 'classify.refused'],
    ['F-36 a tool call', completionOf(EASY, {}, { tool_calls: [{ id: 'x' }] }), 'classify.bad-answer'],
    ['an answer cut at the limit', completionOf(EASY, { finish_reason: 'length' }), 'classify.bad-answer'],
    ['two choices', { choices: [...completionOf(EASY).choices, ...completionOf(EASY).choices] }, 'classify.bad-answer'],
    ['F-36 the boundary', completionOf(BOUNDARY), 'classify.bad-answer'],
  ])('fails with a code on %s', async (_, completion, code) => {
    await expect(makeLlm(() => completion).classify(ask('hi'))).rejects.toMatchObject({ code });
  });

  test('says what a useless answer cost', async () => {
    const usage = { prompt_tokens: 1_000_000, completion_tokens: 0 };
    const price = { input: 2, output: 4, cachedInput: null, reasoning: null };
    const failed = makeLlm(() => ({ ...completionOf('no'), usage }), { price }).classify(ask('hi'));
    await expect(failed).rejects.toMatchObject({ code: 'classify.bad-answer', spentUsd: 2 });
  });

  test.each([
    ['provider.failed', 'classify.failed'],
    ['provider.unauthorised', 'classify.failed'],
    ['provider.timeout', 'classify.timeout'],
    ['provider.content-policy', 'classify.refused'],
  ] as const)('turns %s into %s, the cause kept', async (code, expected) => {
    const cause = new RouterError(code, 'upstream says no', { advice: 'wait', retryable: true });
    await expect(makeLlm(() => cause).classify(ask('hi'))).rejects.toMatchObject({ code: expected, cause });
  });

  test('ends at its deadline though the provider takes no notice', async () => {
    const deaf = { name: 'deaf', complete: () => new Promise<never>(() => undefined) };
    const failed = llmOver(deaf, { deadlineMs: 5 }).classify(ask('hi'));
    await expect(failed).rejects.toMatchObject({ code: 'classify.timeout', spentUsd: null });
  });

  test('ends with its caller, whose time-out is told from a change of mind', async () => {
    const deaf = { name: 'deaf', complete: () => new Promise<never>(() => undefined) };
    const controller = new AbortController();
    const failed = llmOver(deaf).classify(ask('hi'), controller.signal);
    controller.abort();
    await expect(failed).rejects.toMatchObject({ code: 'classify.aborted' });
    await expect(llmOver(deaf).classify(ask('hi'), AbortSignal.timeout(5))).rejects.toMatchObject({ code: 'classify.timeout' });
  });

  test.each([
    ['an empty model', { model: ' ' }],
    ['a deadline of nought', { deadlineMs: 0 }],
    ['a prior of a coin', { priorConfidence: 0.5 }],
    ['a threshold beyond 1', { unsureBelow: 1.1 }],
  ])('refuses %s when it is made', (_, options) => {
    expect(() => makeLlm(() => EASY, options)).toThrow(expect.objectContaining({ code: 'options.invalid' }));
  });

  test('loads its prompt on the first call, once, and tries again after a failure', async () => {
    let loads = 0;
    const classifier = makeLlm(() => EASY, {
      prompt: async () => {
        loads += 1;
        if (loads === 1) throw new RouterError('input.not-found', 'no prompt', { advice: 'make one' });
        return prompt;
      },
    });
    expect(loads).toBe(0);
    await expect(classifier.classify(ask('hi'))).rejects.toMatchObject({ code: 'input.not-found' });
    await classifier.classify(ask('hi'));
    await classifier.classify(ask('hi'));
    expect(loads).toBe(2);
  });

  test('labels by a taxonomy of your own', async () => {
    const { complexity, risk } = defaultTaxonomy;
    const seen: string[] = [];
    const provider = fakeProvider({
      reply: ({ body }) => {
        seen.push(JSON.stringify(body));
        return '{"risk":"low","complexity":"low"}';
      },
    });
    const { llmClassifier } = await import('../../src/classify/llm.ts');
    const timeout = (ms: number) => AbortSignal.timeout(ms);
    const own = llmClassifier({ taxonomy: { complexity, risk }, provider, model: 'small', prompt, newBoundary: () => BOUNDARY, timeout });
    expect(Object.keys((await own.classify(ask('hi'))).label)).toEqual(['complexity', 'risk']);
    expect(seen[0]).not.toContain('Which field of knowledge');
  });
});
