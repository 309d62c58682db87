import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/core/errors.ts';
import { REQUEST_LIMITS, toRequest } from '../../src/core/request.ts';

const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof RouterError) return `${error.code} ${error.where}`;
    throw error;
  }
  return 'none';
};

describe('toRequest', () => {
  it('takes a text as one user turn, whatever characters it holds', () => {
    for (const text of ['', ' ', '\0', 'a\ud800', '\u2028', '\u202eabc'])
      expect(toRequest(text).messages).toEqual([{ role: 'user', content: text }]);
  });

  it.each([
    ['null', null],
    ['an array', []],
    ['a number', 7],
    ['no messages', {}],
    ['empty messages', { messages: [] }],
    ['an unknown role', { messages: [{ role: 'king', content: 'x' }] }],
    ['content of the wrong type', { messages: [{ role: 'user', content: 5 }] }],
    ['an unknown part', { messages: [{ role: 'user', content: [{ type: 'hologram' }] }] }],
    ['a tool without a name', { messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'function', function: {} }] }],
  ])('F-63: refuses %s with its path', (_, input) => {
    expect(codeOf(() => toRequest(input))).toMatch(/^input\.invalid /);
  });

  it('F-64: refuses 50,000 messages, 300 tools and more text than it can read, before walking them', () => {
    const message = { role: 'user', content: 'x' };
    expect(codeOf(() => toRequest({ messages: Array.from({ length: 50_000 }, () => message) }))).toBe('input.too-large messages');
    expect(codeOf(() => toRequest({ messages: [message], tools: Array.from({ length: 300 }, () => ({})) }))).toBe('input.too-large tools');
    expect(codeOf(() => toRequest('x'.repeat(REQUEST_LIMITS.characters + 1)))).toBe('input.too-large messages');
  });

  it('F-65: leaves odd characters as they are', () => {
    const content = 'a\ud800b\0c\u2028d\ufeff';
    expect(toRequest({ messages: [{ role: 'user', content }] }).messages[0]?.content).toBe(content);
  });

  it.each([-1, 0, 1e12, '5', 1.5])('F-69: refuses max_tokens %s', (max_tokens) => {
    expect(codeOf(() => toRequest({ messages: [{ role: 'user', content: 'x' }], max_tokens }))).toBe('input.invalid max_tokens');
  });

  it('F-69: refuses n of 100 and a temperature that is not a number', () => {
    expect(codeOf(() => toRequest({ messages: [{ role: 'user', content: 'x' }], n: 100 }))).toBe('input.invalid n');
    expect(codeOf(() => toRequest({ messages: [{ role: 'user', content: 'x' }], temperature: Number.NaN }))).toBe(
      'input.invalid temperature',
    );
  });

  it('F-70: refuses a `__proto__` key and leaves Object.prototype clean', () => {
    const input = JSON.parse('{"messages":[{"role":"user","content":"x"}],"__proto__":{"polluted":1}}');
    expect(codeOf(() => toRequest(input))).not.toBe('none');
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
