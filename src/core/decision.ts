import type { DefaultTaxonomy, Level } from './default-taxonomy.ts';
import type { Facts } from './facts.ts';
import type { FittedScores } from './fitted.ts';
import type { AnyLabel, Label, LabelSource } from './label.ts';
import type { Evidence, ObjectiveName } from './policy.ts';
import type { Taxonomy } from './taxonomy.ts';

/** Why a model may not be used for a request. */
export type SkipReason =
  | 'no-tools'
  | 'no-images'
  | 'no-audio'
  | 'no-files'
  | 'no-structured-output'
  | 'context-too-small'
  | 'output-too-long'
  | 'region'
  | 'risk-clearance'
  | 'user-tier'
  | 'over-max-usd'
  | 'price-unknown'
  | 'budget'
  | 'history'
  | 'unavailable'
  | 'below-min-quality'
  | 'not-forced'
  | 'unknown-model';

export type Skip = { model: string; reason: SkipReason; detail: string };

/** What one model is expected to cost and give for one request. `usd` is null when a price is unknown. */
export type Estimate = {
  usd: number | null;
  quality: number;
  seconds: number | null;
  inputTokens: number;
  outputTokens: number;
  basis: { usd: Evidence; quality: Evidence };
};

export type Candidate = { model: string; estimate: Estimate; utility: number };

/** Options of one call. A forced model or tier never bypasses eligibility. Of several that name models, the narrowest counts: `model`, then `candidates`, `pool`, `tier`. */
export type RouteOverrides = {
  /** Use this pool of the policy whatever the label says. */
  pool?: string;
  /** Use these models (ids of the policy) whatever the label says. */
  candidates?: readonly string[];
  /** Route as if complexity were this. */
  tier?: Level;
  /** Only this model, if it is eligible. */
  model?: string;
  /** Least expected quality, 0..1. */
  minQuality?: number;
  /** Most a single request may be expected to cost, dollars. */
  maxUsd?: number;
  objective?: ObjectiveName;
  /** Order of fallbacks: by utility, or as the pool lists them. @default 'ranked' */
  fallback?: 'ranked' | 'listed';
  region?: string;
  userTier?: string;
  user?: string;
  tenant?: string;
  /** Models to leave out of this call, with the reason given in `skipped`. */
  unavailable?: Readonly<Record<string, string>>;
};

export type Chosen = {
  kind: 'chosen';
  /** Catalogue id `provider/name`. */
  model: string;
  /** Other eligible models in the order they would be tried. */
  fallbacks: string[];
  /** The pools the candidates came from; more than one when an axis was unsure. */
  pools: string[];
  why: string;
  estimate: Estimate;
  candidates: Candidate[];
  skipped: Skip[];
};

export type Refused = {
  kind: 'refused';
  why: 'no-eligible-model' | 'no-model-for-risk' | 'no-model-in-budget' | 'no-model-of-quality';
  advice: string;
  pools: string[];
  skipped: Skip[];
};

export type Decision = Chosen | Refused;

/** What `decide` is asked: everything it may look at. */
export type DecisionInput = {
  label: AnyLabel;
  facts: Facts;
  /** What the policy's fitted weights read off the text. */
  scores?: FittedScores;
  overrides?: RouteOverrides;
  /** What is left to spend, when a budget applies. */
  budget?: { remainingUsd: number; cheapOnly: boolean };
};

type RouteContext<T extends Taxonomy> = {
  requestId: string;
  label: Label<T>;
  facts: Facts;
  source: LabelSource;
  policyHash: string;
  /** Set when routing itself failed and the policy's `lastResort` was taken. */
  failure: string | null;
};

/** The answer of `router.route`: a decision with the label it rests on. Narrow on `kind`. */
export type Route<T extends Taxonomy = DefaultTaxonomy> = Decision & RouteContext<T>;

/** A route told in words, beside the data the words were made of. */
export type Explanation<T extends Taxonomy = DefaultTaxonomy> = {
  /** For people: several lines of plain text. */
  text: string;
  label: Label<T>;
  facts: Facts;
  source: LabelSource;
  /** Eligible models, best first; empty when the request was refused. */
  candidates: Candidate[];
  skipped: Skip[];
  route: Route<T>;
};
