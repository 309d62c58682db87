import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/config/policy.ts';
import { defaultTaxonomy } from '../../../src/core/default-taxonomy.ts';
import { lintPolicy } from '../../../src/eval/doctor/policy.ts';
import { policyOf } from '../helpers.ts';

const abilities = { tools: true, images: true, structuredOutput: true };
const model = (
  id: string,
  input: number | null,
  output: number | null,
  tier: 'low' | 'medium' | 'high' = 'low',
  clearedRisk: 'medium' | 'high' = 'high',
) => ({ id, tier, clearedRisk, price: { input, output }, abilities }) as never;
const lint = (change: Parameters<typeof policyOf>[0], taxonomy = defaultTaxonomy) =>
  Object.fromEntries(lintPolicy(policyOf(change), taxonomy, 'p.json').map(({ code, examples }) => [code, examples]));

const five = ['a/1', 'a/2', 'b/3', 'b/4', 'c/5'];
const sound = {
  models: five.map((id, index) => model(id, index + 0.1, index + 1)),
  pools: { all: { models: five } },
  rules: [{ when: {}, pool: 'all' }],
  lastResort: 'a/1',
} as never;

describe('the lint of a policy', () => {
  it('finds nothing in a sound one but that nothing was measured', () => {
    expect(Object.keys(lint(sound))).toEqual(['no-outcomes']);
    expect(
      lintPolicy(loadPolicy(undefined, defaultTaxonomy), defaultTaxonomy, 'shipped').filter(({ severity }) => severity !== 'note'),
    ).toEqual([]);
  });

  it('tells pools too small or too large, and pools without a cheap model', () => {
    const models = [...five, 'c/6'].map((id, index) => model(id, index < 3 ? 1 : 10, index < 3 ? 1 : 10));
    const pools = { one: { models: ['a/1'] }, six: { models: [...five, 'c/6'] }, dear: { models: ['b/4', 'c/5', 'c/6'] } };
    const found = lint({ ...(sound as object), models, pools, rules: [{ when: {}, pool: 'six' }] } as never);
    expect(found['pool-size']).toEqual(['one has 1', 'six has 6']);
    expect(found['no-cheap-model']).toEqual(['dear']);
    expect(found['unreached-pool']).toEqual(['one', 'dear']);
  });

  it('tells unknown and free prices, models in no pool, and one provider for all', () => {
    const models = [model('a/1', null, 1), model('a/2', 0, 0), model('a/3', 1, 1), model('a/4', 1, 1)];
    const found = lint({ ...(sound as object), models, pools: { all: { models: ['a/1', 'a/2', 'a/3'] } } } as never);
    expect(found).toMatchObject({ 'price-unknown': ['a/1'], 'zero-price': ['a/2'], 'idle-model': ['a/4'], 'one-provider': ['a'] });
  });

  it('tells that nobody is cleared for the highest risk, where there is such an axis', () => {
    const models = five.map((id, index) => model(id, index + 0.1, index + 1, 'low', 'medium'));
    expect(lint({ ...(sound as object), models } as never)).toHaveProperty('nobody-cleared');
    const { risk: _, ...others } = defaultTaxonomy;
    expect(lint({ ...(sound as object), models } as never, others as never)).not.toHaveProperty('nobody-cleared');
  });

  it('tells doubt that goes down, and priors that fall', () => {
    const qualityPrior = {
      low: { low: 0.9, medium: 0.9, high: 0.1 },
      medium: { low: 0.9, medium: 0.5, high: 0.4 },
      high: { low: 0.97, medium: 0.93, high: 0.9 },
    };
    const found = lint({ ...(sound as object), whenUnsure: { complexity: 'low' }, qualityPrior } as never);
    expect(found).toMatchObject({ 'doubt-goes-down': ['complexity: low'], 'prior-falls': ['medium is worse than low on medium requests'] });
  });
});
