import { type Classifier, createRouter, defaultTaxonomy, localSource, unsureLabel } from '../../src/index.ts';
import { ifStarted, twoFakes, twoModels } from './stage.ts';

/** Labels kept: the same text is classified once. */
export async function example() {
  let asked = 0;
  const dear: Classifier = {
    name: 'dear',
    classify: async () => {
      asked += 1;
      return { label: unsureLabel(defaultTaxonomy, 'low-confidence'), source: localSource('dear') };
    },
  };
  await using router = createRouter({ policy: twoModels(), providers: twoFakes(), classifier: dear, cached: true });
  for (let request = 0; request < 5; request++) await router.complete('The same question as ever.');
  return { requests: 5, classified: asked };
}

await ifStarted(import.meta.url, example);
