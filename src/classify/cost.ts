import type { TokenUsage } from '../core/label.ts';
import type { Price } from '../core/models.ts';

const MILLION = 1_000_000;

/**
 * Dollars for one call at list price, or null when a price or a count it needs is unknown. Cached input costs its own price where that is known, else the full one.
 *
 * @example usdOfUsage({ input: 2, output: 10, cachedInput: 1, reasoning: null }, { input: 1000, cachedInput: 400, output: 100, reasoning: null }) // => 0.0026
 */
export function usdOfUsage(price: Price | null, usage: TokenUsage): number | null {
  if (price === null || price.input === null || price.output === null || usage.input === null || usage.output === null) return null;
  const cached = Math.min(usage.cachedInput ?? 0, usage.input);
  return ((usage.input - cached) * price.input + cached * (price.cachedInput ?? price.input) + usage.output * price.output) / MILLION;
}
