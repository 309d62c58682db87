import { describe, expect, test } from 'vitest';
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
  streaming,
  textChunks,
} from '../servers/upstream.ts';
import { ask, closesServers, read, routerOver } from './stream-helpers.ts';

closesServers();

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
