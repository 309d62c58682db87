import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { EmbeddedAxis } from '../classify/embedded/weights.ts';
import { withRiskFloor } from '../classify/raise.ts';
import { rulesClassifier } from '../classify/rules.ts';
import { spaceOf } from '../classify/semantic/embed.ts';
import type { Tape } from '../classify/tape.ts';
import { canonicalJson } from '../core/canonical.ts';
import type { Classifier, Provider } from '../core/contracts.ts';
import { type LlmCalibration, LlmCalibrations } from '../core/llm-calibration.ts';
import { axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import { PRESETS } from '../providers/presets.ts';
import { type Endpoint, readEndpoint, readKey } from './endpoint.ts';
import { contentHash, packageFile, readBytesFile, readJsonFile, readTextFile } from './files.ts';
import { ownClassifier } from './own-classifier.ts';
import { loadCatalogue } from './policy.ts';
import { type ClassifierName, type ReadyOptions, type RouterOptions, readOptions } from './schema.ts';
import type { Environment } from './secrets.ts';
import { semanticPlan } from './semantic-build.ts';
import { embeddedFrom, WEIGHTS_FILE } from './weights-build.ts';

const PROMPT_FILE = 'prompts/classify.md';

/** The model that `llm` and `cascade` would ask, whether or not its key is there. */
export function labellingEndpoint<T extends Taxonomy>(given: RouterOptions<T>): Endpoint {
  return endpointOf(readOptions(given));
}

const environment = (options: ReadyOptions): Environment => options.env ?? process.env;

/**
 * The classifier an options object names, remembering labels where `cached` says so.
 *
 * @param tape answers of a model given before; with it a key is looked for when somebody is asked, not before
 * @throws RouterError `weights.invalid`, `taxonomy.invalid`, `options.invalid` or `provider.missing-key`
 */
export function buildClassifier(options: ReadyOptions, tape?: Tape): Classifier<Taxonomy> {
  const { classifier, cached } = options;
  const built = typeof classifier === 'string' ? namedClassifier(classifier, options, tape) : ownClassifier(classifier, options.taxonomy);
  if (cached === false) return built;
  const limits = cached === true ? {} : { maxBytes: cached.maxBytes };
  return lazily(built.name, async () => {
    const { cachedClassifier } = await import('../classify/cached.ts');
    return cachedClassifier(built, { version: versionOf(options), hash: (text) => contentHash(text, 64), ...limits });
  });
}

function namedClassifier(name: ClassifierName, options: ReadyOptions, tape?: Tape): Classifier<Taxonomy> {
  switch (name) {
    case 'embedded':
      return embedded(options);
    case 'rules':
      return rules(options);
    case 'llm':
      return withRiskFloor(rules(options), llm(options, tape), options.taxonomy);
    case 'cascade':
      return escalating(options, tape);
    case 'semantic':
      return semantic(options);
    case 'majority':
    case 'length':
    case 'keywords':
      return lazily(name, () => baseline(name, options));
    case 'random':
      return lazily(name, async () => (await import('../classify/baselines/random.ts')).randomBaseline(options.taxonomy, options.seed));
  }
}

const rules = ({ taxonomy, tags }: ReadyOptions) => rulesClassifier(taxonomy, { tags });

/** Patterns and structure alone. */
export const rulesAlone = rules;

/** `embedded` as it would be without the floor under its risk, for measuring what the floor does. */
export function withoutFloor(options: ReadyOptions, others: ReadonlySet<string> = new Set()): Classifier<Taxonomy> {
  const { weights, taxonomy } = options;
  return embeddedFrom(weights, taxonomy, (axis) => !others.has(axis.axis) || sharesAxis(axis, taxonomy));
}

/** @param others axes that somebody else scores; those that only rise are scored here too, where the weights know their values */
const embedded = (options: ReadyOptions, others?: ReadonlySet<string>): Classifier<Taxonomy> =>
  withRiskFloor(rules(options), withoutFloor(options, others), options.taxonomy);

function sharesAxis({ axis, reads, values }: EmbeddedAxis, taxonomy: Taxonomy): boolean {
  const definition = taxonomy[axis];
  return reads === 'segments' && definition !== undefined && axisValues(definition).join() === values.join();
}

/** The local half of a classifier that asks an endpoint: what it says by itself, at no cost. */
export function localHalf(options: ReadyOptions): Classifier<Taxonomy> {
  return embedded(options, options.classifier === 'semantic' ? semanticPlan(options, environment(options)).axes : undefined);
}

/** Axes with examples by likeness, the others as `embedded` has them; risk is the higher of both. */
function semantic(options: ReadyOptions): Classifier<Taxonomy> {
  const { taxonomy } = options;
  const plan = semanticPlan(options, environment(options));
  const first = embedded(options, plan.axes);
  const { cacheFolder, deadlineMs, embedder: _, ...settings } = plan.settings;
  const both = lazily('embedded>semantic', async () => {
    const [{ cascade }, { semanticClassifier }, { vectorFiles }] = await Promise.all([
      import('../classify/cascade.ts'),
      import('../classify/semantic.ts'),
      import('../state/vector-files.ts'),
    ]);
    const { usdPerMillionTokens } = plan;
    const store = cacheFolder === null ? null : vectorFiles(cacheFolder);
    const timeout = AbortSignal.timeout;
    const embedder = await plan.loadEmbedder();
    const second = semanticClassifier({ ...settings, taxonomy, embedder, store, timeout, usdPerMillionTokens });
    const atLeast = Object.fromEntries([...plan.axes].map((axis) => [axis, 1]));
    return cascade({ taxonomy, first, second, atLeast, deadlineMs, timeout, breaker: breakerOf(options) });
  });
  return withRiskFloor(rules(options), both, taxonomy);
}

/** The key is checked now, unless answers are on a tape; the client is loaded with the first request. */
function llm(options: ReadyOptions, tape?: Tape): Classifier<Taxonomy> {
  const { taxonomy } = options;
  const endpoint = endpointOf(options);
  const readOwnKey = () => readKey(options.llm.apiKey, endpoint, environment(options));
  if (tape === undefined) readOwnKey();
  const calibrations = calibrationsOf(options);
  return lazily('llm', async () => {
    const [{ llmClassifier }, { loadPrompt }, { openaiProvider }] = await Promise.all([
      import('../classify/llm.ts'),
      import('../prompts/load.ts'),
      import('../providers/openai.ts'),
    ]);
    const { provider: name, model, baseUrl, keyName, price } = endpoint;
    const provider = whenAsked(name, () => openaiProvider({ name, baseUrl, keyName, apiKey: readOwnKey(), fetch: options.fetch }));
    const prompt = await loadPrompt(options.prompt ?? packageFile(PROMPT_FILE));
    const newBoundary = () => randomBytes(16).toString('hex');
    const { deadlineMs, samples } = options.llm;
    const asked = { taxonomy, provider, model, prompt, newBoundary, timeout: AbortSignal.timeout, deadlineMs, price };
    return llmClassifier({ ...asked, samples, calibrations, ...(tape === undefined ? {} : { tape }) });
  });
}

/** A provider that is made by its first call. */
function whenAsked(name: string, make: () => Provider): Provider {
  let made: Provider | undefined;
  return {
    name,
    async complete(call) {
      made ??= make();
      return made.complete(call);
    },
  };
}

/** Read at once, so that a bad file is told before the first request. */
export function calibrationsOf({
  llm: { calibration },
  taxonomy,
}: {
  llm: Pick<ReadyOptions['llm'], 'calibration'>;
  taxonomy: Taxonomy;
}): readonly LlmCalibration[] {
  if (calibration === undefined) return [];
  const { calibrations } = readJsonFile(calibration, LlmCalibrations, 'options.invalid').value;
  const axes = new Set(axesOf(taxonomy).map(([axis]) => axis as string));
  return calibrations.filter((each) => Object.keys(each.axes).every((axis) => axes.has(axis)));
}

function escalating(options: ReadyOptions, tape?: Tape): Classifier<Taxonomy> {
  const { taxonomy } = options;
  const { atLeast, deadlineMs } = options.cascade;
  const [first, second] = [embedded(options), llm(options, tape)];
  return lazily(`${first.name}>${second.name}`, async () => {
    const { cascade } = await import('../classify/cascade.ts');
    return cascade({ taxonomy, first, second, atLeast, deadlineMs, timeout: AbortSignal.timeout, breaker: breakerOf(options) });
  });
}

const breakerOf = ({ clock }: ReadyOptions) => ({ monotonic: clock?.monotonic ?? (() => performance.now()) });

function endpointOf(options: ReadyOptions): Endpoint {
  const catalogue = options.catalogue === undefined ? loadCatalogue() : loadCatalogue(options.catalogue);
  return readEndpoint(options.llm, environment(options), catalogue, PRESETS);
}

async function baseline(name: 'majority' | 'length' | 'keywords', { taxonomy, trainingRows }: ReadyOptions): Promise<Classifier<Taxonomy>> {
  const [{ priorOf }, { labelledRows }] = await Promise.all([import('../classify/baselines/prior.ts'), import('./labelled.ts')]);
  const rows = await labelledRows(taxonomy, trainingRows);
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
function versionOf(options: ReadyOptions): string {
  const { taxonomy, tags, seed, cascade: limits, llm, weights, prompt } = options;
  const { apiKey: _, ...asked } = llm;
  const { embedder, ...likeness } = options.semantic;
  const space = 'embed' in embedder ? spaceOf(embedder) : { ...embedder, apiKey: undefined };
  const fitted = llm.calibration === undefined ? [] : [readTextFile(llm.calibration)];
  const files = [...fitted, readBytesFile(weights ?? packageFile(WEIGHTS_FILE)), readTextFile(prompt ?? packageFile(PROMPT_FILE))];
  const hashes = files.map((file) => contentHash(file));
  return contentHash(canonicalJson({ taxonomy, tags, seed, limits, asked, likeness, space, files: hashes }));
}
