import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openaiProvider } from '../../src/providers/openai.ts';
import { type Behaviour, completion, failing, json, resetting } from '../servers/upstream.ts';
import { against, body, closesServers, codeOf, KEY, upstream } from './openai-helpers.ts';

closesServers();

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
