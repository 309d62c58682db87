import { createRouter, fakeProvider, RouterError } from '../../src/index.ts';
import { ifStarted, twoModels } from './stage.ts';

/** A candidate that is down, and the next one that answers. */
export async function example() {
  const down = fakeProvider({
    name: 'local',
    reply: () => new RouterError('provider.failed', 'down for maintenance', { advice: 'wait', retryable: true }),
  });
  const policy = twoModels({ rules: [{ when: {}, pool: 'both' }] });
  await using router = createRouter({
    policy,
    providers: { local: down, cloud: fakeProvider({ name: 'cloud', reply: () => 'strong answer' }) },
  });
  const { record } = await router.complete('Hello there.', { fallback: 'listed', candidates: ['local/small', 'cloud/strong'] });
  return { attempts: record.executed?.attempts.map(({ model, status }) => [model, status]), answered: record.executed?.model };
}

await ifStarted(import.meta.url, example);
