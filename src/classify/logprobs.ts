import { type AxisLabel, axisLabel } from '../core/label.ts';
import type { AnsweredValue } from './answer.ts';

/** One token of an answer as OpenAI-compatible endpoints report it; `top_logprobs` are the likeliest tokens at its place. */
export type TokenLogprob = { token: string; logprob: number; top_logprobs?: { token: string; logprob: number }[] };

/**
 * Probabilities of one axis from the log-probabilities of the tokens that spell its value.
 * The chosen value has the product of its tokens' probabilities; what is left is shared by the alternatives seen at its first token, else evenly.
 *
 * @returns null when the tokens do not spell the content, a number is no log-probability, or another value was likelier than the written one
 */
export function axisFromLogprobs(
  content: string,
  answered: AnsweredValue,
  values: readonly string[],
  tokens: readonly TokenLogprob[],
): AxisLabel | null {
  if (tokens.map(({ token }) => token).join('') !== content || !tokens.every(({ logprob }) => isLogprob(logprob))) return null;
  const spelling = tokensAt(tokens, answered);
  const [first] = spelling;
  if (first === undefined) return null;
  const chosen = Math.min(1, Math.exp(spelling.reduce((sum, { token }) => sum + token.logprob, 0)));
  const others = shares(first.token, answered.start - first.start, answered.value, values);
  const left = 1 - chosen;
  const probabilities = Object.fromEntries(
    values.map((value) => [value, value === answered.value ? chosen : left * (others.get(value) ?? 0)]),
  );
  const label = axisLabel(probabilities);
  return label.value === answered.value ? label : null;
}

const isLogprob = (value: unknown): value is number => typeof value === 'number' && value <= 1e-6 && !Number.isNaN(value);

/** The tokens that overlap a value, with their places. */
function tokensAt(tokens: readonly TokenLogprob[], { start, end }: AnsweredValue): { token: TokenLogprob; start: number }[] {
  const found: { token: TokenLogprob; start: number }[] = [];
  let at = 0;
  for (const token of tokens) {
    if (at < end && at + token.token.length > start) found.push({ token, start: at });
    at += token.token.length;
  }
  return found;
}

/** How the remaining probability is shared among the other values; sums to 1. */
function shares(first: TokenLogprob, offset: number, chosen: string, values: readonly string[]): Map<string, number> {
  const masses = new Map(values.filter((value) => value !== chosen).map((value) => [value, 0]));
  const head = first.token.slice(0, Math.max(0, offset));
  for (const { token, logprob } of first.top_logprobs ?? []) {
    if (!token.startsWith(head) || !isLogprob(logprob)) continue;
    const rest = token.slice(head.length);
    const fitting = rest === '' ? [] : [...masses.keys()].filter((value) => fits(value, rest));
    for (const value of fitting) masses.set(value, (masses.get(value) ?? 0) + Math.exp(logprob) / fitting.length);
  }
  const sum = [...masses.values()].reduce((total, mass) => total + mass, 0);
  return new Map([...masses].map(([value, mass]) => [value, sum > 0 ? mass / sum : 1 / masses.size]));
}

/** A token may spell only the beginning of a value, or the value and the quote after it. */
function fits(value: string, spelt: string): boolean {
  const quoted = `${value}"`;
  return quoted.startsWith(spelt) || spelt.startsWith(quoted);
}
