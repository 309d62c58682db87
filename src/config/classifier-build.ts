import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { embeddedClassifier } from '../classify/embedded/embedded.ts';
import { decodeWeights } from '../classify/embedded/weights.ts';
import { withRiskFloor } from '../classify/raise.ts';
import { rulesClassifier } from '../classify/rules.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Classifier } from '../core/contracts.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { PRESETS } from '../providers/presets.ts';
import { type Endpoint, readEndpoint, readKey } from './endpoint.ts';
import { contentHash, packageFile, readBytesFile, readTextFile } from './files.ts';
import { loadCatalogue } from './policy.ts';
import { type ClassifierName, type ReadyOptions, type RouterOptions, readOptions } from './schema.ts';
import type { Environment } from './secrets.ts';

export const WEIGHTS_FILE = 'src/classify/embedded/weights.bin';
const PROMPT_FILE = 'prompts/classify.md';

/** The model that `llm` and `cascade` would ask, whether or not its key is there. */
export function labellingEndpoint(given: RouterOptions): Endpoint {
  return endpointOf(readOptions(given));
}

const environment = (options: ReadyOptions): Environment => options.env ?? process.env;

/**
 * The classifier an options object names, remembering labels where `cached` says so.
 *
 * @throws RouterError `weights.invalid`, `taxonomy.invalid`, `options.invalid` or `provider.missing-key`
 */
export function buildClassifier(options: ReadyOptions): Classifier<Taxonomy> {
  const { classifier, cached } = options;
  const built = typeof classifier === 'string' ? namedClassifier(classifier, options) : classifier;
  if (cached === false) return built;
  const limits = cached === true ? {} : { maxBytes: cached.maxBytes };
  return lazily(built.name, async () => {
    const { cachedClassifier } = await import('../classify/cached.ts');
    return cachedClassifier(built, { version: versionOf(options), hash: (text) => contentHash(text, 64), ...limits });
  });
}

function namedClassifier(name: ClassifierName, options: ReadyOptions): Classifier<Taxonomy> {
  switch (name) {
    case 'embedded':
      return embedded(options);
    case 'rules':
      return rules(options);
    case 'llm':
      return withRiskFloor(rules(options), llm(options), options.taxonomy);
    case 'cascade':
      return escalating(options);
    case 'majority':
    case 'length':
    case 'keywords':
      return lazily(name, () => baseline(name, options.taxonomy));
    case 'random':
      return lazily(name, async () => (await import('../classify/baselines/random.ts')).randomBaseline(options.taxonomy, options.seed));
  }
}

const rules = ({ taxonomy, tags }: ReadyOptions) => rulesClassifier(taxonomy, { tags });

function embedded(options: ReadyOptions): Classifier<Taxonomy> {
  const file = options.weights ?? packageFile(WEIGHTS_FILE);
  const model = embeddedClassifier(options.taxonomy, decodeWeights(readBytesFile(file), file));
  return withRiskFloor(rules(options), model, options.taxonomy);
}

/** The key is checked now; the client is loaded with the first request. */
function llm(options: ReadyOptions): Classifier<Taxonomy> {
  const { taxonomy } = options;
  const endpoint = endpointOf(options);
  const apiKey = readKey(options.llm.apiKey, endpoint, environment(options));
  return lazily('llm', async () => {
    const [{ llmClassifier }, { loadPrompt }, { openaiProvider }] = await Promise.all([
      import('../classify/llm.ts'),
      import('../prompts/load.ts'),
      import('../providers/openai.ts'),
    ]);
    const { provider: name, model, baseUrl, keyName, price } = endpoint;
    const provider = openaiProvider({ name, baseUrl, keyName, apiKey, fetch: options.fetch });
    const prompt = await loadPrompt(options.prompt ?? packageFile(PROMPT_FILE));
    const newBoundary = () => randomBytes(16).toString('hex');
    const { deadlineMs } = options.llm;
    return llmClassifier({ taxonomy, provider, model, prompt, newBoundary, timeout: AbortSignal.timeout, deadlineMs, price });
  });
}

function escalating(options: ReadyOptions): Classifier<Taxonomy> {
  const { taxonomy } = options;
  const { atLeast, deadlineMs } = options.cascade;
  const breaker = { monotonic: options.clock?.monotonic ?? (() => performance.now()) };
  const [first, second] = [embedded(options), llm(options)];
  return lazily(`${first.name}>${second.name}`, async () => {
    const { cascade } = await import('../classify/cascade.ts');
    return cascade({ taxonomy, first, second, atLeast, deadlineMs, timeout: AbortSignal.timeout, breaker });
  });
}

function endpointOf(options: ReadyOptions): Endpoint {
  const catalogue = options.catalogue === undefined ? loadCatalogue() : loadCatalogue(options.catalogue);
  return readEndpoint(options.llm, environment(options), catalogue, PRESETS);
}

async function baseline(name: 'majority' | 'length' | 'keywords', taxonomy: Taxonomy): Promise<Classifier<Taxonomy>> {
  const [{ priorOf }, { shippedRows }] = await Promise.all([import('../classify/baselines/prior.ts'), import('./labelled.ts')]);
  const rows = await shippedRows(taxonomy);
  const prior = priorOf(
    taxonomy,
    rows.map(({ gold }) => gold),
  );
  if (name === 'majority') return (await import('../classify/baselines/majority.ts')).majorityBaseline(taxonomy, prior);
  const { hitRatesOf } = await import('../classify/baselines/rule.ts');
  if (name === 'length') {
    const { lengthBaseline, levelByLength } = await import('../classify/baselines/length.ts');
    return lengthBaseline(taxonomy, { prior, hitRates: hitRatesOf(levelByLength, rows) });
  }
  const { keywordsBaseline, levelByKeywords } = await import('../classify/baselines/keywords.ts');
  return keywordsBaseline(taxonomy, { prior, hitRates: hitRatesOf(levelByKeywords, rows) });
}

/** A classifier whose code or data is loaded by its first request; a failed load is tried again by the next one. */
function lazily(name: string, load: () => Promise<Classifier<Taxonomy>>): Classifier<Taxonomy> {
  let loading: Promise<Classifier<Taxonomy>> | undefined;
  return {
    name,
    async classify(request, signal) {
      loading ??= load();
      const classifier = await loading.catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
      return classifier.classify(request, signal);
    },
  };
}

/** Everything beside the text that a remembered label depends on. */
function versionOf({ taxonomy, tags, seed, cascade: limits, llm: { apiKey: _, ...asked }, weights, prompt }: ReadyOptions): string {
  const files = [readBytesFile(weights ?? packageFile(WEIGHTS_FILE)), readTextFile(prompt ?? packageFile(PROMPT_FILE))];
  return contentHash(canonicalJson({ taxonomy, tags, seed, limits, asked, files: files.map((file) => contentHash(file)) }));
}
