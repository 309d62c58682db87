import type { DecisionInput, RouteOverrides, Skip, SkipReason } from '../core/decision.ts';
import { type Level, levelIndex } from '../core/default-taxonomy.ts';
import type { Facts } from '../core/facts.ts';
import type { Model } from '../core/models.ts';
import type { ReadyPolicy } from '../core/policy.ts';

type Check = (model: Model, facts: Facts) => string | null;

/** What the request needs of a model, each with the reason given when it is lacking. */
const ABILITY_CHECKS: readonly [SkipReason, Check][] = [
  ['no-tools', (model, facts) => (facts.tools > 0 && !model.abilities.tools ? 'the request offers tools' : null)],
  ['no-images', (model, facts) => (facts.images > 0 && !model.abilities.images ? `the request holds ${facts.images} image(s)` : null)],
  [
    'no-files',
    (model, facts) =>
      facts.attachments > 0 && !(model.abilities.audio || model.abilities.files) ? 'the request holds audio or files' : null,
  ],
  [
    'no-structured-output',
    (model, facts) => (facts.responseSchema && !model.abilities.structuredOutput ? 'the request asks for a response schema' : null),
  ],
  ['history', (model, facts) => (facts.toolHistory && !model.abilities.tools ? 'the history holds tool calls' : null)],
  ['output-too-long', (model, facts) => beyond(facts.maxOutputTokens, model.maxOutputTokens, 'output tokens')],
  [
    'context-too-small',
    (model, facts) => beyond(facts.inputTokens + (facts.maxOutputTokens ?? 0), model.contextTokens, 'tokens of context'),
  ],
];

/** The first reason why a model may not be used, or null when it may. Pure, and asked again before every fallback. */
export function skipReason(model: Model, input: DecisionInput, clearance: Level, policy: ReadyPolicy): Skip | null {
  const { facts, overrides = {} } = input;
  const skip = (reason: SkipReason, detail: string): Skip => ({ model: model.id, reason, detail });
  const unavailable = overrides.unavailable?.[model.id];
  if (unavailable !== undefined) return skip('unavailable', unavailable);
  if (levelIndex(model.clearedRisk) < levelIndex(clearance)) {
    return skip('risk-clearance', `needs clearance for ${clearance} risk, has ${model.clearedRisk}`);
  }
  for (const [reason, check] of ABILITY_CHECKS) {
    const detail = check(model, facts);
    if (detail !== null) return skip(reason, detail);
  }
  return (
    accessSkip(model, overrides, policy) ??
    (input.budget?.cheapOnly && model.tier !== 'low' ? skip('budget', 'the budget left allows cheap models only') : null)
  );
}

function accessSkip(model: Model, overrides: RouteOverrides, policy: ReadyPolicy): Skip | null {
  const region = overrides.region ?? policy.region;
  if (region !== undefined && !model.regions.includes(region)) {
    return { model: model.id, reason: 'region', detail: `not offered in \`${region}\`` };
  }
  if (model.userTiers.length > 0 && !model.userTiers.includes(overrides.userTier ?? '')) {
    return { model: model.id, reason: 'user-tier', detail: `reserved for ${model.userTiers.join(', ')}` };
  }
  return null;
}

function beyond(needed: number | null, limit: number | null, unit: string): string | null {
  if (needed === null || limit === null || needed <= limit) return null;
  return `needs ${needed} ${unit}, takes ${limit}`;
}

/** Skips that follow from an estimate: dearer than allowed, or of unknown price where a cap applies. */
export function costSkip(model: Model, usd: number | null, input: DecisionInput): Skip | null {
  const cap = input.overrides?.maxUsd;
  const remaining = input.budget?.remainingUsd;
  if (cap === undefined && remaining === undefined) return null;
  if (usd === null) return { model: model.id, reason: 'price-unknown', detail: 'a spending cap applies and the price is unknown' };
  if (cap !== undefined && usd > cap)
    return { model: model.id, reason: 'over-max-usd', detail: `expected $${usd.toFixed(6)}, at most $${cap}` };
  if (remaining !== undefined && usd > remaining)
    return { model: model.id, reason: 'budget', detail: `expected $${usd.toFixed(6)}, left $${remaining.toFixed(6)}` };
  return null;
}
