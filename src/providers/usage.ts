import type { TokenUsage } from '../core/label.ts';

/** More tokens than any model takes or gives: a figure beyond it is a mistake. */
const MOST_TOKENS = 100_000_000;

type RawUsage = {
  prompt_tokens?: unknown;
  completion_tokens?: unknown;
  prompt_tokens_details?: { cached_tokens?: unknown } | null;
  prompt_cache_hit_tokens?: unknown;
  completion_tokens_details?: { reasoning_tokens?: unknown } | null;
};

/**
 * Tokens by class as an endpoint reports them; null where it says nothing, or nothing believable (negative, fractional, 1e18).
 *
 * @example tokenUsage({ prompt_tokens: 7, completion_tokens: 2 }) // => { input: 7, cachedInput: null, output: 2, reasoning: null }
 */
export function tokenUsage(usage: unknown): TokenUsage {
  if (typeof usage !== 'object' || usage === null) return { input: null, cachedInput: null, output: null, reasoning: null };
  const raw = usage as RawUsage;
  return {
    input: count(raw.prompt_tokens),
    cachedInput: count(raw.prompt_tokens_details?.cached_tokens ?? raw.prompt_cache_hit_tokens),
    output: count(raw.completion_tokens),
    reasoning: count(raw.completion_tokens_details?.reasoning_tokens),
  };
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS ? value : null;
}
