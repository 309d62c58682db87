import { medianSorted } from 'simple-statistics';
import type { Evidence } from '../../core/policy.ts';
import type { TableModel, TablePrice } from './table.ts';

const MILLION = 1_000_000;

/** Dollars of each row at list price; NaN where a price or a token count is unknown, never 0 in its place. */
export function usdOfRows(
  price: TablePrice | null,
  { inputTokens, outputTokens }: Pick<TableModel, 'inputTokens' | 'outputTokens'>,
): Float64Array {
  const { input, output } = price ?? { input: null, output: null };
  return inputTokens.map((tokens, row) => (partOf(tokens, input) + partOf(outputTokens[row] ?? Number.NaN, output)) / MILLION);
}

const partOf = (tokens: number, price: number | null): number => (price === null ? Number.NaN : tokens * price);

/**
 * How the dollars of a table came about: MODELLED when output tokens were assumed, ESTIMATED when the input tokens follow the number of
 * characters (so somebody divided by four instead of counting), MEASURED otherwise; null when no model's cost is known.
 */
export function usdEvidence(models: readonly TableModel[], prompts: readonly string[], assumedOutput: number | undefined): Evidence | null {
  const known = models.filter(({ usd }) => usd.some((value) => !Number.isNaN(value)));
  if (known.length === 0) return null;
  if (assumedOutput !== undefined) return 'MODELLED';
  return known.some(({ inputTokens }) => followsCharacters(inputTokens, prompts)) ? 'ESTIMATED' : 'MEASURED';
}

/** Share of rows that must lie within one token of characters / 4, a fixed instruction text aside. */
const FOLLOWS = 0.9;

function followsCharacters(tokens: Float64Array, prompts: readonly string[]): boolean {
  if (prompts.length === 0) return false;
  const offsets = Float64Array.from(tokens, (count, row) => count - Math.ceil((prompts[row] ?? '').length / 4));
  const constant = medianSorted([...offsets].sort((a, b) => a - b));
  return offsets.filter((offset) => Math.abs(offset - constant) <= 1).length >= FOLLOWS * prompts.length;
}
