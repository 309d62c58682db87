import { afterEach, describe, expect, test } from 'vitest';
import type { Embedder } from '../../src/core/contracts.ts';
import { type EmbedderOptions, openaiEmbedder } from '../../src/providers/embeddings.ts';
import { DIMENSIONS, embedding, embeddingAnswer, entriesOf, spoilt, wordVector } from '../servers/embeddings.ts';
import { type Behaviour, failing, json, resetting, silent, startUpstream, type Upstream } from '../servers/upstream.ts';

const KEY = 'sk-canary-0123456789';
let upstream: Upstream | undefined;

async function against(behaviour: Behaviour, extra: Partial<EmbedderOptions> = {}): Promise<Embedder> {
  upstream = await startUpstream(behaviour);
  return openaiEmbedder({ name: 'test', baseUrl: upstream.url, apiKey: KEY, model: 'small', ...extra });
}

afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

describe('one call', () => {
  test('sends the texts, the model and the key, and asks for plain numbers', async () => {
    let seen: Record<string, unknown> = {};
    let headers: Record<string, unknown> = {};
    const embedder = await against((exchange) => {
      seen = exchange.body;
      headers = exchange.request.headers;
      expect(exchange.request.url).toBe('/v1/embeddings');
      return embedding(exchange);
    });
    const { vectors, usage } = await embedder.embed(['red apple', 'blue\ud800']);
    expect(seen).toEqual({ model: 'small', input: ['red apple', 'blue\ud800'], encoding_format: 'float' });
    expect(headers.authorization).toBe(`Bearer ${KEY}`);
    expect(vectors).toEqual([wordVector('red apple'), wordVector('blue\ud800')]);
    expect(usage).toEqual({ input: 2, cachedInput: null, output: 0, reasoning: null });
  });

  test('sends no authorization to a server that asks for no key', async () => {
    const embedder = await against(
      (exchange) => {
        expect(exchange.request.headers.authorization).toBeUndefined();
        return embedding(exchange);
      },
      { apiKey: undefined },
    );
    expect((await embedder.embed(['a'])).vectors).toHaveLength(1);
  });

  test('asks for shorter vectors where told to', async () => {
    const embedder = await against(
      (exchange) => {
        expect(exchange.body.dimensions).toBe(DIMENSIONS);
        return embedding(exchange);
      },
      { dimensions: DIMENSIONS },
    );
    expect((await embedder.embed(['a'])).vectors[0]).toHaveLength(DIMENSIONS);
  });

  test('puts vectors where their index says, whatever order they come in', async () => {
    const embedder = await against(spoilt((entries) => entries.reverse()));
    expect((await embedder.embed(['a', 'b', 'c'])).vectors).toEqual([wordVector('a'), wordVector('b'), wordVector('c')]);
  });

  test('takes them in order when the endpoint leaves the index out', async () => {
    const embedder = await against(spoilt((entries) => entries.map(({ embedding: vector }) => ({ embedding: vector }))));
    expect((await embedder.embed(['a', 'b'])).vectors).toEqual([wordVector('a'), wordVector('b')]);
  });

  test('of no texts makes no call', async () => {
    const embedder = await against(embedding);
    expect(await embedder.embed([])).toEqual({ vectors: [], usage: null });
    expect(upstream?.calls()).toBe(0);
  });

  test('leaves tokens unknown when the endpoint does not count them', async () => {
    const embedder = await against((exchange) => json({ ...embeddingAnswer(entriesOf(exchange.body.input)), usage: undefined })(exchange));
    expect((await embedder.embed(['a'])).usage).toEqual({ input: null, cachedInput: null, output: 0, reasoning: null });
  });
});

describe('batches', () => {
  test('sends more texts than a batch holds in several calls, in order, and adds up the tokens', async () => {
    const sizes: number[] = [];
    const embedder = await against(
      (exchange) => {
        sizes.push((exchange.body.input as string[]).length);
        return embedding(exchange);
      },
      { batch: 3 },
    );
    const texts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const { vectors, usage } = await embedder.embed(texts);
    expect(sizes).toEqual([3, 3, 1]);
    expect(vectors).toEqual(texts.map((text) => wordVector(text)));
    expect(usage?.input).toBe(7);
  });

  test.each([0, 2.5, 1_025, Number.NaN])('refuses a batch of %d', (batch) => {
    expect(() => openaiEmbedder({ model: 'm', batch })).toThrow(expect.objectContaining({ code: 'options.invalid', where: 'batch' }));
  });
});

describe('a bad endpoint', () => {
  test.each([
    [429, 'provider.rate-limited', true],
    [401, 'provider.unauthorised', false],
    [400, 'provider.rejected', false],
    [500, 'provider.failed', true],
  ])('F-35 status %i becomes %s and is sent once', async (status, code, retryable) => {
    const embedder = await against(failing(status, `no ${KEY}`, { 'retry-after': '7' }));
    const error = await embedder.embed(['a']).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, retryable, status, retryAfterSeconds: 7 });
    expect((error as Error).message).not.toContain(KEY);
    expect(upstream?.calls()).toBe(1);
  });

  test('a cut connection is unreachable', async () => {
    await expect((await against(resetting)).embed(['a'])).rejects.toMatchObject({ code: 'provider.unreachable', retryable: true });
  });

  test.each<[string, Behaviour]>([
    ['no JSON', json('it works!', 200)],
    ['a web page', json('<html>', 200, { 'content-type': 'text/html' })],
    ['an empty body', json('')],
    ['another shape', json({ vectors: [[1, 2]] })],
    ['null', json('null')],
    ['fewer vectors than texts', spoilt((entries) => entries.slice(1))],
    ['more vectors than texts', spoilt((entries) => [...entries, ...entries])],
    ['one index twice', spoilt((entries) => entries.map((entry) => ({ ...entry, index: 0 })))],
    ['an index out of range', spoilt((entries) => entries.map((entry) => ({ ...entry, index: entry.index + 1 })))],
    ['null for an entry', spoilt((entries) => entries.map(() => null))],
    ['a text for a vector', spoilt((entries) => entries.map((entry) => ({ ...entry, embedding: 'AAAA' })))],
    ['an empty vector', spoilt((entries) => entries.map((entry) => ({ ...entry, embedding: [] })))],
    ['F-37 null where a number belongs', spoilt((entries) => entries.map((entry) => ({ ...entry, embedding: [1, null] })))],
    ['F-37 a number no float can hold', spoilt((entries) => entries.map((entry) => ({ ...entry, embedding: [1, 1e300] })))],
    ['F-37 vectors of two lengths', spoilt(([one, two]) => [one, { ...two, embedding: [1, 2] }])],
  ])('that answers %s gives a typed error, and no vector', async (_, behaviour) => {
    const embedder = await against(behaviour);
    await expect(embedder.embed(['a', 'b'])).rejects.toMatchObject({ name: 'RouterError', code: 'provider.bad-response' });
  });

  test('F-37 another length than asked for is an error', async () => {
    const embedder = await against(embedding, { dimensions: 32 });
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'provider.bad-response', message: expect.stringContaining('32') });
  });

  test('a signal ends a call that hangs, and the socket with it', async () => {
    const aborter = new AbortController();
    const embedder = await against(() => aborter.abort());
    await expect(embedder.embed(['a'], aborter.signal)).rejects.toMatchObject({ code: 'provider.aborted' });
    await expect.poll(() => upstream?.aborted()).toBe(1);
  });

  test('a signal that aborted before makes no call', async () => {
    const embedder = await against(silent);
    await expect(embedder.embed(['a'], AbortSignal.abort())).rejects.toMatchObject({ code: 'provider.aborted' });
    expect(upstream?.calls()).toBe(0);
  });
});

describe('a key', () => {
  test.each(['', ' ', '"sk-x"', 'sk-x\n'])('%j is refused at once, by the name of its variable and without its value', (apiKey) => {
    let error: unknown;
    try {
      openaiEmbedder({ model: 'm', apiKey, keyName: 'EMBEDDING_KEY' });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'provider.missing-key', where: 'EMBEDDING_KEY', advice: expect.stringContaining('EMBEDDING_KEY') });
    expect((error as Error).message).not.toContain('sk-x');
  });
});
