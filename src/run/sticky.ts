import type { Chosen } from '../core/decision.ts';
import { levelIndex } from '../core/default-taxonomy.ts';
import type { Model } from '../core/models.ts';
import { OBJECTIVES, type ObjectiveName } from '../core/policy.ts';

/** A gain smaller than this, in utility, is within the noise of the estimates. */
const LEAST_GAIN = 0.01;
const MILLION = 1_000_000;

export type Pin = { model: Model; chosen: Model; historyTokens: number; objective: ObjectiveName };

/**
 * Keeps a conversation with its model unless another is worth more than the provider's prompt cache that a switch throws away.
 * Upward is always allowed: a harder turn gets the stronger model.
 *
 * Loss = usdWeight · history tokens · (input price − cached input price) of the pinned model.
 */
export function stick(decision: Chosen, { model, chosen, historyTokens, objective }: Pin): Chosen {
  if (decision.model === model.id) return decision;
  const pinned = decision.candidates.find((candidate) => candidate.model === model.id);
  const best = decision.candidates.find((candidate) => candidate.model === decision.model);
  if (pinned === undefined || best === undefined || levelIndex(chosen.tier) > levelIndex(model.tier)) return decision;
  const { input, cachedInput } = model.price;
  const savedUsd = input === null || cachedInput === null ? 0 : (historyTokens * Math.max(0, input - cachedInput)) / MILLION;
  const loss = OBJECTIVES[objective].usdWeight * savedUsd;
  const gain = best.utility - pinned.utility;
  if (gain > loss + LEAST_GAIN) return decision;
  const why = `stays with its model: switching gains ${gain.toFixed(3)}, the prompt cache is worth ${loss.toFixed(3)}`;
  return leadWith(decision, model.id, why);
}

/** The same decision with another of its candidates in front. */
export function leadWith(decision: Chosen, model: string, why: string): Chosen {
  const fallbacks = [decision.model, ...decision.fallbacks].filter((id) => id !== model);
  const estimate = decision.candidates.find((candidate) => candidate.model === model)?.estimate ?? decision.estimate;
  return { ...decision, model, fallbacks, estimate, why };
}
