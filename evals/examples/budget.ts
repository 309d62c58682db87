import { createRouter, isRouterError } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** A budget per day: a hard stop, reserved before each call. */
export async function example() {
  await using router = createRouter({ policy: twoModels(), providers: twoFakes(), budget: { dailyUsd: 0.000_1 } });
  const ask = { messages: [{ role: 'user' as const, content: 'Hello there, how are you?' }], max_tokens: 200 };
  const outcomes: string[] = [];
  for (let request = 0; request < 12; request++) {
    outcomes.push(
      await router.complete(ask).then(
        () => 'answered',
        (error: unknown) => (isRouterError(error) ? error.code : 'unexpected'),
      ),
    );
  }
  return { last: outcomes.at(-1), spentUsd: router.stats().spendUsd };
}

await ifStarted(import.meta.url, example);
