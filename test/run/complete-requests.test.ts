import { describe, expect, test } from 'vitest';
import type { RouteRequest } from '../../src/core/request.ts';
import { setup, user } from './complete-helpers.ts';

describe('requests', () => {
  const one = () => setup({ a: () => 'ok' });
  const call = { id: 'c1', type: 'function' as const, function: { name: 'f', arguments: '{}' } };
  const tool = (name: string) => ({ type: 'function', function: { name, parameters: { $ref: '#' } } });

  test('F-66 image, audio and file parts go to models that take them; we fetch nothing', async () => {
    const { router, calls } = one();
    const part = { type: 'image_url', image_url: { url: 'http://127.0.0.1:1/secret' } };
    const big = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(8_000_000)}` } };
    const asked = { messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, part, big] }] } as RouteRequest;
    await router.complete(asked as never);
    expect(calls[0]?.body.messages).toEqual(asked.messages);
  });

  test.each([
    ['an unknown part', { messages: [{ role: 'user', content: [{ type: 'hologram', data: 1 }] }] }, 'F-66'],
    ['tools without messages', { tools: [tool('f')] }, 'F-67'],
    [
      'a tool choice that names no tool',
      { ...user('x'), tools: [tool('f')], tool_choice: { type: 'function', function: { name: 'g' } } },
      'F-67',
    ],
    [
      'a tool result nobody asked for',
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'tool', tool_call_id: 'c9', content: '1' },
        ],
      },
      'F-67',
    ],
    ['two tools of one name', { ...user('x'), tools: [tool('f'), tool('f')] }, 'F-67'],
    ['max_tokens -1', { ...user('x'), max_tokens: -1 }, 'F-69'],
    ['max_tokens 0', { ...user('x'), max_tokens: 0 }, 'F-69'],
    ['max_tokens 1e12', { ...user('x'), max_tokens: 1e12 }, 'F-69'],
    ['max_tokens "5"', { ...user('x'), max_tokens: '5' }, 'F-69'],
    ['n 100', { ...user('x'), n: 100 }, 'F-69'],
    ['temperature NaN', { ...user('x'), temperature: Number.NaN }, 'F-69'],
    ['stream "yes"', { ...user('x'), stream: 'yes' }, 'F-69'],
    ['an unknown field', { ...user('x'), max_token: 5 }, 'F-70'],
    ['__proto__', JSON.parse('{"messages":[{"role":"user","content":"x"}],"__proto__":{"polluted":1}}'), 'F-70'],
  ])('%s is refused before anything is spent (%s)', async (_name, asked) => {
    const { router, calls } = one();
    await expect(router.complete(asked as never)).rejects.toMatchObject({ code: 'input.invalid' });
    expect(calls).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('F-66 F-67 F-69 F-70 each has its refusals above, and F-67 300 tools are too many', async () => {
    const many = { ...user('x'), tools: Array.from({ length: 300 }, (_, at) => tool(`f${at}`)) };
    await expect(one().router.complete(many as never)).rejects.toMatchObject({ code: 'input.too-large' });
  });

  test('F-67 a recursive schema and a tool result that was asked for pass', async () => {
    const { router, calls } = one();
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: '1' },
    ];
    await router.complete({ messages, tools: [tool('f')] } as never);
    expect(calls[0]?.body).toEqual({ messages, tools: [tool('f')] });
  });

  test('F-70 unknown fields are sent on when asked for; duplicate keys: the last one wins, as JSON.parse has it', async () => {
    const { router, calls } = setup({ a: () => 'ok' }, { run: { passthrough: true } });
    await router.complete({ ...JSON.parse('{"messages":[{"role":"user","content":"x"}],"seed":1,"seed":2}'), my_field: 1 });
    expect(calls[0]?.body).toMatchObject({ my_field: 1, seed: 2 });
  });

  test('F-72 a refusal is passed on as it is', async () => {
    const refused = { model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { content: null, refusal: 'I cannot help' } }] };
    const { router, calls } = setup({ a: () => refused, b: () => 'softer' });
    expect((await router.complete('x')).completion.choices[0]?.message.refusal).toBe('I cannot help');
    expect(calls.length).toBe(1);
  });
});
