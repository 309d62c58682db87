import { createRouter } from '../../src/index.ts';
import { fakeProviders, ifStarted } from './stage.ts';

/** The shipped policy: label, decide, call, answer. */
export async function example() {
  await using router = createRouter({ providers: fakeProviders() });
  const { completion, route } = await router.complete('What is the capital of Peru?');
  return {
    label: route.label.complexity.value,
    model: route.kind === 'chosen' ? route.model : null,
    answer: completion.choices[0]?.message.content,
  };
}

await ifStarted(import.meta.url, example);
