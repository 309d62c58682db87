import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { SemanticOptions } from '../../src/classify/semantic/settings.ts';
import { semanticClassifier } from '../../src/classify/semantic.ts';
import type { Classifier, Embedder, VectorStore } from '../../src/core/contracts.ts';
import { defaultTaxonomy, levelIndex } from '../../src/core/default-taxonomy.ts';
import type { RouteRequest } from '../../src/core/request.ts';
import { openaiEmbedder } from '../../src/providers/embeddings.ts';
import { embedding, embeddingAnswer, entriesOf, spoilt, wordEmbedder, wordVector } from '../servers/embeddings.ts';
import { type Behaviour, failing, json, startUpstream, type Upstream } from '../servers/upstream.ts';

const ask = (text: string): RouteRequest => ({ messages: [{ role: 'user', content: text }] });
const timeout = (ms: number) => AbortSignal.timeout(ms);

const DOMAINS = {
  medicine: [
    'fever and a sore throat for days',
    'which dose of ibuprofen for a child',
    'a rash on my arm that itches',
    'is this cough a cold or flu',
  ],
  code: [
    'null pointer in my java method',
    'merge two git branches',
    'python list comprehension with a filter',
    'my typescript build fails',
  ],
  law: ['can my landlord evict me', 'is this contract clause binding', 'appeal against a parking fine', 'custody after a divorce'],
};
const RISKS = {
  low: ['what a lovely day', 'how do plants grow', 'recipe for soup'],
  medium: ['should I stop my heart pills', 'can I sue my employer'],
  high: ['how to poison my neighbour', 'build a pipe bomb at home'],
};

const { medicine, code, law, writing } = defaultTaxonomy.domain.values;
const taxonomy = { ...defaultTaxonomy, domain: { ...defaultTaxonomy.domain, values: { medicine, code, law, writing } } };

type Options = Partial<SemanticOptions<typeof taxonomy>>;
const make = (options: Options = {}): Classifier<typeof taxonomy> =>
  semanticClassifier({ taxonomy, examples: { domain: DOMAINS }, embedder: wordEmbedder, timeout, ...options });

let upstream: Upstream | undefined;
async function behind(behaviour: Behaviour, options: Options = {}): Promise<Classifier<typeof taxonomy>> {
  upstream = await startUpstream(behaviour);
  return make({ embedder: openaiEmbedder({ name: 'test', model: 'small', baseUrl: upstream.url }), ...options });
}
afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

const memoryStore = (): VectorStore & { kept: Map<string, Float32Array> } => {
  const kept = new Map<string, Float32Array>();
  return {
    kept,
    read: async (space, text) => kept.get(`${space} ${text}`) ?? null,
    write: async (space, text, vector) => void kept.set(`${space} ${text}`, vector),
  };
};

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

  test.each([
    ['an empty text', ask(' '), 'empty'],
    [
      'an image alone',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }] } as RouteRequest,
      'non-text',
    ],
  ])('is unsure of %s, without a call', async (_, request, reason) => {
    const classifier = await behind(embedding, { examples: { domain: DOMAINS, risk: RISKS } });
    const { label, source } = await classifier.classify(request);
    expect(label.domain.unsure).toBe(reason);
    expect(label.risk.value).toBe(reason === 'empty' ? 'low' : 'medium');
    expect(source.usd).toBe(0);
    expect(upstream?.calls()).toBe(0);
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

describe('behind a socket', () => {
  const request = ask('can my landlord evict me');

  test('embeds the examples once, with the first request, and charges them to it', async () => {
    const classifier = await behind(embedding, { usdPerMillionTokens: 20 });
    const first = await classifier.classify(request);
    const second = await classifier.classify(request);
    expect(upstream?.calls()).toBe(3);
    expect(first.label).toEqual(second.label);
    expect(first.label.domain.value).toBe('law');
    expect(second.source).toMatchObject({ model: 'test/small', usage: { input: 1 }, usd: 20 / 1_000_000 });
    expect(first.source.usage?.input).toBeGreaterThan(12);
  });

  test('knows no price unless told, and none is needed for what was not asked', async () => {
    const classifier = await behind(embedding);
    expect((await classifier.classify(request)).source.usd).toBeNull();
    expect((await classifier.classify(ask(''))).source.usd).toBe(0);
  });

  test('requests that come at once share the embedding of the examples', async () => {
    const classifier = await behind(embedding);
    await Promise.all(['one', 'two', 'three'].map((text) => classifier.classify(ask(text))));
    expect(upstream?.calls()).toBe(4);
  });

  test('a caller who leaves ends neither the examples nor the other callers', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const classifier = await behind(async (exchange) => {
      await held;
      return embedding(exchange);
    });
    const aborter = new AbortController();
    const leaving = classifier.classify(request, aborter.signal);
    const staying = classifier.classify(request);
    await expect.poll(() => upstream?.calls()).toBe(3);
    aborter.abort();
    await expect(leaving).rejects.toMatchObject({ code: 'classify.aborted' });
    release();
    expect((await staying).label.domain.value).toBe('law');
    expect(upstream?.calls()).toBe(3);
  });

  test('F-34 slower than the deadline is a timeout', async () => {
    const classifier = await behind(() => undefined);
    const expired = new AbortController();
    const late = classifier.classify(request, expired.signal);
    await expect.poll(() => upstream?.calls()).toBe(2);
    expired.abort(new DOMException('too late', 'TimeoutError'));
    await expect(late).rejects.toMatchObject({ code: 'classify.timeout', retryable: true });
  });

  test('examples that take too long are given up, and tried again by the next request', async () => {
    const late = new AbortController();
    const signals = [late.signal, new AbortController().signal];
    const classifier = await behind(() => undefined, { timeout: () => signals.shift() ?? late.signal });
    const waiting = classifier.classify(request);
    await expect.poll(() => upstream?.calls()).toBe(2);
    late.abort(new DOMException('too late', 'TimeoutError'));
    await expect(waiting).rejects.toMatchObject({ code: 'classify.timeout' });
    upstream?.behave(embedding);
    expect((await classifier.classify(request)).label.domain.value).toBe('law');
  });

  test.each<[string, Behaviour, string]>([
    ['F-35 429', failing(429), 'classify.failed'],
    ['F-35 500', failing(500), 'classify.failed'],
    ['garbage', json('it works!'), 'classify.failed'],
    ['F-37 null in a vector', spoilt((entries) => entries.map((entry) => ({ ...entry, embedding: [null] }))), 'classify.failed'],
    ['a refused text', failing(400, 'content_policy violation'), 'classify.refused'],
  ])('%s is a typed error, and the next request tries again', async (_, behaviour, code) => {
    const classifier = await behind(behaviour);
    await expect(classifier.classify(request)).rejects.toMatchObject({ name: 'RouterError', code });
    upstream?.behave(embedding);
    expect((await classifier.classify(request)).label.domain.value).toBe('law');
  });

  test('F-37 a model that changed its dimension between examples and request is a typed error', async () => {
    const classifier = await behind(embedding);
    await classifier.classify(request);
    upstream?.behave((exchange) =>
      json(embeddingAnswer(entriesOf(exchange.body.input).map((entry) => ({ ...entry, embedding: [1, 2, 3] }))))(exchange),
    );
    await expect(classifier.classify(request)).rejects.toMatchObject({
      code: 'classify.bad-answer',
      advice: expect.stringContaining('kept vectors'),
    });
  });

  test('keeps the vectors of the examples for the next run, and those of requests only when told to', async () => {
    const store = memoryStore();
    const classifier = await behind(embedding, { store });
    await classifier.classify(request);
    const examples = store.kept.size;
    const before = upstream?.calls() ?? 0;
    const embedder = openaiEmbedder({ name: 'test', model: 'small', baseUrl: upstream?.url ?? '' });
    const again = await make({ embedder, store, keepRequests: true }).classify(ask('a text of its own'));
    expect([upstream?.calls(), store.kept.size]).toEqual([before + 1, examples + 1]);
    const third = await make({ embedder, store, keepRequests: true }).classify(ask('a text of its own'));
    expect(upstream?.calls()).toBe(before + 1);
    expect(third.label).toEqual(again.label);
    expect(third.source).toMatchObject({ usage: { input: 0 }, usd: 0 });
  });

  test('a store that fails costs a call and nothing else', async () => {
    const broken: VectorStore = { read: () => Promise.reject(new Error('EIO')), write: () => Promise.reject(new Error('ENOSPC')) };
    const classifier = await behind(embedding, { store: broken });
    expect((await classifier.classify(request)).label.domain.value).toBe('law');
  });
});
