import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueOf, readPriceList } from '../../src/config/catalogue/convert.ts';
import { fetchPriceList } from '../../src/config/catalogue/fetch.ts';

const MODELS_DEV = {
  openai: {
    id: 'openai',
    models: {
      'gpt-x': {
        id: 'gpt-x',
        name: 'GPT X',
        release_date: '2026-01-02',
        tool_call: true,
        structured_output: true,
        reasoning: false,
        modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
        cost: { input: 0.1, output: 0.4, cache_read: 0.025 },
        limit: { context: 128_000, output: 16_000 },
      },
      'no-price': { id: 'no-price', modalities: { input: ['text'], output: ['text'] }, limit: { context: 0, output: 0 } },
      painter: { id: 'painter', modalities: { input: ['text'], output: ['image'] }, cost: { input: 1, output: 1 } },
    },
  },
  other: { id: 'other', models: { 'm-1': { name: 'M 1', cost: { input: 1, output: 2 } } } },
};

const LITELLM = {
  sample_spec: { litellm_provider: 'one of …', mode: 'chat', input_cost_per_token: 0 },
  'gpt-x': {
    litellm_provider: 'openai',
    mode: 'chat',
    input_cost_per_token: 1e-7,
    output_cost_per_token: 4e-7,
    max_input_tokens: 128_000,
    supports_vision: true,
    supports_response_schema: true,
  },
  'gemini/gem-1': { litellm_provider: 'gemini', mode: 'chat', output_cost_per_token: 3e-6, supports_function_calling: true },
  'text-embed': { litellm_provider: 'openai', mode: 'embedding', input_cost_per_token: 1e-8 },
};

describe('price lists', () => {
  it('are read in the shape of models.dev', () => {
    const list = readPriceList(MODELS_DEV, 'test');
    const { models } = catalogueOf(list, ['openai'], '2026-11-21');
    expect(models.map(({ id }) => id)).toEqual(['openai/gpt-x', 'openai/no-price']);
    expect(models[0]).toEqual({
      id: 'openai/gpt-x',
      name: 'GPT X',
      released: '2026-01-02',
      price: { input: 0.1, output: 0.4, cachedInput: 0.025, reasoning: null },
      abilities: { tools: true, images: true, audio: false, files: true, structuredOutput: true, reasoning: false },
      contextTokens: 128_000,
      maxOutputTokens: 16_000,
    });
  });

  it('F-74: a price that is not there stays unknown, never 0', () => {
    const { models } = catalogueOf(readPriceList(MODELS_DEV, 'test'), ['openai'], '2026-11-21');
    expect(models[1]).toMatchObject({ price: { input: null, output: null }, contextTokens: null, maxOutputTokens: null });
  });

  it('are read in the shape of LiteLLM, per token turned into per million', () => {
    const { models, source } = catalogueOf(readPriceList(LITELLM, 'test'), 'all', '2026-11-21');
    expect(source).toBe('litellm');
    expect(models.map(({ id }) => id)).toEqual(['google/gem-1', 'openai/gpt-x']);
    expect(models[0]?.price).toEqual({ input: null, output: 3, cachedInput: null, reasoning: null });
    expect(models[1]?.price).toMatchObject({ input: 0.1, output: 0.4 });
    expect(models[1]?.abilities).toMatchObject({ images: true, tools: false, structuredOutput: true });
  });

  it.each([
    ['a list', []],
    ['nothing', null],
    ['another object', { a: { b: 1 } }],
  ])('refuse %s', (_, json) => {
    expect(() => readPriceList(json, 'prices.json')).toThrow(/prices\.json.*neither/);
  });

  it('F-75: refuse a price that was not turned into dollars per million tokens, or is negative', () => {
    const wrong = { openai: { models: { a: { cost: { input: 100_000, output: 1 } }, b: { cost: { input: -1, output: 1 } } } } };
    expect(() => readPriceList(wrong, 'prices.json')).toThrow(/openai\/a.*\n.*openai\/b/);
  });

  it('name the providers there are when none was asked for', () => {
    expect(() => catalogueOf(readPriceList(MODELS_DEV, 'test'), ['nobody'], '2026-11-21')).toThrow(/no model of the providers/);
  });
});

describe('fetching a price list', () => {
  let server: Server;
  let address = '';
  let hits = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      hits++;
      response.statusCode = request.url === '/broken' ? 503 : 200;
      response.end(JSON.stringify(MODELS_DEV));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  const source = (from: string, cacheFolder: string, now: number, fresh = false) => ({ from, cacheFolder, fresh, fetch, now: () => now });

  it('keeps a copy for one hour, and no longer', async () => {
    const cache = join(mkdtempSync(join(tmpdir(), 'pointsman-')), 'cache');
    hits = 0;
    const first = await fetchPriceList(source(`${address}/api.json`, cache, 1_000));
    const second = await fetchPriceList(source(`${address}/api.json`, cache, 1_000 + 3_599_999));
    expect([first.cached, second.cached, hits]).toEqual([false, true, 1]);
    expect(second.text).toBe(first.text);
    expect((await fetchPriceList(source(`${address}/api.json`, cache, 1_000 + 3_600_000))).cached).toBe(false);
    expect((await fetchPriceList(source(`${address}/api.json`, cache, 3_700_000, true))).cached).toBe(false);
    expect(hits).toBe(3);
  });

  it('fetches again when the copy is broken', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'pointsman-'));
    await fetchPriceList(source(`${address}/x`, cache, 1_000));
    const [file] = (await import('node:fs')).readdirSync(cache);
    writeFileSync(join(cache, file as string), '{');
    expect((await fetchPriceList(source(`${address}/x`, cache, 1_000))).cached).toBe(false);
    expect(JSON.parse(readFileSync(join(cache, file as string), 'utf8'))).toMatchObject({ fetchedAt: 1_000 });
  });

  it('says where it failed when the address answers with an error', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'pointsman-'));
    await expect(fetchPriceList(source(`${address}/broken`, cache, 1_000))).rejects.toMatchObject({
      code: 'provider.failed',
      retryable: true,
    });
  });
});
