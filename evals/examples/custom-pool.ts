import { createRouter } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** A pool of your own: two models, the strong one for whatever is not surely simple. */
export async function example() {
  await using router = createRouter({ policy: twoModels(), providers: twoFakes() });
  const easy = await router.route('What is 2 + 2?');
  const forced = await router.route('What is 2 + 2?', { pool: 'strong' });
  return { easy: easy.kind === 'chosen' ? easy.fallbacks : [], forced: forced.kind === 'chosen' ? forced.model : null };
}

await ifStarted(import.meta.url, example);
