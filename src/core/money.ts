import type { TokenUsage } from './label.ts';
import type { Price } from './models.ts';

/** Money is kept in whole billionths of a dollar, so that sums are exact: 2^53 of them are $9.0 million. */
export const NANOS_PER_USD = 1_000_000_000;
/** Dollars per million tokens are thousands of nano-dollars per token. */
const NANOS_PER_TOKEN_AT_ONE_USD = 1_000;

/** @example usdOfNanos(1_500_000_000) // => 1.5 */
export function usdOfNanos(nanos: number): number {
  return nanos / NANOS_PER_USD;
}

/** Rounds up, so that many small costs never add up to less than was spent. @example nanosOfUsd(0.25) // => 250000000 */
export function nanosOfUsd(usd: number): number {
  return Math.ceil(usd * NANOS_PER_USD - 1e-6);
}

/**
 * Nano-dollars for tokens by class, or null when a price it needs is unknown; never 0 for unknown.
 * Cached input is part of the input and reasoning part of the output, as providers report them; without a price of its own a class costs what its whole does.
 *
 * @example costNanos({ input: 1, output: 4, cachedInput: 0.1, reasoning: null }, { input: 1000, cachedInput: 500, output: 10, reasoning: 0 }) // => 590000
 */
export function costNanos(price: Price, tokens: TokenUsage): number | null {
  const { input, output } = tokens;
  if (price.input === null || price.output === null || input === null || output === null) return null;
  const cached = Math.min(tokens.cachedInput ?? 0, input);
  const reasoning = Math.min(tokens.reasoning ?? 0, output);
  const usdPerMillionTimesTokens =
    (input - cached) * price.input +
    cached * (price.cachedInput ?? price.input) +
    (output - reasoning) * price.output +
    reasoning * (price.reasoning ?? price.output);
  return Math.ceil(usdPerMillionTimesTokens * NANOS_PER_TOKEN_AT_ONE_USD - 1e-6);
}
