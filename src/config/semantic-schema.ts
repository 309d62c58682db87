import { z } from 'zod';
import type { Embedder } from '../core/contracts.ts';
import type { Examples } from '../core/taxonomy.ts';

const milliseconds = z.int().min(1).max(600_000);

/** The embedding model behind `semantic`, at any OpenAI-compatible endpoint. */
export const EmbedderSettings = z.strictObject({
  /** `provider/name`, or any name the endpoint knows. Default: `POINTSMAN_EMBEDDING_MODEL`, else `openai/text-embedding-3-small`. */
  model: z.string().min(1).max(256).optional(),
  /** Any OpenAI-compatible endpoint. Default: `OPENAI_BASE_URL`, else OpenAI's. */
  baseUrl: z.url({ protocol: /^https?$/, error: 'expected an http(s) address' }).optional(),
  /** Default: what `keyVariable` holds. */
  apiKey: z.string().optional(),
  /** Environment variable that holds the key. Default: that of the provider, `OPENAI_API_KEY` for an address of your own. */
  keyVariable: z.string().min(1).optional(),
  /** Length of the vectors to ask for, where the model can shorten them. Default: the model's own. */
  dimensions: z.int().min(1).max(1_000_000).optional(),
  /** Most texts of one call. */
  batch: z.int().min(1).max(1_024).default(128),
  /** List price, dollars. Default: the catalogue's. */
  usdPerMillionTokens: z.number().min(0).optional(),
});

const ExamplesShape = z.record(z.string(), z.record(z.string(), z.array(z.string()).optional()).optional());
const isEmbedder = (value: unknown): boolean => typeof (value as { embed?: unknown } | null)?.embed === 'function';

/** What `semantic` learns from and asks. */
export const SemanticSettings = z.strictObject({
  /** About ten texts for each value of the axes to score, by axis and value; `loadExamples` reads them from a file. The other axes are scored as by `embedded`. */
  examples: z
    .custom<Examples>(
      (value) => ExamplesShape.safeParse(value).success,
      'expected texts by axis and value, such as `{ domain: { law: [text, …] } }`',
    )
    .default({}),
  /** Settings of an endpoint, or an `Embedder` of your own. */
  embedder: z
    .union([z.custom<Embedder>(isEmbedder), EmbedderSettings], { error: 'expected settings of an endpoint, or an object with `embed`' })
    .prefault({}),
  /** `centroid` compares with the mean of each value's examples, `neighbours` with the most alike ones. */
  method: z.enum(['centroid', 'neighbours']).default('centroid'),
  /** Examples of each value that `neighbours` looks at. */
  neighbours: z.int().min(1).default(3),
  /** An axis less confident than this is unsure, 0..1. */
  unsureBelow: z.number().min(0).max(1).default(0.5),
  /** An axis is unsure, too, for a text less alike than this to every value, −1 (never) to 1; what is alike depends on the embedding model. */
  minSimilarity: z.number().min(-1).max(1).default(-1),
  /** Folder in which vectors of examples are kept by content, so that a restart costs nothing; null keeps none. */
  cacheFolder: z.string().min(1).nullable().default('.pointsman/cache/embeddings'),
  /** Keep vectors of requests there as well: for evaluations. They grow with the traffic, and a vector tells much of its text. */
  keepRequests: z.boolean().default(false),
  /** Time for one label, milliseconds; whatever is known by then is the answer. */
  deadlineMs: milliseconds.default(2_500),
  /** Time to embed the examples, milliseconds; requests wait for it under their own deadlines. */
  prepareMs: milliseconds.default(60_000),
});
export type SemanticSettings = z.output<typeof SemanticSettings>;
export type EmbedderSettings = z.output<typeof EmbedderSettings>;
