import { describe, expect, it } from 'vitest';
import { readOverrides } from '../../src/config/overrides.ts';
import { readOptions } from '../../src/config/schema.ts';
import { requireKey } from '../../src/config/secrets.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { RouterError } from '../../src/core/errors.ts';

function errorOf(run: () => unknown): RouterError {
  try {
    run();
  } catch (error) {
    if (error instanceof RouterError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('options', () => {
  it('have every default filled in', () => {
    expect(readOptions({})).toMatchObject({
      taxonomy: defaultTaxonomy,
      classifier: 'embedded',
      classifyTimeoutMs: 3_000,
      cached: false,
      recordText: false,
      seed: 1,
      llm: { deadlineMs: 2_500 },
      cascade: { atLeast: 0.7 },
    });
  });

  it('F-73: lists every problem at once, with its path', () => {
    const error = errorOf(() =>
      readOptions({
        classifier: 'gpt',
        classifyTimeoutMs: 0,
        cascade: { atLeast: 7 },
        llm: { baseUrl: 'ftp://x' },
        polcy: 'typo.json',
        cached: 'yes',
      }),
    );
    expect(error.code).toBe('options.invalid');
    for (const path of ['classifier', 'classifyTimeoutMs', 'cascade.atLeast', 'llm.baseUrl', 'cached', 'polcy'])
      expect(error.message).toContain(path);
    expect(error.message).toContain('has 6 problem(s)');
  });

  it.each([
    ['classifyTimeoutMs', { classifyTimeoutMs: Number.NaN }],
    ['classifyTimeoutMs', { classifyTimeoutMs: '3000' }],
    ['seed', { seed: 1.5 }],
    ['recorder', { recorder: { record: 1 } }],
    ['taxonomy', { taxonomy: [] }],
    ['policy', { policy: 7 }],
    ['fetch', { fetch: 'yes' }],
    ['cached.maxBytes', { cached: { maxBytes: 0 } }],
  ])('refuse a bad `%s`', (path, options) => {
    const error = errorOf(() => readOptions(options));
    expect(error.code).toBe('options.invalid');
    expect(error.message).toContain(path.split('.')[0]);
  });
});

describe('overrides', () => {
  it('are none when none are given, and what was given otherwise', () => {
    expect(readOverrides(undefined)).toEqual({});
    expect(readOverrides({ pool: 'translation', maxUsd: 0.1 })).toEqual({ pool: 'translation', maxUsd: 0.1 });
  });

  it('F-73: tell what may be meant, as construction options do', () => {
    expect(errorOf(() => readOverrides({ maxUSD: 1 })).message).toContain('maxUSD: unknown key; did you mean `maxUsd`?');
    const wrong = { clasifier: 'rules', llm: { modle: 'x' }, run: { deadlinems: 1 }, banana: 1 };
    const { code, message } = errorOf(() => readOptions(wrong));
    expect(code).toBe('options.invalid');
    for (const line of ['clasifier: unknown key; did you mean `classifier`?', 'llm.modle: unknown key; did you mean `model`?'])
      expect(message).toContain(line);
    expect(message).toMatch(/run\.deadlinems: unknown key; did you mean `deadlineMs`\?/);
    expect(message).toMatch(/banana: unknown key$/m);
  });

  it('F-73: refuse a misspelt or wrong one instead of ignoring it', () => {
    const error = errorOf(() => readOverrides({ maxUSD: 1, minQuality: 2, objective: 'cheap', candidates: [] }));
    expect(error.code).toBe('options.invalid');
    for (const path of ['maxUSD', 'minQuality', 'objective', 'candidates']) expect(error.message).toContain(path);
  });

  it('refuse construction options', () => {
    expect(errorOf(() => readOverrides({ classifier: 'llm' })).message).toContain('classifier');
  });
});

describe('keys', () => {
  const secret = 'sk-canary-4242';
  it.each([
    ['missing', undefined, 'is not set'],
    ['empty', '', 'is empty'],
    ['blank', '  \n', 'is empty'],
    ['with a trailing newline', `${secret}\n`, 'holds a line break'],
    ['in double quotes', `"${secret}"`, 'is wrapped in quotes'],
    ['in single quotes', `'${secret}'`, 'is wrapped in quotes'],
    ['with a space', `${secret} x`, 'holds a space'],
    ['with a letter no header may carry', `${secret}é`, 'holds a space or a character'],
  ])('F-77: a key %s is an error that names the variable and never the value', (_, value, reason) => {
    const error = errorOf(() => requireKey(undefined, 'MY_KEY', { MY_KEY: value }));
    expect(error.code).toBe('provider.missing-key');
    expect(error.message).toContain('MY_KEY');
    expect(error.message).toContain(reason);
    expect(JSON.stringify(error) + error.stack).not.toContain(secret);
  });

  it('F-77: an option wins over the variable and is named when it is the bad one', () => {
    expect(requireKey('sk-given', 'MY_KEY', { MY_KEY: 'sk-env' })).toBe('sk-given');
    const error = errorOf(() => requireKey('', 'MY_KEY', { MY_KEY: 'sk-env' }));
    expect(error.message).toContain('llm.apiKey');
    expect(error.message).not.toContain('sk-env');
  });
});
