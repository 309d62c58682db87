import type { DecisionInput } from '../core/decision.ts';
import type { Facts } from '../core/facts.ts';
import type { AnyLabel } from '../core/label.ts';
import type { Model } from '../core/models.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import { fittedTokens } from './fitted.ts';
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
  return limited(expected, model, facts);
}

/** Tokens to reckon the cost with: as measured on such requests where the policy was fitted, else the policy's own figures. */
export function expectedTokens(model: Model, input: DecisionInput, policy: ReadyPolicy): { input: number; output: number } {
  const { label, facts } = input;
  const fitted = policy.fitted === undefined ? null : fittedTokens(model, input, policy.fitted);
  const output = fitted?.output ?? null;
  return {
    input: fitted?.input ?? facts.inputTokens,
    output: output === null ? expectedOutputTokens(model, label, facts, policy) : limited(output, model, facts),
  };
}

function limited(tokens: number, model: Model, facts: Facts): number {
  const limit = Math.min(facts.maxOutputTokens ?? Number.POSITIVE_INFINITY, model.maxOutputTokens ?? Number.POSITIVE_INFINITY);
  return Math.min(tokens, limit) * facts.choices;
}
