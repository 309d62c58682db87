import type { Facts } from '../core/facts.ts';
import type { AnyLabel } from '../core/label.ts';
import type { Model } from '../core/models.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import { levelProbabilities } from './plausible.ts';

const MILLION = 1_000_000;

/**
 * Dollars for one call at list price, or null when a price it needs is unknown.
 *
 * @param inputTokens tokens sent, cached ones included
 * @example usdOf({ input: 1, output: 4, cachedInput: null, reasoning: null }, 1000, 500) // => 0.003
 */
export function usdOf(price: Model['price'], inputTokens: number, outputTokens: number): number | null {
  if (price.input === null || price.output === null) return null;
  return (inputTokens * price.input + outputTokens * price.output) / MILLION;
}

/** Expected output tokens: the policy's figure per complexity, averaged over the label, within the request's and the model's limits. */
export function expectedOutputTokens(model: Model, label: AnyLabel, facts: Facts, policy: ReadyPolicy): number {
  const chances = levelProbabilities(label, policy);
  const { low, medium, high } = policy.expectedOutputTokens;
  const expected = chances.low * low + chances.medium * medium + chances.high * high;
  const limit = Math.min(facts.maxOutputTokens ?? Number.POSITIVE_INFINITY, model.maxOutputTokens ?? Number.POSITIVE_INFINITY);
  return Math.min(expected, limit) * facts.choices;
}
