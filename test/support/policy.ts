import type { PolicyInput } from '../../src/core/policy.ts';

type ModelInput = PolicyInput['models'][number];

/** A policy with one pool of the named models, in order; all can do everything at $1 in and $2 out per million tokens, unless told otherwise. */
export function policyOf(models: readonly (string | ModelInput)[], extra: Partial<PolicyInput> = {}): PolicyInput {
  const full = models.map((model, at) => ({ ...base(at), ...(typeof model === 'string' ? { id: model } : model) })) as ModelInput[];
  const ids = full.map(({ id }) => id);
  const flat = { low: 0.9, medium: 0.9, high: 0.9 };
  return {
    schemaVersion: 1,
    name: 'test',
    models: full,
    pools: { all: { models: ids } },
    rules: [{ when: {}, pool: 'all' }],
    lastResort: ids[0] ?? '',
    qualityPrior: { low: flat, medium: flat, high: flat },
    expectedOutputTokens: { low: 50, medium: 100, high: 200 },
    ...extra,
  };
}

/** A hair dearer each, so that the order of the list is the order of preference. */
const base = (at: number): Omit<ModelInput, 'id'> => ({
  tier: 'low',
  clearedRisk: 'high',
  price: { input: 1 + at / 1_000, output: 2 + at / 1_000 },
  abilities: { tools: true, images: true, audio: true, files: true, structuredOutput: true },
  contextTokens: 100_000,
  maxOutputTokens: 10_000,
});
