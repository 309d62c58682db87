import { afterEach, describe, expect, test } from 'vitest';
import type { Classifier, VectorStore } from '../../src/core/contracts.ts';
import type { RouteRequest } from '../../src/core/request.ts';
import { openaiEmbedder } from '../../src/providers/embeddings.ts';
import { embedding, embeddingAnswer, entriesOf, spoilt } from '../servers/embeddings.ts';
import { type Behaviour, failing, json, startUpstream, type Upstream } from '../servers/upstream.ts';
import { ask, DOMAINS, make, type Options, RISKS, type taxonomy } from './semantic-kit.ts';

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
});
