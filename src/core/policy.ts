import { z } from 'zod';
import { Fitted, type FittedScores } from './fitted.ts';
import { type Model, PolicyModel } from './models.ts';
import type { RouteRequest } from './request.ts';

const Level = z.enum(['low', 'medium', 'high']);
const probability = z.number().min(0).max(1);

export const ObjectiveName = z.enum(['cheapest', 'balanced', 'best', 'fastest']);
export type ObjectiveName = z.infer<typeof ObjectiveName>;

/**
 * utility = quality − usdWeight · usd − secondWeight · seconds, quality 0..1 and dollars per request.
 * `balanced` pays $1 per thousand requests for one point of quality, `best` four hundred times as much, `cheapest` next to nothing.
 */
export const OBJECTIVES: Readonly<Record<ObjectiveName, { usdWeight: number; secondWeight: number }>> = {
  cheapest: { usdWeight: 50_000, secondWeight: 0 },
  balanced: { usdWeight: 10, secondWeight: 0 },
  best: { usdWeight: 0.025, secondWeight: 0 },
  fastest: { usdWeight: 0.025, secondWeight: 10 },
};

/** Conditions of a rule: every named one must hold. Axis conditions list accepted values; fact conditions compare. */
export const Condition = z.strictObject({
  label: z.record(z.string(), z.array(z.string()).min(1)).optional(),
  language: z.array(z.string()).min(1).optional(),
  script: z.array(z.string()).min(1).optional(),
  minCharacters: z.int().min(0).optional(),
  maxCharacters: z.int().min(0).optional(),
  minInputTokens: z.int().min(0).optional(),
  tools: z.boolean().optional(),
  images: z.boolean().optional(),
  responseSchema: z.boolean().optional(),
  codeBlock: z.boolean().optional(),
  minUserTurns: z.int().min(1).optional(),
});
export type Condition = z.infer<typeof Condition>;

export const Rule = z.strictObject({ when: Condition, pool: z.string().min(1), note: z.string().optional() });
export type Rule = z.infer<typeof Rule>;

export const Pool = z.strictObject({ description: z.string().default(''), models: z.array(z.string()).min(1) });
export type Pool = z.infer<typeof Pool>;

/** Chance that a model of a tier answers a request of a complexity acceptably: MODELLED, until outcomes are fitted. */
export const QualityPrior = z.strictObject({
  low: z.strictObject({ low: probability, medium: probability, high: probability }),
  medium: z.strictObject({ low: probability, medium: probability, high: probability }),
  high: z.strictObject({ low: probability, medium: probability, high: probability }),
});
export type QualityPrior = z.infer<typeof QualityPrior>;

export const Budget = z.strictObject({
  /** Whose spending it caps: everybody's together, or each user's, tenant's or user tier's. */
  scope: z.enum(['global', 'user', 'tenant', 'tier']),
  window: z.enum(['day', 'month']).default('day'),
  usd: z.number().min(0).max(9_000_000),
  /** IANA time zone in which the window turns over. */
  timeZone: z.string().default('UTC'),
  /** Below this remaining share only models of `cheapTier` are eligible; null is a hard stop alone. */
  cheapBelow: probability.nullable().default(null),
});
export type Budget = z.infer<typeof Budget>;

/** A routing policy as written in a file. Strict: an unknown key is an error. */
export const Policy = z.strictObject({
  schemaVersion: z.literal(1),
  name: z.string().min(1),
  description: z.string().default(''),
  models: z.array(PolicyModel).min(1),
  pools: z.record(z.string(), Pool),
  /** First match wins. */
  rules: z.array(Rule).min(1),
  /** Where a request goes when no model of its own pools may take it. Eligibility holds there as well. */
  fallbackPool: z.string().min(1).optional(),
  /** Value to route by when an axis is unsure; axes not named here use every plausible value. */
  whenUnsure: z.record(z.string(), z.string()).default({}),
  /** The model used when routing itself fails. */
  lastResort: z.string(),
  objective: ObjectiveName.default('balanced'),
  /** Quality a dollar is worth, in place of the objective's; an objective named for one call wins. */
  usdWeight: z.number().min(0).optional(),
  minQuality: probability.default(0),
  /** Confidence from which one value of an axis is trusted alone. */
  sureAt: z.record(z.string(), probability).default({}),
  /** No request is treated as less risky than this. */
  riskFloor: Level.default('low'),
  qualityPrior: QualityPrior,
  /** Output tokens expected when the request sets no limit, by complexity. */
  expectedOutputTokens: z.strictObject({ low: z.int().min(1), medium: z.int().min(1), high: z.int().min(1) }),
  budgets: z.array(Budget).default([]),
  /** Region every model must serve, unless a call says otherwise. */
  region: z.string().optional(),
  /** What `pointsman fit` learned from outcomes: replaces the prior. */
  fitted: Fitted.optional(),
});
export type Policy = z.infer<typeof Policy>;
/** A policy as a caller writes it: what has a default may be left out. */
export type PolicyInput = z.input<typeof Policy>;

/** Values of an axis with at least this probability are routed for when the axis is not sure. */
export const PLAUSIBLE = 0.15;
/** Confidence from which an axis is trusted when the policy names none. */
export const DEFAULT_SURE_AT = 0.7;

/** Where a figure comes from: outcomes, token estimates from characters, or priors. */
export type Evidence = 'MEASURED' | 'ESTIMATED' | 'MODELLED';

/** A policy with its models completed from the catalogue, its file hash, and the shape `decide` reads. */
export type ReadyPolicy = Omit<Policy, 'models'> & {
  models: ReadonlyMap<string, Model>;
  /** Short content hash, in every decision and record. */
  hash: string;
  /** Reads a request with the fitted weights; left out when there are none. */
  read?: (request: RouteRequest) => FittedScores;
};
