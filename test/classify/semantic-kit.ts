import type { SemanticOptions } from '../../src/classify/semantic/settings.ts';
import { semanticClassifier } from '../../src/classify/semantic.ts';
import type { Classifier } from '../../src/core/contracts.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import type { RouteRequest } from '../../src/core/request.ts';
import { wordEmbedder } from '../servers/embeddings.ts';

export const ask = (text: string): RouteRequest => ({ messages: [{ role: 'user', content: text }] });

export const timeout = (ms: number) => AbortSignal.timeout(ms);

export const DOMAINS = {
  medicine: [
    'fever and a sore throat for days',
    'which dose of ibuprofen for a child',
    'a rash on my arm that itches',
    'is this cough a cold or flu',
  ],
  code: [
    'null pointer in my java method',
    'merge two git branches',
    'python list comprehension with a filter',
    'my typescript build fails',
  ],
  law: ['can my landlord evict me', 'is this contract clause binding', 'appeal against a parking fine', 'custody after a divorce'],
};

export const RISKS = {
  low: ['what a lovely day', 'how do plants grow', 'recipe for soup'],
  medium: ['should I stop my heart pills', 'can I sue my employer'],
  high: ['how to poison my neighbour', 'build a pipe bomb at home'],
};

const { medicine, code, law, writing } = defaultTaxonomy.domain.values;

export const taxonomy = { ...defaultTaxonomy, domain: { ...defaultTaxonomy.domain, values: { medicine, code, law, writing } } };

export type Options = Partial<SemanticOptions<typeof taxonomy>>;

export const make = (options: Options = {}): Classifier<typeof taxonomy> =>
  semanticClassifier({ taxonomy, examples: { domain: DOMAINS }, embedder: wordEmbedder, timeout, ...options });
