import type { Facts } from '../../src/core/facts.ts';
import { type AnyLabel, axisLabel } from '../../src/core/label.ts';
import type { Model } from '../../src/core/models.ts';
import type { Policy, ReadyPolicy } from '../../src/core/policy.ts';

export const facts = (changes: Partial<Facts> = {}): Facts => ({
  language: 'en',
  script: 'latin',
  characters: 40,
  inputTokens: 1_000,
  tools: 0,
  images: 0,
  attachments: 0,
  responseSchema: false,
  codeBlock: false,
  userTurns: 1,
  maxOutputTokens: null,
  choices: 1,
  toolHistory: false,
  afterTool: false,
  ...changes,
});

export const label = (complexity: [number, number, number], risk: [number, number, number] = [1, 0, 0]): AnyLabel => ({
  complexity: axisLabel({ low: complexity[0], medium: complexity[1], high: complexity[2] }),
  risk: axisLabel({ low: risk[0], medium: risk[1], high: risk[2] }),
});

export const sureLow = label([0.9, 0.07, 0.03]);

export function model(id: string, tier: Model['tier'], usd: number | null, changes: Partial<Model> = {}): Model {
  const slash = id.indexOf('/');
  return {
    id,
    tier,
    clearedRisk: 'medium',
    regions: [],
    languages: [],
    userTiers: [],
    cancelStopsBilling: true,
    provider: id.slice(0, slash),
    wireName: id.slice(slash + 1),
    price: { input: usd, output: usd, cachedInput: null, reasoning: null },
    abilities: { tools: true, images: true, audio: true, files: true, structuredOutput: true, reasoning: false },
    contextTokens: 100_000,
    maxOutputTokens: 10_000,
    ...changes,
  };
}

export const MODELS = [
  model('a/small', 'low', 0.1, { clearedRisk: 'low' }),
  model('b/small', 'low', 0.2),
  model('a/middle', 'medium', 1),
  model('b/middle', 'medium', 2, { clearedRisk: 'high' }),
  model('a/large', 'high', 10),
  model('b/large', 'high', 20, { clearedRisk: 'high' }),
];

export function policy(models: readonly Model[] = MODELS, changes: Partial<Policy> = {}): ReadyPolicy {
  const tier = (name: Model['tier']) => models.filter((entry) => entry.tier === name).map((entry) => entry.id);
  return {
    schemaVersion: 1,
    name: 'test',
    description: '',
    pools: {
      low: { description: '', models: tier('low') },
      medium: { description: '', models: tier('medium') },
      high: { description: '', models: tier('high') },
      cleared: { description: '', models: models.filter((entry) => entry.clearedRisk === 'high').map((entry) => entry.id) },
    },
    rules: [
      { when: { label: { risk: ['high'] } }, pool: 'cleared' },
      { when: { label: { complexity: ['low'] } }, pool: 'low' },
      { when: { label: { complexity: ['medium'] } }, pool: 'medium' },
      { when: {}, pool: 'high' },
    ],
    whenUnsure: { complexity: 'high', risk: 'medium' },
    lastResort: 'a/large',
    objective: 'balanced',
    minQuality: 0,
    sureAt: {},
    riskFloor: 'low',
    qualityPrior: {
      low: { low: 0.9, medium: 0.6, high: 0.3 },
      medium: { low: 0.95, medium: 0.85, high: 0.55 },
      high: { low: 0.97, medium: 0.93, high: 0.8 },
    },
    expectedOutputTokens: { low: 100, medium: 400, high: 1_000 },
    budgets: [],
    ...changes,
    models: new Map(models.map((entry) => [entry.id, entry])),
    hash: 'test',
  };
}
