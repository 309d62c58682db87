import { createRouter } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** User tiers: a model reserved for those who pay for it. */
export async function example() {
  const policy = twoModels({ rules: [{ when: {}, pool: 'both' }], objective: 'best' });
  const models = policy.models.map((model) => (model.id === 'cloud/strong' ? { ...model, userTiers: ['pro'] } : model));
  await using router = createRouter({ policy: { ...policy, models }, providers: twoFakes() });
  const of = async (userTier: string) => (await router.complete('Prove Fermat’s little theorem.', { userTier })).record.executed?.model;
  return { free: await of('free'), pro: await of('pro') };
}

await ifStarted(import.meta.url, example);
