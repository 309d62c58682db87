import { createRouter } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** A conversation keeps its history, its statistics and, while that pays, its model. */
export async function example() {
  await using router = createRouter({ policy: twoModels(), providers: twoFakes() });
  const talk = router.conversation({ id: 'ada-1', system: 'Be brief.' });
  await talk.send('Tell me something about the tides, please.');
  await talk.send('And what has the moon to do with it?');
  const { turns, switches } = talk.stats();
  talk.reset();
  return { turns, switches, keptAfterReset: talk.history.length };
}

await ifStarted(import.meta.url, example);
