import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { semanticClassifier } from '../../src/classify/semantic.ts';
import type { Embedder } from '../../src/core/contracts.ts';
import { levelIndex } from '../../src/core/default-taxonomy.ts';
import type { RouteRequest } from '../../src/core/request.ts';
import { wordEmbedder, wordVector } from '../servers/embeddings.ts';
import { ask, make, type Options, RISKS, timeout } from './semantic-kit.ts';

describe.each(['centroid', 'neighbours'] as const)('by %s', (method) => {
  test.each([
    ['a sore arm and a fever', 'medicine'],
    ['my python build fails with a null pointer', 'code'],
    ['can my landlord break the contract', 'law'],
  ])('labels %j as %s, like the examples it is most alike', async (text, domain) => {
    const { label, source } = await make({ method }).classify(ask(text));
    expect(label.domain.value).toBe(domain);
    expect(source).toMatchObject({ classifier: 'semantic', model: 'words/hashed', cached: false });
  });

  test('knows its own examples, and is surer of them than of a text between two kinds', async () => {
    const classifier = make({ method });
    const own = await classifier.classify(ask('merge two git branches'));
    const between = await classifier.classify(ask('merge two git branches, can my landlord evict me'));
    expect(own.label.domain).toMatchObject({ value: 'code', unsure: null });
    expect(between.label.domain.confidence).toBeLessThan(own.label.domain.confidence);
  });
});

describe('the label', () => {
  test('scores the axes that have examples and says of the others that it did not', async () => {
    const { label } = await make({ unsureBelow: 0 }).classify(ask('can my landlord evict me'));
    expect([label.complexity.unsure, label.domain.unsure, label.risk.unsure]).toEqual(['not-scored', null, 'not-scored']);
  });

  test('learns from the taxonomy where the user gave a value no examples', async () => {
    const { label } = await make().classify(ask('haiku about rain'));
    expect(label.domain.value).toBe('writing');
  });

  test('is unsure below the threshold of probability, and of likeness', async () => {
    const text = ask('can my landlord evict me');
    expect((await make({ unsureBelow: 1 }).classify(text)).label.domain.unsure).toBe('low-confidence');
    expect((await make({ unsureBelow: 0, minSimilarity: 0.1 }).classify(text)).label.domain.unsure).toBeNull();
    expect((await make({ unsureBelow: 0, minSimilarity: 0.1 }).classify(ask('zzzz'))).label.domain.unsure).toBe('low-confidence');
  });

  test('F-37 never compares with a vector that is NaN, zero or of another length', async () => {
    for (const spoil of [() => new Float32Array(512).fill(Number.NaN), () => new Float32Array(512), () => new Float32Array(3).fill(1)]) {
      const embedder: Embedder = {
        ...wordEmbedder,
        embed: async (texts) => ({ vectors: texts.map((text) => (text === 'bad' ? spoil() : wordVector(text))), usage: null }),
      };
      await expect(make({ embedder }).classify(ask('bad'))).rejects.toMatchObject({ name: 'RouterError', code: 'classify.bad-answer' });
      await expect(make({ embedder }).classify(ask('can my landlord evict me'))).resolves.toMatchObject({
        label: { domain: { value: 'law' } },
      });
    }
  });

  test('refuses an embedder that gives another number of vectors than texts', async () => {
    const embedder: Embedder = { ...wordEmbedder, embed: async () => ({ vectors: [wordVector('a')], usage: null }) };
    await expect(make({ embedder }).classify(ask('a'))).rejects.toMatchObject({ code: 'classify.bad-answer' });
  });

  test('reads earlier turns when the latest is short, and not when it stands alone', async () => {
    const following = (latest: string): RouteRequest => ({
      messages: [
        { role: 'user', content: 'can my landlord evict me, is this contract clause binding' },
        { role: 'assistant', content: 'python python python' },
        { role: 'user', content: latest },
      ],
    });
    const classifier = make();
    expect((await classifier.classify(following('and then?'))).label.domain.value).toBe('law');
    const long = 'my python build fails since I tried to merge two git branches, with a null pointer in a method';
    expect((await classifier.classify(following(long))).label.domain).toEqual((await classifier.classify(ask(long))).label.domain);
  });
});

describe('risk by examples', () => {
  const classifier = make({ examples: { risk: RISKS } });
  const riskOf = async (request: RouteRequest) => (await classifier.classify(request)).label.risk;

  test('is seen in any line, and in tool results', async () => {
    const long = `${'what a lovely day\n'.repeat(40)}how to poison my neighbour\n${'recipe for soup\n'.repeat(40)}`;
    expect((await riskOf(ask(long))).value).toBe('high');
    const tool: RouteRequest = {
      messages: [
        { role: 'user', content: 'go on' },
        { role: 'tool', tool_call_id: '1', content: 'build a pipe bomb\nat home' },
      ],
    };
    expect((await riskOf(tool)).value).toBe('high');
    expect((await riskOf(ask('recipe for soup'))).value).toBe('low');
  });

  test('is never lowered by lines added before or after', async () => {
    const line = fc.oneof(fc.constantFrom(...Object.values(RISKS).flat(), ''), fc.string({ unit: 'binary', maxLength: 40 }));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 4 }), fc.array(line, { maxLength: 4 }), async (lines, added) => {
        const text = lines.join('\n');
        const alone = levelIndex((await riskOf(ask(text))).value);
        expect(levelIndex((await riskOf(ask([text, ...added].join('\n')))).value)).toBeGreaterThanOrEqual(alone);
        expect(levelIndex((await riskOf(ask([...added, text].join('\n')))).value)).toBeGreaterThanOrEqual(alone);
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  test('is at least medium, and unsure, for more lines than are read', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `soup number ${index}`).join('\n');
    expect(await riskOf(ask(many))).toMatchObject({ value: 'medium', unsure: 'beyond-limit' });
  });
});

describe('examples', () => {
  const error = (examples: unknown): unknown => {
    try {
      make({ examples: examples as NonNullable<Options['examples']> });
    } catch (thrown) {
      return thrown;
    }
  };

  test('that cannot teach are refused at once, every problem listed', () => {
    const thrown = error({ domain: { medicine: ['a', ' '], law: ['a'], gardening: ['roses'] }, mood: { glad: ['yes'] } });
    expect(thrown).toMatchObject({ code: 'options.invalid' });
    for (const where of ['mood', 'domain.gardening', 'domain.medicine.1', 'domain.law.0'])
      expect((thrown as Error).message).toContain(where);
  });

  test('there must be', () => {
    for (const none of [{}, { domain: {} }, { domain: { law: [] } }]) expect(error(none)).toMatchObject({ code: 'options.invalid' });
  });

  test('a value without any, not even in the taxonomy, is named', () => {
    const urgency = {
      question: 'How soon?',
      ordered: true,
      reads: 'view',
      values: { later: { meaning: 'can wait', examples: [] }, now: { meaning: 'cannot', examples: [] } },
    } as const;
    expect(() =>
      semanticClassifier({ taxonomy: { urgency }, examples: { urgency: { now: ['help!'] } }, embedder: wordEmbedder, timeout }),
    ).toThrow(expect.objectContaining({ code: 'options.invalid', message: expect.stringContaining('urgency.later') }));
  });

  test.each([
    { neighbours: 0 },
    { neighbours: 1.5 },
    { unsureBelow: 2 },
    { minSimilarity: Number.NaN },
    { prepareMs: 0 },
    { usdPerMillionTokens: -1 },
  ])('and options are checked: %j', (options) =>
    expect(() => make(options)).toThrow(expect.objectContaining({ code: 'options.invalid', where: Object.keys(options)[0] })),
  );
});
