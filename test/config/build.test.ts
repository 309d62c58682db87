import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFile } from '../../src/config/files.ts';
import type { RouterOptions } from '../../src/config/schema.ts';
import { RouterError } from '../../src/core/errors.ts';
import type { PolicyInput } from '../../src/core/policy.ts';
import { createRouter } from '../../src/index.ts';

function errorOf(options: RouterOptions): RouterError {
  try {
    createRouter(options);
  } catch (error) {
    if (error instanceof RouterError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const price = { input: 1, output: 2 };
const abilities = { tools: true, images: false, structuredOutput: true };
const level = { low: 0.8, medium: 0.5, high: 0.2 };

function policy(changes: Partial<PolicyInput> = {}): PolicyInput {
  return {
    schemaVersion: 1,
    name: 'small',
    models: [
      { id: 'a/one', tier: 'low', clearedRisk: 'high', price, abilities },
      { id: 'b/two', tier: 'high', clearedRisk: 'high', price, abilities },
    ],
    pools: { all: { models: ['a/one', 'b/two'] } },
    rules: [{ when: {}, pool: 'all' }],
    lastResort: 'b/two',
    qualityPrior: { low: level, medium: level, high: level },
    expectedOutputTokens: { low: 100, medium: 200, high: 300 },
    ...changes,
  };
}

describe('a policy', () => {
  it('is taken as an object or as a file', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'pointsman-')), 'policy.json');
    writeFileSync(file, JSON.stringify(policy()));
    for (const given of [policy(), file]) expect((await createRouter({ policy: given }).route('hello')).pools).toEqual(['all']);
  });

  it('F-73: unknown model, duplicate id, label without a pool, typos: all are listed, each with its path', () => {
    const error = errorOf({
      policy: policy({
        models: [
          { id: 'a/one', tier: 'low', clearedRisk: 'high', price, abilities },
          { id: 'a/one', tier: 'low', clearedRisk: 'high', price, abilities },
          { id: 'x/unheard-of', tier: 'low' },
        ],
        pools: { all: { models: ['a/one', 'b/gone', 'a/one'] } },
        rules: [{ when: { label: { complexity: ['lowest'], colour: ['red'] } }, pool: 'al' }],
        whenUnsure: { risk: 'huge' },
        lastResort: 'b/gone',
      }),
    });
    expect(error.code).toBe('policy.invalid');
    for (const path of [
      'models.1.id',
      'models.2.id',
      'pools.all.models.1',
      'pools.all.models.2',
      'rules.0.pool',
      'rules.0.when.label.complexity',
      'rules.0.when.label.colour',
      'rules:',
      'whenUnsure.risk',
      'lastResort',
    ])
      expect(error.message).toContain(path);
  });

  it('F-73: an unknown key is an error', () => {
    expect(errorOf({ policy: { ...policy(), fallbaks: [] } as PolicyInput }).message).toContain('fallbaks');
    expect(errorOf({ policy: policy({ rules: [{ when: { langauge: ['de'] } as never, pool: 'all' }] }) }).message).toContain(
      'rules.0.when',
    );
  });

  it('F-74: a missing price is an error where a budget covers the model, and an unknown cost where none does', async () => {
    const unpriced = policy({
      models: [{ id: 'b/two', tier: 'high', clearedRisk: 'high', price: { input: null, output: null }, abilities }],
      pools: { all: { models: ['b/two'] } },
    });
    const error = errorOf({ policy: { ...unpriced, budgets: [{ scope: 'global', usd: 1 }] } });
    expect([error.code, error.message.includes('b/two')]).toEqual(['policy.invalid', true]);
    const route = await createRouter({ policy: unpriced }).route('hello');
    expect(route.kind === 'chosen' && route.estimate.usd).toBe(null);
  });

  it('F-75: a price that is no price is an error', () => {
    for (const input of [-1, '0,5' as never, 5_000])
      expect(
        errorOf({
          policy: policy({
            models: [{ id: 'b/two', tier: 'high', price: { input, output: 1 }, abilities }],
            pools: { all: { models: ['b/two'] } },
          }),
        }).message,
      ).toContain('models.0.price');
  });

  it('F-80: a file that is missing or no JSON is named', () => {
    expect(errorOf({ policy: '/nowhere/policy.json' })).toMatchObject({ code: 'input.not-found', where: '/nowhere/policy.json' });
    const file = join(mkdtempSync(join(tmpdir(), 'pointsman-')), 'policy.json');
    writeFileSync(file, '{"schemaVersion": 1,');
    expect(errorOf({ policy: file })).toMatchObject({ code: 'input.unreadable', where: file });
  });
});

describe('a taxonomy', () => {
  it.each([
    [{ a: 1 }],
    [{ a: null }],
    [{ a: { question: '?', ordered: false, reads: 'view', values: ['x', 'y'] } }],
    [{ a: { values: { x: {} } } }],
    [{}],
  ])('that is none is an error that shows a good one: %j', (taxonomy) => {
    const error = errorOf({ taxonomy } as unknown as RouterOptions);
    expect([error.code, error.advice]).toEqual(['taxonomy.invalid', expect.stringContaining('defaultTaxonomy')]);
  });
});

describe('weights', () => {
  it('that are missing, cut or something else are an error that names the file', () => {
    expect(errorOf({ weights: '/nowhere/weights.bin' }).code).toBe('input.not-found');
    expect(errorOf({ weights: packageFile('package.json') })).toMatchObject({
      code: 'weights.invalid',
      where: expect.stringContaining('package.json'),
      message: expect.stringContaining('package.json'),
    });
  });
});
