import { z } from 'zod';

const Level = z.enum(['low', 'medium', 'high']);

/** List prices in dollars per million tokens; null is unknown, never zero. */
export const Price = z.strictObject({
  input: z.number().min(0).max(10_000).nullable(),
  output: z.number().min(0).max(10_000).nullable(),
  cachedInput: z.number().min(0).max(10_000).nullable().default(null),
  reasoning: z.number().min(0).max(10_000).nullable().default(null),
});
export type Price = z.infer<typeof Price>;

/** What a model can take and give. */
export const Abilities = z.strictObject({
  tools: z.boolean(),
  images: z.boolean(),
  audio: z.boolean().default(false),
  files: z.boolean().default(false),
  structuredOutput: z.boolean().nullable(),
  reasoning: z.boolean().default(false),
});
export type Abilities = z.infer<typeof Abilities>;

export const MODEL_ID = /^[a-z0-9][a-z0-9._-]*\/[A-Za-z0-9][A-Za-z0-9._:@/-]*$/;

/** One entry of the price and ability catalogue, `datasets/models.json`. */
export const CatalogueModel = z.strictObject({
  id: z.string().regex(MODEL_ID, 'expected `provider/name`'),
  name: z.string(),
  released: z.string().nullable(),
  price: Price,
  abilities: Abilities,
  contextTokens: z.int().min(1).nullable(),
  maxOutputTokens: z.int().min(1).nullable(),
});
export type CatalogueModel = z.infer<typeof CatalogueModel>;

export const Catalogue = z.strictObject({
  schemaVersion: z.literal(1),
  source: z.string(),
  licence: z.string(),
  date: z.string(),
  models: z.array(CatalogueModel).min(1),
});
export type Catalogue = z.infer<typeof Catalogue>;

/** A model as a policy names it: judgement (tier, clearance) is written here, prices and abilities come from the catalogue unless given. */
export const PolicyModel = z.strictObject({
  id: z.string().regex(MODEL_ID, 'expected `provider/name`'),
  /** Capability tier, the same three words as complexity. */
  tier: Level,
  /** Highest risk this model may be given. */
  clearedRisk: Level.default('medium'),
  regions: z.array(z.string().min(1)).default([]),
  /** ISO 639-1 codes this model is good at; empty means no preference is known. */
  languages: z.array(z.string().regex(/^[a-z]{2,3}$/)).default([]),
  /** User tiers that may use it; empty means all. */
  userTiers: z.array(z.string().min(1)).default([]),
  /** Longest time one attempt may take, milliseconds. */
  timeoutMs: z.int().min(1).max(3_600_000).optional(),
  /** Typical time to a full answer in seconds, until measured ones exist. */
  latencySeconds: z.number().min(0).max(600).optional(),
  limits: z.strictObject({ requestsPerMinute: z.int().min(1).optional(), tokensPerMinute: z.int().min(1).optional() }).optional(),
  /** Which provider configuration serves it. Default: the part of the id before the slash. */
  provider: z.string().optional(),
  /** The name sent to the provider. Default: the part of the id after the slash. */
  wireName: z.string().optional(),
  /** False when cancelling does not stop the provider's billing: a cancelled call is then charged in full. */
  cancelStopsBilling: z.boolean().default(true),
  price: Price.optional(),
  abilities: Abilities.optional(),
  contextTokens: z.int().min(1).optional(),
  maxOutputTokens: z.int().min(1).optional(),
});
export type PolicyModel = z.infer<typeof PolicyModel>;

/** A policy's model with everything the catalogue adds. */
export type Model = Omit<PolicyModel, 'price' | 'abilities' | 'contextTokens' | 'maxOutputTokens' | 'provider' | 'wireName'> & {
  provider: string;
  wireName: string;
  price: Price;
  abilities: Abilities;
  contextTokens: number | null;
  maxOutputTokens: number | null;
};
