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
 * Dollars of each row by the best evidence there is: counted tokens at list price, else what the source recorded, else assumed tokens at list price.
 *
 * @param assumedOutput output tokens where the table has none
 */
export function usdByEvidence(
  price: TablePrice | null,
  tokens: Pick<TableModel, 'inputTokens' | 'outputTokens'>,
  recorded: Float64Array,
  assumedOutput: number | undefined,
): Float64Array {
  const assumed = tokens.outputTokens.map((count) => (Number.isNaN(count) && assumedOutput !== undefined ? assumedOutput : count));
  const guessed = usdOfRows(price, { ...tokens, outputTokens: assumed });
  return usdOfRows(price, tokens).map((usd, row) => firstKnown(usd, recorded[row] as number, guessed[row] as number));
}

/** Characters to a token where nobody counted. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * Tokens of rows that have recorded dollars in their place: input from characters, output from what the list price leaves of the dollars.
 * Estimated, so that whoever fits on the table can price requests to come; counted tokens stay as they are.
 */
export function impliedTokens(
  price: TablePrice | null,
  { inputTokens, outputTokens }: Pick<TableModel, 'inputTokens' | 'outputTokens'>,
  recorded: Float64Array,
  prompts: readonly string[],
): Pick<TableModel, 'inputTokens' | 'outputTokens'> {
  const { input, output } = price ?? { input: null, output: null };
  if (input === null || output === null || output === 0) return { inputTokens, outputTokens };
  const estimated = inputTokens.map((tokens, row) =>
    Number.isNaN(tokens) && !Number.isNaN(recorded[row] as number) ? Math.ceil((prompts[row] ?? '').length / CHARACTERS_PER_TOKEN) : tokens,
  );
  const left = (row: number) =>
    Math.max(0, Math.round(((recorded[row] as number) * MILLION - (estimated[row] as number) * input) / output));
  return { inputTokens: estimated, outputTokens: outputTokens.map((tokens, row) => (Number.isNaN(tokens) ? left(row) : tokens)) };
}

const firstKnown = (...values: readonly number[]): number => values.find((value) => !Number.isNaN(value)) ?? Number.NaN;

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
