import type { Model } from '../../src/core/models.ts';

/** A model at $1 per million tokens in and $2 out that can do everything, unless told otherwise. */
export function model(id: string, extra: Partial<Model> = {}): Model {
  const slash = id.indexOf('/');
  return {
    id,
    tier: 'low',
    clearedRisk: 'high',
    regions: [],
    languages: [],
    userTiers: [],
    cancelStopsBilling: true,
    provider: id.slice(0, slash),
    wireName: id.slice(slash + 1),
    price: { input: 1, output: 2, cachedInput: null, reasoning: null },
    abilities: { tools: true, images: true, audio: true, files: true, structuredOutput: true, reasoning: false },
    contextTokens: 100_000,
    maxOutputTokens: 10_000,
    ...extra,
  };
}
