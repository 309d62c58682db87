import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import type { Router } from '../../src/router.ts';
import {
  type Behaviour,
  chunk,
  DONE,
  headersOnly,
  ROLE,
  STOP,
  startUpstream,
  streaming,
  textChunks,
  type Upstream,
  usageChunk,
  wholeStream,
} from '../servers/upstream.ts';
import { ask, closesServers, read, routerOver, upstreams } from './stream-helpers.ts';

closesServers();

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
