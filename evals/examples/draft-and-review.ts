import { createRouter } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** One model drafts, another reviews. */
export async function example() {
  await using router = createRouter({
    policy: twoModels(),
    providers: twoFakes(
      () => 'A draft with a tpyo.',
      () => 'A draft without a typo.',
    ),
  });
  const draft = await router.complete('Write one sentence.', { pool: 'small' });
  const text = draft.completion.choices[0]?.message.content ?? '';
  const review = await router.complete(`Mend what is wrong in this text, and answer with the text alone:\n\n${text}`, { pool: 'strong' });
  return { draft: text, final: review.completion.choices[0]?.message.content, usd: router.stats().spendUsd };
}

await ifStarted(import.meta.url, example);
