import { z } from 'zod';
import { DriftReference } from './drift.ts';

const probability = z.number().min(0).max(1);
const share = z.number().min(0);
/** Mean quality by model id, 0..1. */
const qualities = z.record(z.string(), probability);

/** One model as its outcomes show it. */
export const FittedModel = z.strictObject({
  /** Id in the policy. */
  id: z.string(),
  /** Name in the outcome table. */
  name: z.string(),
  quality: probability,
  /** Mean dollars per 1,000 fitted requests at list price; null when unknown. */
  usdPer1k: z.number().min(0).nullable(),
  /** Input tokens counted per token estimated from the text; null when unknown. */
  inputScale: z.number().min(0).nullable(),
  /** Mean output tokens; null when unknown. */
  outputTokens: z.number().min(0).nullable(),
});
export type FittedModel = z.infer<typeof FittedModel>;

/** A kind of request: a finer group than a label, told from the text. */
export const FittedKind = z.strictObject({
  name: z.string(),
  /** Requests fitted on. */
  rows: z.int().min(0),
  /** Words that speak most for it. */
  terms: z.array(z.string()),
  /** Ids of requests most sure to be of it. */
  examples: z.array(z.string()),
  /** Measured means, shrunk towards each model's own. */
  quality: qualities,
  outputTokens: z.record(z.string(), z.number().min(0).nullable()),
});
export type FittedKind = z.infer<typeof FittedKind>;

/** Requests of one domain and complexity. `rows` is their weight, a sum of label probabilities. */
export const FittedCell = z.strictObject({ domain: z.string(), complexity: z.string(), rows: z.number().min(0), quality: qualities });
export type FittedCell = z.infer<typeof FittedCell>;

const interval = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() });

/** How choices did on questions they were not fitted on. Differences in quality, 0..1; null is unknown. */
export const FoldResult = z.strictObject({
  fold: z.union([z.int().min(0), z.literal('all')]),
  rows: z.int().min(0),
  quality: probability,
  usdPer1k: z.number().min(0).nullable(),
  constantQuality: probability,
  constantUsdPer1k: z.number().min(0).nullable(),
  /** Null for all folds together, and where no trade kept the dial's promise. */
  usdWeight: z.number().min(0).nullable(),
});

/** What `pointsman fit` found, for `decide` to use and for a person to review. */
export const Fitted = z.strictObject({
  schemaVersion: z.literal(1),
  /** The finding in words. */
  finding: z.string(),
  choice: z.enum(['constant', 'routed']),
  /** The best single model under the same dial. */
  constant: z.string(),
  /** Fingerprint of the models the figures hold for. */
  pool: z.string(),
  table: z.strictObject({
    name: z.string(),
    hash: z.string(),
    rows: z.int(),
    /** Hash of the sorted ids fitted on. */
    ids: z.string(),
    /** Fingerprints of the texts fitted on, separated by spaces: scoring leaves such rows out. */
    seen: z.string(),
    usd: z.enum(['MEASURED', 'ESTIMATED', 'MODELLED']).nullable(),
  }),
  classifier: z.string(),
  seed: z.int(),
  dial: z.strictObject({ kind: z.enum(['keep', 'cost-weight', 'within', 'max-usd']), text: z.string(), assumes: z.string() }),
  /** How far each view of a request moves a model's mean: 0 not at all, 1 fully. */
  blend: z.strictObject({ heads: share, kinds: share, cells: share }),
  models: z.array(FittedModel).min(1),
  kinds: z.array(FittedKind),
  cells: z.array(FittedCell),
  folds: z.strictObject({
    count: z.int(),
    results: z.array(FoldResult),
    liftOverFreeMix: interval.nullable(),
    overBestConstant: interval.nullable(),
  }),
  /** What the requests fitted on looked like, and what came of them as routed: for `drift` to compare later traffic with. */
  traffic: DriftReference.optional(),
  /** Weights beside the policy's file; null when nothing is read off the text. */
  weights: z.strictObject({ file: z.string(), hash: z.string() }).nullable(),
});
export type Fitted = z.infer<typeof Fitted>;

/** What fitted weights read off a request: expected quality per fitted model, and the chance of each kind. */
export type FittedScores = { quality: ArrayLike<number>; kinds: ArrayLike<number> };

/** What a pool's fingerprint is the hash of: which models, and what they are called upstream. Prices may change without a new fit. */
export function poolText(models: Iterable<{ id: string; wireName?: string | undefined }>): string {
  const lines = [...models].map(({ id, wireName }) => `${id} ${wireName ?? id.slice(id.indexOf('/') + 1)}`);
  return lines.sort().join('\n');
}
