import { createRouter } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** An endpoint that answers every question for a label, in place of a real one. */
const labels = { complexity: { low: 0.9, medium: 0.08, high: 0.02 }, domain: { general: 1 }, risk: { low: 1, medium: 0, high: 0 } };
const fetch: typeof globalThis.fetch = async () => {
  const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: JSON.stringify(labels) } };
  return Response.json({ id: '1', model: 'label', choices: [choice], usage: { prompt_tokens: 300, completion_tokens: 20 } });
};

/** The embedded model first; a language model only where it is in doubt. */
export async function example() {
  const llm = { model: 'local/label', baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'any-key' };
  await using router = createRouter({
    policy: twoModels(),
    providers: twoFakes(),
    classifier: 'cascade',
    cascade: { atLeast: 0.99 },
    llm,
    fetch,
  });
  const { route } = await router.complete('Could you have a look at the thing from yesterday?');
  return { classifier: route.source.classifier, answered: true };
}

await ifStarted(import.meta.url, example);
