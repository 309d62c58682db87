import type { DecisionInput } from '../core/decision.ts';
import type { Model } from '../core/models.ts';
import type { Evidence, ReadyPolicy } from '../core/policy.ts';

/** Expected quality of a model for a request, 0..1, and where the figure comes from. */
export type QualityEstimator = (model: Model, input: DecisionInput, policy: ReadyPolicy) => { quality: number; basis: Evidence };

/** Measured seconds to a first answer, when a run has some; null when unknown. */
export type LatencyEstimator = (model: Model) => number | null;

/** What `decide` may ask about models beyond the policy. */
export type Estimators = { quality?: QualityEstimator; latency?: LatencyEstimator };
