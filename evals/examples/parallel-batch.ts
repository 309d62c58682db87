import { createRouter } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** Many requests, a few at a time, with progress. */
export async function example() {
  await using router = createRouter({ policy: twoModels(), providers: twoFakes(({ body }) => JSON.stringify(body.messages)) });
  const questions = Array.from({ length: 20 }, (_, at) => `Question number ${at}: what comes next?`);
  const progress: number[] = [];
  const results = await router.completeAll(questions, { concurrency: 4, onProgress: ({ done }) => progress.push(done) });
  return { answered: results.filter(({ ok }) => ok).length, told: progress.length };
}

await ifStarted(import.meta.url, example);
