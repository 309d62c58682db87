import OpenAI from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import type { RouterOptions } from '../../src/config/schema.ts';
import type { ChatChunk } from '../../src/core/completion.ts';
import type { RouterError } from '../../src/core/errors.ts';
import { memoryRecorder } from '../../src/record/memory.ts';
import { createRouter, type Router } from '../../src/router.ts';
import {
  answering,
  type Behaviour,
  chunk,
  DONE,
  failing,
  headersOnly,
  ROLE,
  resetting,
  STOP,
  startUpstream,
  streaming,
  textChunks,
  type Upstream,
  usageChunk,
  wholeStream,
} from '../servers/upstream.ts';
import { policyOf } from '../support/policy.ts';

const upstreams: Upstream[] = [];
const routers: Router[] = [];

afterEach(async () => {
  await Promise.all(routers.splice(0).map((router) => router.close()));
  await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
});

type Settings = RouterOptions;

async function routerOver(behaviours: Record<string, Behaviour>, settings: Settings = {}) {
  const recorder = memoryRecorder();
  const providers: Record<string, { baseUrl: string; keyVariable: null }> = {};
  const servers: Record<string, Upstream> = {};
  for (const [name, behaviour] of Object.entries(behaviours)) {
    const server = await startUpstream(behaviour);
    upstreams.push(server);
    servers[name] = server;
    providers[name] = { baseUrl: server.url, keyVariable: null };
  }
  const policy = policyOf(Object.keys(behaviours).map((name) => `${name}/m`));
  const run = { deadlineMs: 4_000, firstByteMs: 400, idleMs: 400, clientStallMs: 400, backoffMs: 1 };
  const router = createRouter({ policy, providers, recorder, run, ...settings });
  routers.push(router);
  return { router, recorder, servers };
}

const ask = { messages: [{ role: 'user' as const, content: 'tell me something' }], stream: true as const };

type Read = { text: string; chunks: ChatChunk[]; error: RouterError | null };

async function read(stream: AsyncIterable<ChatChunk>): Promise<Read> {
  const chunks: ChatChunk[] = [];
  try {
    for await (const each of stream) chunks.push(each);
    return { text: textIn(chunks), chunks, error: null };
  } catch (error) {
    return { text: textIn(chunks), chunks, error: error as RouterError };
  }
}

const textIn = (chunks: readonly ChatChunk[]): string => chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');

describe('a stream', () => {
  test('comes in OpenAI chunks, with route, record and tokens', async () => {
    const { router } = await routerOver({ a: answering('hello world') });
    const { stream, route, record } = await router.complete(ask);
    expect(route).toMatchObject({ kind: 'chosen', model: 'a/m' });
    expect(await read(stream)).toMatchObject({ text: 'hello world', error: null });
    expect((await record).executed).toMatchObject({ model: 'a/m', finish: 'stop', tokens: { input: 10, cachedInput: 4, output: 3 } });
  });

  test('F-27 the usage chunk is handed on only to those who asked for it', async () => {
    const { router } = await routerOver({ a: answering('x') });
    const plain = await read((await router.complete(ask)).stream);
    expect(plain.chunks.some(({ usage }) => usage !== undefined)).toBe(false);
    const asked = await read((await router.complete({ ...ask, stream_options: { include_usage: true } })).stream);
    expect(asked.chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 10 } });
  });

  test.each<[string, Behaviour]>([
    ['F-08 a reset before headers', resetting],
    ['F-09 headers, then silence', headersOnly],
    ['F-16 a reset after the role chunk', streaming([ROLE], 'reset')],
    ['F-18 a clean end after the role chunk', streaming([ROLE])],
    ['F-18 [DONE] without finish_reason or content', streaming([ROLE, DONE])],
    ['F-12 an empty whole answer', streaming([ROLE, STOP, DONE])],
    ['F-20 an error event before content', streaming([ROLE, 'data: {"error":{"message":"overloaded"}}\n\n'])],
    ['F-22 a stall after the role chunk', streaming([ROLE], 'stall')],
    ['F-24 garbage before content', streaming([ROLE, 'data: {\n\n'])],
    ['a 500', failing(500)],
  ])('%s falls back unseen: one role chunk, one text', async (_name, fault) => {
    const { router, recorder } = await routerOver({ a: fault, b: answering('whole answer') });
    const { stream, record } = await router.complete(ask);
    const { text, chunks, error } = await read(stream);
    expect({ text, error }).toEqual({ text: 'whole answer', error: null });
    expect(chunks.filter(({ choices }) => choices[0]?.delta.role !== undefined).length).toBe(1);
    expect((await record).executed?.attempts.map(({ model, status }) => [model, status])).toEqual([
      ['a/m', 'failed'],
      ['b/m', 'answered'],
    ]);
    expect(recorder.records.length).toBe(1);
  });

  const toolDelta = (text: string) =>
    chunk({ tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'f', arguments: text } }] });
  test.each<[string, Behaviour, string]>([
    ['F-17 a reset', streaming([ROLE, ...textChunks('half an an')], 'reset'), 'half an an'],
    ['F-18 a clean end', streaming([ROLE, ...textChunks('half an an')]), 'half an an'],
    ['F-18 [DONE] without finish_reason', streaming([ROLE, ...textChunks('half'), DONE]), 'half'],
    ['F-20 an error event', streaming([ROLE, ...textChunks('half'), 'event: error\ndata: {"message":"x"}\n\n']), 'half'],
    ['F-22 a stall', streaming([ROLE, ...textChunks('half')], 'stall'), 'half'],
    ['F-24 garbage', streaming([ROLE, ...textChunks('half'), 'nonsense\n\n', STOP, DONE]), 'half'],
    ['F-23 a 5 MB chunk', streaming([ROLE, ...textChunks('half'), chunk({ content: 'x'.repeat(5_000_000) }), STOP, DONE]), 'half'],
    ['F-19 a reset within a tool call', streaming([ROLE, toolDelta('{"a":')], 'reset'), ''],
  ])('%s after content gives no second text: an error chunk, then the error', async (_name, fault, before) => {
    const { router } = await routerOver({ a: fault, b: answering('second text') });
    const { stream, record } = await router.complete(ask);
    const { text, chunks, error } = await read(stream);
    expect(text).toBe(before);
    expect(chunks.at(-1)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'error' }], error: { code: error?.code } });
    expect(chunks.filter(({ choices }) => choices[0]?.finish_reason === 'stop').length).toBe(0);
    expect(error?.name).toBe('RouterError');
    const { executed } = await record;
    expect(executed?.attempts.length).toBe(1);
    expect(executed?.usd).toBeGreaterThan(0);
  });

  test('F-05 when nobody can answer, the call rejects and no stream is given', async () => {
    const { router, recorder } = await routerOver({ a: failing(500), b: failing(503) });
    await expect(router.complete(ask)).rejects.toMatchObject({ code: 'run.no-candidate' });
    expect(recorder.records[0]?.executed).toMatchObject({ model: null, finish: 'run.no-candidate' });
  });

  test('F-72 a filtered answer without content is passed on', async () => {
    const { router } = await routerOver({ a: streaming([ROLE, chunk({}, 'content_filter'), DONE]), b: answering('softer') });
    const { chunks, text } = await read((await router.complete(ask)).stream);
    expect({ text, finish: chunks.at(-1)?.choices[0]?.finish_reason }).toEqual({ text: '', finish: 'content_filter' });
  });

  test('a break after finish_reason loses at most the usage', async () => {
    const { router } = await routerOver({ a: streaming([ROLE, ...textChunks('whole'), STOP], 'reset') });
    const { stream, record } = await router.complete(ask);
    expect(await read(stream)).toMatchObject({ text: 'whole', error: null });
    expect((await record).executed?.flags).toContain('usage_estimated');
  });
});

describe('cancelling', () => {
  const endless: Behaviour = async ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(ROLE);
    while (!response.destroyed) {
      response.write(chunk({ content: 'word ' }));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  async function gone(server: Upstream | undefined): Promise<number> {
    const began = performance.now();
    while ((server?.aborted() ?? 0) === 0 && performance.now() - began < 2_000) await new Promise((resolve) => setTimeout(resolve, 2));
    return performance.now() - began;
  }

  test('F-13 leaving the loop in the middle of a stream cuts the upstream and settles what was streamed', async () => {
    const { router, servers } = await routerOver({ a: endless });
    const { stream, record } = await router.complete(ask);
    let seen = 0;
    for await (const _each of stream) if (++seen === 5) break;
    expect(await gone(servers.a)).toBeLessThan(1_000);
    const { executed } = await record;
    expect(executed).toMatchObject({ finish: 'run.aborted', flags: expect.arrayContaining(['client_cancelled', 'usage_estimated']) });
    expect(executed?.usd).toBeGreaterThan(0);
  });

  test.each<[string, Behaviour, boolean]>([
    ['before the first token', headersOnly, true],
    ['of a whole answer', () => undefined, false],
  ])('F-13 aborting %s cuts the upstream', async (_name, behaviour, stream) => {
    const { router, servers } = await routerOver({ a: behaviour });
    const control = new AbortController();
    const call = stream
      ? router.complete(ask, { signal: control.signal })
      : router.complete({ ...ask, stream: false }, { signal: control.signal });
    setTimeout(() => control.abort(), 30);
    await expect(call).rejects.toMatchObject({ code: 'run.aborted' });
    expect(await gone(servers.a)).toBeLessThan(1_000);
  });

  test('F-26 a reader that stalls is cut off together with the upstream', async () => {
    const { router, servers } = await routerOver({ a: endless });
    const { stream, record } = await router.complete(ask);
    await stream.next();
    expect(await gone(servers.a)).toBeLessThan(2_000);
    expect((await record).executed?.finish).toBe('run.stalled-client');
    await expect(read(stream)).resolves.toMatchObject({ error: { code: 'run.stalled-client' } });
  });

  test('F-26 a slow reader holds the upstream back instead of filling memory', async () => {
    let sent = 0;
    const flood: Behaviour = async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(ROLE);
      const piece = chunk({ content: 'x'.repeat(60_000) });
      while (!response.destroyed && sent < 19_000_000) {
        sent += piece.length;
        if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
      }
      response.end(STOP + DONE);
    };
    const { router } = await routerOver({ a: flood });
    const { stream } = await router.complete(ask);
    await stream.next();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(sent).toBeLessThan(10_000_000);
    await stream.return?.();
  });
});

describe('OpenAI’s own client at the far end', () => {
  /** What a gateway will do: chunks as events, `[DONE]` only when the stream ended whole. */
  const gateway =
    (router: Router): Behaviour =>
    async ({ body, response }) => {
      const { stream } = await router.complete({ messages: body.messages as typeof ask.messages, stream: true });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      try {
        for await (const each of stream) response.write(`data: ${JSON.stringify(each)}\n\n`);
        response.end(DONE);
      } catch {
        response.end();
      }
    };

  async function throughClient(behaviour: Behaviour): Promise<{ text: string; error: unknown }> {
    const { router } = await routerOver({ a: behaviour });
    const front = await startUpstream(gateway(router));
    upstreams.push(front);
    const client = new OpenAI({ baseURL: front.url, apiKey: 'x', maxRetries: 0 });
    let text = '';
    try {
      const stream = await client.chat.completions.create({ model: 'auto', stream: true, messages: ask.messages });
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
      return { text, error: null };
    } catch (error) {
      return { text, error };
    }
  }

  test('reads a whole stream', async () => {
    expect(await throughClient(streaming([wholeStream('hello')]))).toEqual({ text: 'hello', error: null });
  });

  test('F-17 F-18 throws on every cut it would have swallowed from the upstream itself', async () => {
    for (const fault of [
      streaming([ROLE, ...textChunks('Hel')]),
      streaming([ROLE, ...textChunks('Hel'), DONE]),
      streaming([ROLE, ...textChunks('Hel')], 'reset'),
    ]) {
      const { text, error } = await throughClient(fault);
      expect(text).toBe('Hel');
      expect(error).toMatchObject({ code: expect.stringMatching(/^provider\./) });
    }
  });

  test('F-27 a stream without usage is still whole', async () => {
    expect((await throughClient(streaming([ROLE, ...textChunks('a'), STOP, usageChunk]))).error).toBeNull();
  });
});
