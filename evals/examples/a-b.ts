import { createRouter, memoryRecorder } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** Two arms by a stable hash of the user, and a shadow policy that decides without acting. */
export async function example() {
  const recorder = memoryRecorder();
  const experiment = {
    name: 'strong-for-all',
    arms: [
      { name: 'control', weight: 1 },
      { name: 'strong', weight: 1, model: 'cloud/strong' },
    ],
  };
  const shadow = { name: 'cheapest', policy: twoModels({ rules: [{ when: {}, pool: 'small' }] }) };
  await using router = createRouter({ policy: twoModels(), providers: twoFakes(), recorder, experiment, shadow });
  for (let user = 0; user < 20; user++) await router.complete('Hello there.', { user: `user-${user}` });
  const arms = recorder.records.map((record) => record.experiment?.arm);
  return {
    control: arms.filter((arm) => arm === 'control').length,
    strong: arms.filter((arm) => arm === 'strong').length,
    shadow: recorder.records[0]?.shadow?.model,
  };
}

await ifStarted(import.meta.url, example);
