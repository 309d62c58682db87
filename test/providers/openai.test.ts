import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { ChatChunk } from '../../src/core/completion.ts';
import type { Provider } from '../../src/core/contracts.ts';
import { openaiProvider } from '../../src/providers/openai.ts';
import {
  type Behaviour,
  chunk,
  completion,
  DONE,
  failing,
  json,
  ROLE,
  resetting,
  STOP,
  startUpstream,
  streaming,
  textChunks,
  type Upstream,
  USAGE,
  usageChunk,
  wholeStream,
} from '../servers/upstream.ts';

const KEY = 'sk-canary-0123456789';
const body = { messages: [{ role: 'user', content: 'hello' }] };
let upstream: Upstream | undefined;

async function against(behaviour: Behaviour, extra: Partial<Parameters<typeof openaiProvider>[0]> = {}): Promise<Provider> {
  upstream = await startUpstream(behaviour);
  return openaiProvider({ name: 'test', baseUrl: upstream.url, apiKey: KEY, ...extra });
}

afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

async function streamed(provider: Provider): Promise<{ text: string; error: unknown }> {
  let text = '';
  const onChunk = ({ choices }: ChatChunk) => {
    text += choices[0]?.delta.content ?? '';
  };
  const error = await provider
    .complete({ model: 'm', body, onChunk })
    .then(() => null)
    .catch((thrown: unknown) => thrown);
  return { text, error };
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code ?? null;

describe('one call', () => {
  test('passes text, images, tools, response_format and max_tokens unchanged, with the wire name for the model', async () => {
    let seen: Record<string, unknown> = {};
    const provider = await against((exchange) => {
      seen = exchange.body;
      return json(completion('ok'))(exchange);
    });
    const asked = {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a\u0000\ud800' },
            { type: 'image_url', image_url: { url: 'http://127.0.0.1/x' } },
          ],
        },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { $ref: '#' } } }],
      response_format: { type: 'json_schema', json_schema: { name: 's', schema: {} } },
      max_tokens: 5,
      user: 'u',
    };
    await provider.complete({ model: 'wire-name', body: { ...asked, model: 'auto', stream: true } });
    expect(seen).toEqual({ ...asked, model: 'wire-name' });
  });

  test.each([
    [429, 'provider.rate-limited', true],
    [401, 'provider.unauthorised', false],
    [403, 'provider.unauthorised', false],
    [400, 'provider.rejected', false],
    [404, 'provider.rejected', false],
    [422, 'provider.rejected', false],
    [500, 'provider.failed', true],
    [503, 'provider.failed', true],
  ])('status %i becomes %s and is sent once', async (status, code, retryable) => {
    const provider = await against(failing(status));
    await expect(provider.complete({ model: 'm', body })).rejects.toMatchObject({ code, retryable, status });
    expect(upstream?.calls()).toBe(1);
  });

  test('tells a context overflow and a content refusal from other bad requests', async () => {
    const provider = await against(failing(400, "This model's maximum context length is 10 tokens"));
    await expect(provider.complete({ model: 'm', body })).rejects.toMatchObject({ code: 'provider.context-length' });
    upstream?.behave(json({ error: { message: 'no', code: 'content_policy_violation' } }, 400));
    await expect(provider.complete({ model: 'm', body })).rejects.toMatchObject({ code: 'provider.content-policy' });
  });

  test.each([
    ['2', 2],
    ['0.5', 0.5],
    ['-5', undefined],
    ['abc', undefined],
    ['99999999', 86_400],
    ['Wed, 21 Oct 2015 07:28:07 GMT', 7],
    ['Wed, 21 Oct 2015 07:00:00 GMT', 0],
  ])('F-03 Retry-After `%s` is read safely', async (value, seconds) => {
    const provider = await against(failing(429, 'slow down', { 'retry-after': value }), { now: () => Date.UTC(2015, 9, 21, 7, 28, 0) });
    const error = await provider.complete({ model: 'm', body }).catch((thrown: unknown) => thrown);
    expect((error as { retryAfterSeconds?: number }).retryAfterSeconds).toBe(seconds);
  });

  test('F-07 neither the key nor a key-like text is in the error', async () => {
    const provider = await against(failing(401, `Incorrect API key provided: ${KEY}, see sk-proj-abcdefghijk\u001b[31m`));
    const error = (await provider.complete({ model: 'm', body }).catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).toContain('[secret]');
    expect(`${error.message}${JSON.stringify(error)}`).not.toMatch(/canary|abcdefghijk|\u001b/);
  });

  test('F-08 a refused connection and an unknown host are unreachable', async () => {
    const provider = await against(json(completion('x')));
    await upstream?.close();
    await expect(provider.complete({ model: 'm', body })).rejects.toMatchObject({ code: 'provider.unreachable', retryable: true });
    const nowhere = openaiProvider({ baseUrl: 'http://does-not-exist.invalid/v1' });
    await expect(nowhere.complete({ model: 'm', body })).rejects.toMatchObject({ code: 'provider.unreachable' });
  });

  test('F-11 a socket closed after it had served is told from one that never did', async () => {
    const provider = await against(resetting);
    await expect(provider.complete({ model: 'm', body })).rejects.toMatchObject({ code: 'provider.unreachable' });
    upstream?.behave(json(completion('x')));
    await provider.complete({ model: 'm', body });
    upstream?.behave(({ socket }) => void socket.end());
    await expect(provider.complete({ model: 'm', body })).rejects.toMatchObject({ code: 'provider.stale-socket' });
  });

  const gzip: Behaviour = ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync('{}').subarray(0, 9));
  };
  const huge: Behaviour = ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.on('error', () => undefined);
    for (let part = 0; part < 30; part++) response.write(Buffer.alloc(1_000_000, 32));
    response.end('{}');
  };
  const html: Behaviour = ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html>');
  };
  test.each<[string, Behaviour, RegExp]>([
    ['a web page', html, /bad-response/],
    ['an empty body', json(''), /bad-response/],
    ['`{}`', json({}), /bad-response/],
    ['no choices', json({ choices: [] }), /bad-response/],
    ['a choice without a message', json({ choices: [{}] }), /bad-response/],
    ['half a JSON', json('{"choices":['), /bad-response/],
    ['broken gzip', gzip, /unreachable|bad-response/],
    ['30 MB', huge, /too-large/],
  ])('F-12 %s is no answer', async (_name, behaviour, code) => {
    const provider = await against(behaviour);
    const error = await provider.complete({ model: 'm', body }).catch((thrown: unknown) => thrown);
    expect(codeOf(error)).toMatch(code);
  });

  test('F-14 a redirect is not followed', async () => {
    const provider = await against(({ response }) => {
      response.writeHead(302, { location: 'http://169.254.169.254/latest' });
      response.end();
    });
    await expect(provider.complete({ model: 'm', body })).rejects.toMatchObject({ code: 'provider.failed', status: 302 });
    expect(upstream?.calls()).toBe(1);
  });

  test.each([{ prompt_tokens: -1, completion_tokens: Number.NaN }, { prompt_tokens: 1e18, completion_tokens: '7' }, null, 'x'])(
    'F-15 usage %o is unknown, not a number',
    async (usage) => {
      const provider = await against(json(completion('ok', { usage })));
      const answer = await provider.complete({ model: 'm', body });
      expect(answer.usage).toEqual({ input: null, cachedInput: null, output: null, reasoning: null });
    },
  );
});

describe('streams', () => {
  test('a whole one gives text, finish reason and usage', async () => {
    const provider = await against(streaming([wholeStream('hello world')]));
    const answer = await provider.complete({ model: 'm', body, onChunk: () => undefined });
    expect(answer.completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'hello world' } });
    expect(answer.usage).toMatchObject({ input: 10, cachedInput: 4, output: 3 });
  });

  test.each<[string, Parameters<typeof streaming>]>([
    ['a clean end without finish_reason', [[ROLE, ...textChunks('half')]]],
    ['half a chunk, then the end', [[ROLE, ...textChunks('half'), 'data: {"choices":[{"delta":{"content":"lost']]],
    ['[DONE] without finish_reason', [[ROLE, ...textChunks('half'), DONE]]],
    ['nothing at all', [[]]],
  ])('F-18 %s is a truncation', async (_name, args) => {
    const { error } = await streamed(await against(streaming(...args)));
    expect(codeOf(error)).toBe('provider.truncated');
  });

  test('F-18 one of two answers missing is a truncation', async () => {
    const provider = await against(streaming([wholeStream('one')]));
    const call = provider.complete({ model: 'm', body: { ...body, n: 2 }, onChunk: () => undefined });
    await expect(call).rejects.toMatchObject({ code: 'provider.truncated' });
  });

  test('F-18 a finish_reason without [DONE] is whole', async () => {
    expect(await streamed(await against(streaming([ROLE, ...textChunks('whole'), STOP])))).toEqual({ text: 'whole', error: null });
  });

  test('F-17 a reset after content is an error, and what came before was handed on', async () => {
    const { text, error } = await streamed(await against(streaming([ROLE, ...textChunks('half an answer')], 'reset')));
    expect(text).toBe('half an answer');
    expect(codeOf(error)).toBe('provider.unreachable');
  });

  test.each([
    ['an error field', `data: ${JSON.stringify({ error: { message: `overloaded ${KEY}` } })}\n\n`],
    ['an error event', `event: error\ndata: {"message":"overloaded ${KEY}"}\n\n`],
  ])('F-20 %s ends the stream with a scrubbed message', async (_name, event) => {
    const { error } = await streamed(await against(streaming([ROLE, ...textChunks('a'), event, STOP, DONE])));
    expect(codeOf(error)).toBe('provider.failed');
    expect((error as Error).message).toContain('overloaded');
    expect((error as Error).message).not.toContain(KEY);
  });

  test('F-23 one 5 MB chunk, too many chunks and an endless stream hit limits', async () => {
    const five = chunk({ content: 'x'.repeat(5_000_000) });
    expect(codeOf((await streamed(await against(streaming([five, STOP, DONE])))).error)).toBe('provider.too-large');
    await upstream?.close();
    const limits = { eventCharacters: 10_000, bytes: 1_000_000, events: 50 };
    const many = streaming([...textChunks('x'.repeat(400)), STOP, DONE]);
    expect(codeOf((await streamed(await against(many, { streamLimits: limits }))).error)).toBe('provider.too-large');
    await upstream?.close();
    const endless: Behaviour = async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      while (!response.destroyed) {
        response.write(`: ${'x'.repeat(5_000)}\n`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    expect(codeOf((await streamed(await against(endless, { streamLimits: limits }))).error)).toBe('provider.too-large');
  });

  test.each(['data: not json\n\n', '<html>\n\n', 'data: {"choices":[{"delta":{"content":5}}]}\n\n', 'data: {"choices":7}\n\n'])(
    'F-24 garbage `%s` is an error, not skipped',
    async (garbage) => {
      const { error } = await streamed(await against(streaming([ROLE, ...textChunks('a'), garbage, STOP, DONE])));
      expect(codeOf(error)).toBe('provider.bad-response');
    },
  );

  test('F-25 two choices out of order keep their text apart', async () => {
    const at = (index: number, content: string, finish: string | null = null, id = 'a') =>
      `data: ${JSON.stringify({ id, choices: [{ index, delta: { content }, finish_reason: finish }] })}\n\n`;
    const provider = await against(
      streaming([at(1, 'B1'), at(0, 'A1'), at(1, 'B2', 'stop', 'changed'), at(0, 'A2'), at(0, '', 'stop'), DONE]),
    );
    const answer = await provider.complete({ model: 'm', body: { ...body, n: 2 }, onChunk: () => undefined });
    expect(answer.completion.choices.map(({ message }) => message.content)).toEqual(['A1A2', 'B1B2']);
  });

  test('F-27 usage after finish_reason is used; without it the usage is unknown', async () => {
    const provider = await against(streaming([ROLE, ...textChunks('a'), STOP, usageChunk, DONE]));
    expect((await provider.complete({ model: 'm', body, onChunk: () => undefined })).usage.output).toBe(USAGE.completion_tokens);
    upstream?.behave(streaming([ROLE, ...textChunks('a'), STOP, DONE]));
    expect((await provider.complete({ model: 'm', body, onChunk: () => undefined })).usage.output).toBeNull();
  });

  test('F-28 what follows [DONE] is ignored and the connection is not used again', async () => {
    const sockets = new Set<unknown>();
    const provider = await against((exchange) => {
      sockets.add(exchange.socket);
      return streaming([wholeStream('a'), chunk({ content: 'more' }), ...textChunks('x'.repeat(200))], 'stall')(exchange);
    });
    expect(await streamed(provider)).toEqual({ text: 'a', error: null });
    expect(await streamed(provider)).toEqual({ text: 'a', error: null });
    expect(sockets.size).toBe(2);
  });

  test('F-29 half an emoji at the end is one replacement character and a truncation', async () => {
    const bytes = Buffer.from(chunk({ content: 'ok 😀' }), 'utf8');
    const cut = bytes.indexOf(Buffer.from('😀')) + 2;
    const { text, error } = await streamed(await against(streaming([ROLE, bytes.subarray(0, cut)])));
    expect({ text, code: codeOf(error) }).toEqual({ text: '', code: 'provider.truncated' });
    const broken = Buffer.concat([bytes.subarray(0, cut), bytes.subarray(cut + 2)]);
    await upstream?.close();
    const whole = await streamed(await against(streaming([ROLE, broken, STOP, DONE])));
    expect(whole).toEqual({ text: 'ok \ufffd', error: null });
  });
});
