import type { Candidate, DecisionInput, Estimate } from '../core/decision.ts';
import type { AnyLabel } from '../core/label.ts';
import type { Model } from '../core/models.ts';
import { OBJECTIVES, type ObjectiveName, type ReadyPolicy } from '../core/policy.ts';
import type { LatencyEstimator, QualityEstimator } from './estimators.ts';
import { levelProbabilities } from './plausible.ts';
import { expectedTokens, usdOf } from './price.ts';

/** The tier prior averaged over the complexity probabilities. MODELLED. */
export const priorQuality: QualityEstimator = (model, { label }, policy) => ({
  quality: priorFor(model, label, policy),
  basis: 'MODELLED',
});

function priorFor(model: Model, label: AnyLabel, policy: ReadyPolicy): number {
  const chances = levelProbabilities(label, policy);
  const prior = policy.qualityPrior[model.tier];
  return chances.low * prior.low + chances.medium * prior.medium + chances.high * prior.high;
}

export function estimateFor(
  model: Model,
  input: DecisionInput,
  policy: ReadyPolicy,
  quality: QualityEstimator,
  latency: LatencyEstimator,
): Estimate {
  const tokens = expectedTokens(model, input, policy);
  const expected = quality(model, input, policy);
  return {
    usd: usdOf(model.price, tokens.input, tokens.output),
    quality: expected.quality,
    seconds: latency(model) ?? model.latencySeconds ?? null,
    inputTokens: input.facts.inputTokens,
    outputTokens: tokens.output,
    basis: { usd: 'ESTIMATED', quality: expected.basis },
  };
}

/**
 * utility = quality − usdWeight · usd − secondWeight · seconds. An unknown price or time counts as the worst among the others.
 *
 * @param weightOfUsd in place of the objective's own
 */
export function rankByUtility(
  estimates: readonly { model: string; estimate: Estimate }[],
  objective: ObjectiveName,
  weightOfUsd?: number,
): Candidate[] {
  const { usdWeight = 0, secondWeight } = { ...OBJECTIVES[objective], ...(weightOfUsd === undefined ? {} : { usdWeight: weightOfUsd }) };
  const worstUsd = Math.max(0, ...estimates.map(({ estimate }) => estimate.usd ?? 0));
  const worstSeconds = Math.max(0, ...estimates.map(({ estimate }) => estimate.seconds ?? 0));
  const ranked = estimates.map(({ model, estimate }) => ({
    model,
    estimate,
    utility: estimate.quality - usdWeight * (estimate.usd ?? worstUsd) - secondWeight * (estimate.seconds ?? worstSeconds),
  }));
  return ranked.sort((a, b) => b.utility - a.utility);
}
