import type { Timeout } from '../../core/abort.ts';
import type { Embedder, VectorStore } from '../../core/contracts.ts';
import { RouterError } from '../../core/errors.ts';
import type { Examples, Taxonomy } from '../../core/taxonomy.ts';
import type { Method } from './prepare.ts';

export type SemanticOptions<T extends Taxonomy> = {
  taxonomy: T;
  /** About ten texts for each value of the axes to score. Axes without any come back `not-scored`. */
  examples: Examples<T>;
  embedder: Embedder;
  timeout: Timeout;
  /** `centroid` compares with the mean of each value's examples, `neighbours` with the most alike ones. @default 'centroid' */
  method?: 'centroid' | 'neighbours' | undefined;
  /** Examples of each value that `neighbours` looks at. Minimum 1. @default 3 */
  neighbours?: number | undefined;
  /** An axis less confident than this is unsure, 0..1. @default 0.5 */
  unsureBelow?: number | undefined;
  /** An axis is unsure, too, for a text less alike than this to every value, −1..1. It depends on the embedding model. @default -1, never */
  minSimilarity?: number | undefined;
  /** Where vectors of examples are kept between runs; null keeps none. @default null */
  store?: VectorStore | null | undefined;
  /** Whether vectors of requests are kept there too. They grow with the traffic, and a vector tells much of its text. @default false */
  keepRequests?: boolean | undefined;
  /** List price, for `source.usd`; null makes that null. @default null */
  usdPerMillionTokens?: number | null | undefined;
  /** Longest time to embed the examples, milliseconds, 1 to 600,000. Requests wait for it under their own deadlines. @default 60000 */
  prepareMs?: number | undefined;
};

export type Settings = {
  taxonomy: Taxonomy;
  embedder: Embedder;
  timeout: Timeout;
  method: Method;
  unsureBelow: number;
  minSimilarity: number;
  store: VectorStore | null;
  requestStore: VectorStore | null;
  usdPerMillionTokens: number | null;
  prepareMs: number;
};

/** @throws RouterError `options.invalid` for a figure out of its range */
export function readSettings<T extends Taxonomy>(options: SemanticOptions<T>): Settings {
  const { method = 'centroid', neighbours = 3, unsureBelow = 0.5, minSimilarity = -1, store = null, prepareMs = 60_000 } = options;
  const { usdPerMillionTokens = null } = options;
  if (!(Number.isInteger(neighbours) && neighbours >= 1)) throw invalid('neighbours', 'a whole number from 1', neighbours);
  if (!(unsureBelow >= 0 && unsureBelow <= 1)) throw invalid('unsureBelow', 'a number from 0 to 1', unsureBelow);
  if (!(minSimilarity >= -1 && minSimilarity <= 1)) throw invalid('minSimilarity', 'a number from -1 to 1', minSimilarity);
  if (!(prepareMs >= 1 && prepareMs <= 600_000)) throw invalid('prepareMs', 'milliseconds from 1 to 600000', prepareMs);
  if (usdPerMillionTokens !== null && !(usdPerMillionTokens >= 0))
    throw invalid('usdPerMillionTokens', 'dollars from 0', usdPerMillionTokens);
  return {
    taxonomy: options.taxonomy,
    embedder: options.embedder,
    timeout: options.timeout,
    method: method === 'centroid' ? { kind: 'centroid' } : { kind: 'neighbours', nearest: neighbours },
    unsureBelow,
    minSimilarity,
    store,
    requestStore: options.keepRequests === true ? store : null,
    usdPerMillionTokens,
    prepareMs,
  };
}

const invalid = (where: string, expected: string, found: unknown) =>
  new RouterError('options.invalid', `expected \`${where}\` to be ${expected}, found \`${String(found)}\``, {
    where,
    advice: `mend \`${where}\``,
  });
