import { describe, expect, test } from 'vitest';
import { type Behaviour, chunk, DONE, ROLE, STOP, streaming, textChunks, USAGE, usageChunk, wholeStream } from '../servers/upstream.ts';
import { against, body, closesServers, codeOf, KEY, streamed, upstream } from './openai-helpers.ts';

closesServers();

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
