import { z } from 'zod';
import type { Classifier, Clock, Recorder } from '../core/contracts.ts';
import { type DefaultTaxonomy, defaultTaxonomy } from '../core/default-taxonomy.ts';
import type { PolicyInput } from '../core/policy.ts';
import type { Examples, Taxonomy } from '../core/taxonomy.ts';
import { checkJson } from './files.ts';
import { runOptions } from './run-schema.ts';
import { SemanticSettings } from './semantic-schema.ts';

/** The classifiers that can be named; any object with `name` and `classify` will do as well. */
export const CLASSIFIER_NAMES = ['embedded', 'rules', 'llm', 'cascade', 'semantic', 'majority', 'random', 'length', 'keywords'] as const;
export type ClassifierName = (typeof CLASSIFIER_NAMES)[number];

const milliseconds = z.int().min(1).max(600_000);
const probability = z.number().min(0).max(1);
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const isFunction = (value: unknown): boolean => typeof value === 'function';
const has = (value: unknown, ...methods: string[]): boolean =>
  isObject(value) && methods.every((method) => isFunction((value as Record<string, unknown>)[method]));

/** The model that labels requests when `llm` or `cascade` is named. */
export const LlmOptions = z.strictObject({
  /** `provider/name` of the catalogue, or any name the endpoint knows. Default: `POINTSMAN_MODEL`, else `openai/gpt-4.1-nano`. */
  model: z.string().min(1).max(256).optional(),
  /** Any OpenAI-compatible endpoint. Default: `OPENAI_BASE_URL`, else OpenAI's. */
  baseUrl: z.url({ protocol: /^https?$/, error: 'expected an http(s) address' }).optional(),
  /** Default: what `keyVariable` holds. */
  apiKey: z.string().optional(),
  /** Environment variable that holds the key. Default: that of the provider, `OPENAI_API_KEY` for an address of your own. */
  keyVariable: z.string().min(1).optional(),
  /** Hard deadline of the one call, milliseconds. */
  deadlineMs: milliseconds.default(2_500),
  /** Answers asked for at once, whose agreement is the confidence; each costs as much as one. One answer has its token log-probabilities. */
  samples: z.int().min(1).max(20).default(1),
  /** Path of a file that `pointsman calibrate` wrote; what it holds of other models or prompts counts for nothing. */
  calibration: z.string().min(1).optional(),
});

/** When the cascade asks its second opinion. */
export const CascadeOptions = z.strictObject({
  /** Axes less sure than this send the request on, 0..1: one figure, or one per axis (`pointsman fit --band` chooses them); an axis left out is believed. */
  atLeast: z.union([probability, z.record(z.string(), probability)]).default(0.7),
  /** Time for the whole cascade, milliseconds; whatever is known by then is the answer. */
  deadlineMs: milliseconds.default(2_500),
});

export const CacheOptions = z.strictObject({
  /** Most memory the labels kept may take, bytes, estimated; the least recently used are dropped first. */
  maxBytes: z.int().min(1).default(16_000_000),
});

/** Every construction option and its default, once. Options of a single call are another type: `RouteOverrides`. */
export const Options = z.strictObject({
  /** The axes. Replace one or add one, and the label's type follows. */
  taxonomy: z.custom<Taxonomy>(isObject, 'expected a taxonomy, see `defineTaxonomy`').default(() => defaultTaxonomy),
  /** A name or a `Classifier` of your own. `llm`, `cascade` and `semantic` spend money and run only when named here. */
  classifier: z
    .union([z.enum(CLASSIFIER_NAMES), z.custom<Classifier<Taxonomy>>((value) => has(value, 'classify'))], {
      error: `expected ${CLASSIFIER_NAMES.join(', ')}, or an object with \`name\` and \`classify\``,
    })
    .default('embedded'),
  /** A policy or the path of one. Default: the shipped policy. */
  policy: z
    .union([z.string().min(1), z.custom<PolicyInput>(isObject)], { error: 'expected a policy object or the path of a policy file' })
    .optional(),
  /** Path of a price and ability catalogue in the shape of `datasets/models.json`. Default: the shipped one. */
  catalogue: z.string().min(1).optional(),
  /** Path of weights for `embedded`, as `pointsman train` writes them. Default: the shipped ones. */
  weights: z.string().min(1).optional(),
  /** Longest time any classifier may take, milliseconds; then the label is unsure. */
  classifyTimeoutMs: milliseconds.default(3_000),
  /** Keep labels of texts already seen. */
  cached: z.union([z.boolean(), CacheOptions], { error: 'expected true, false or `{ maxBytes }`' }).default(false),
  llm: LlmOptions.prefault({}),
  cascade: CascadeOptions.prefault({}),
  semantic: SemanticSettings.prefault({}),
  /** Tags of your application, as `{ '#hard': { complexity: 'high' } }`: a latest turn with a line that begins or ends with one gets these values; on ordered axes only upwards. */
  tags: z.record(z.string().min(1), z.record(z.string(), z.string())).default({}),
  /** Path of the prompt that `llm` sends. Default: the shipped `prompts/classify.md`. */
  prompt: z.string().min(1).optional(),
  /** Path of labelled rows (CSV) the baselines take shares and hit rates from. Default: the shipped training rows. */
  trainingRows: z.string().min(1).optional(),
  /** Seed of the `random` baseline. */
  seed: z.int().default(1),
  /** Where one line per routed request goes. Default: nowhere. */
  recorder: z.custom<Recorder>((value) => has(value, 'record', 'close'), 'expected an object with `record` and `close`').optional(),
  /** Whether records hold the text itself; its hash is always there. */
  recordText: z.boolean().default(false),
  /** Where keys and addresses are read from. Default: `process.env`. */
  env: z.custom<Readonly<Record<string, string | undefined>>>(isObject, 'expected an object of variables').optional(),
  /** Default: the global `fetch`. */
  fetch: z.custom<typeof globalThis.fetch>(isFunction, 'expected a function').optional(),
  /** Default: the machine's clock. */
  clock: z.custom<Clock>((value) => has(value, 'now', 'monotonic'), 'expected an object with `now` and `monotonic`').optional(),
  ...runOptions,
});

/** Options with every default filled in. */
export type ReadyOptions = z.output<typeof Options>;

/** What `createRouter` accepts. */
export type RouterOptions<T extends Taxonomy = DefaultTaxonomy> = Omit<z.input<typeof Options>, 'taxonomy' | 'classifier' | 'semantic'> & {
  /** The axes of the label. @default defaultTaxonomy */
  taxonomy?: T | undefined;
  /** @default 'embedded' */
  classifier?: ClassifierName | Classifier<T> | undefined;
  /** What classifier `semantic` learns from and asks. */
  semantic?: (Omit<z.input<typeof SemanticSettings>, 'examples'> & { examples?: Examples<NoInfer<T>> | undefined }) | undefined;
};

/**
 * Options with defaults filled in.
 *
 * @throws RouterError `options.invalid` listing every problem with its path
 */
export function readOptions(options: unknown): ReadyOptions {
  return checkJson(options, Options, 'options', 'options.invalid');
}
