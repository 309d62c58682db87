import { type Alert, createRouter, memoryRecorder } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** Statistics, alerts and feedback. */
export async function example() {
  const alerts: Alert[] = [];
  await using router = createRouter({
    policy: twoModels(),
    providers: twoFakes(),
    recorder: memoryRecorder(),
    compareWith: 'cloud/strong',
    alerts: { dailyUsd: 0.000_001 },
    onAlert: (alert) => alerts.push(alert),
  });
  const { route } = await router.complete('Hello there, how are you?');
  await router.feedback(route.requestId, 1);
  const { answered, saving } = router.stats();
  return { answered, saved: saving, alerts: alerts.map(({ kind }) => kind) };
}

await ifStarted(import.meta.url, example);
