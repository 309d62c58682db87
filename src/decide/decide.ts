import type { Candidate, Decision, DecisionInput, Estimate, Refused, Skip } from '../core/decision.ts';
import type { Model } from '../core/models.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import { costSkip, skipReason } from './eligible.ts';
import type { Estimators } from './estimators.ts';
import { fittedQuality } from './fitted.ts';
import { requiredClearance } from './plausible.ts';
import { type Reach, reachOf } from './pools.ts';
import { estimateFor, priorQuality, rankByUtility } from './rank.ts';

/**
 * Which model should answer: the eligible ones of the reachable pools, ranked by utility. Pure: same input, same decision.
 *
 * @throws RouterError `policy.unknown-model` or `options.invalid` when an override names what the policy does not have.
 */
export function decide(input: DecisionInput, policy: ReadyPolicy, estimators: Estimators = {}): Decision {
  const reach = reachOf(input, policy);
  const { open, skipped } = eligibleModels(reach.models, input, policy);
  const { kept, dropped } = withEstimates(open, input, policy, estimators);
  const allSkipped = [...skipped, ...dropped];
  const objective = input.overrides?.objective ?? policy.objective;
  const candidates = rankByUtility(kept, objective, input.overrides?.objective === undefined ? policy.usdWeight : undefined);
  const best = candidates[0];
  if (best === undefined) return fromFallbackPool(input, policy, estimators, allSkipped) ?? refusal(reach, allSkipped, input, policy);
  return {
    kind: 'chosen',
    model: best.model,
    fallbacks: fallbacks(candidates, reach, input),
    pools: reach.pools,
    why: reasonFor(best, candidates, reach, objective),
    estimate: best.estimate,
    candidates,
    skipped: allSkipped,
  };
}

/** A caller who named the models, or a pool, gets those or none. */
function fromFallbackPool(input: DecisionInput, policy: ReadyPolicy, estimators: Estimators, skipped: readonly Skip[]): Decision | null {
  const { pool, model, candidates } = input.overrides ?? {};
  const named = pool !== undefined || model !== undefined || candidates !== undefined;
  if (policy.fallbackPool === undefined || named) return null;
  const decision = decide({ ...input, overrides: { ...input.overrides, pool: policy.fallbackPool } }, policy, estimators);
  return decision.kind === 'refused' ? null : { ...decision, skipped: [...skipped, ...decision.skipped] };
}

function eligibleModels(ids: readonly string[], input: DecisionInput, policy: ReadyPolicy): { open: Model[]; skipped: Skip[] } {
  const clearance = requiredClearance(input.label, policy);
  const open: Model[] = [];
  const skipped: Skip[] = [];
  for (const id of ids) {
    const model = policy.models.get(id);
    if (model === undefined) continue;
    const skip = skipReason(model, input, clearance, policy);
    if (skip === null) open.push(model);
    else skipped.push(skip);
  }
  return { open, skipped };
}

type Estimated = { model: string; estimate: Estimate };

function withEstimates(
  open: readonly Model[],
  input: DecisionInput,
  policy: ReadyPolicy,
  estimators: Estimators,
): { kept: Estimated[]; dropped: Skip[] } {
  const minQuality = input.overrides?.minQuality ?? policy.minQuality;
  const quality = estimators.quality ?? (policy.fitted === undefined ? priorQuality : fittedQuality(input, policy.fitted));
  const latency = estimators.latency ?? (() => null);
  const kept: Estimated[] = [];
  const dropped: Skip[] = [];
  for (const model of open) {
    const estimate = estimateFor(model, input, policy, quality, latency);
    const skip = costSkip(model, estimate.usd, input) ?? qualitySkip(model, estimate, minQuality);
    if (skip === null) kept.push({ model: model.id, estimate });
    else dropped.push(skip);
  }
  return { kept, dropped };
}

function qualitySkip(model: Model, estimate: Estimate, minQuality: number): Skip | null {
  if (estimate.quality >= minQuality) return null;
  return { model: model.id, reason: 'below-min-quality', detail: `expected ${estimate.quality.toFixed(3)}, at least ${minQuality}` };
}

function fallbacks(candidates: readonly Candidate[], reach: Reach, input: DecisionInput): string[] {
  const rest = candidates.slice(1).map(({ model }) => model);
  if (input.overrides?.fallback !== 'listed') return rest;
  return reach.models.filter((model) => rest.includes(model));
}

function reasonFor(best: Candidate, candidates: readonly Candidate[], reach: Reach, objective: string): string {
  const { quality, usd } = best.estimate;
  const cost = usd === null ? 'at an unknown price' : `for $${usd.toPrecision(3)}`;
  const from = reach.pools.length === 0 ? 'as named by the caller' : `from pool ${reach.pools.map((pool) => `\`${pool}\``).join(' + ')}`;
  return `best utility (${objective}) of ${candidates.length}, ${from}: expected quality ${quality.toFixed(2)} ${cost}`;
}

const BUDGET_REASONS = new Set(['over-max-usd', 'budget', 'price-unknown']);

function refusal(reach: Reach, skipped: Skip[], input: DecisionInput, policy: ReadyPolicy): Refused {
  const all = (reasons: ReadonlySet<string>) => skipped.length > 0 && skipped.every(({ reason }) => reasons.has(reason));
  const any = (reasons: ReadonlySet<string>) => skipped.some(({ reason }) => reasons.has(reason));
  const base = { kind: 'refused' as const, pools: reach.pools, skipped };
  if (any(BUDGET_REASONS) && !any(new Set(['below-min-quality']))) {
    return { ...base, why: 'no-model-in-budget', advice: 'raise `maxUsd` or the budget, or allow a cheaper pool' };
  }
  if (any(new Set(['below-min-quality'])))
    return { ...base, why: 'no-model-of-quality', advice: 'lower `minQuality`, or add a stronger model to the pool' };
  if (all(new Set(['risk-clearance']))) {
    const clearance = requiredClearance(input.label, policy);
    return {
      ...base,
      why: 'no-model-for-risk',
      advice: `add a model with \`clearedRisk: "${clearance}"\` to ${names(reach)}, or a rule that sends such requests to a cleared pool`,
    };
  }
  return {
    ...base,
    why: 'no-eligible-model',
    advice: `see \`skipped\` for what each model of ${names(reach)} lacks, and add one that has it`,
  };
}

const names = (reach: Reach): string =>
  reach.pools.length === 0 ? 'the named candidates' : reach.pools.map((pool) => `pool \`${pool}\``).join(', ');

/** Whether a named model may still be used: what the runner asks before every fallback. */
export function recheck(modelId: string, input: DecisionInput, policy: ReadyPolicy): Skip | null {
  const model = policy.models.get(modelId);
  if (model === undefined) return { model: modelId, reason: 'unknown-model', detail: `not in policy \`${policy.name}\`` };
  return skipReason(model, input, requiredClearance(input.label, policy), policy);
}
