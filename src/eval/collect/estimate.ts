import type { Answerer } from '../../core/answerer.ts';
import type { Price } from '../../core/models.ts';
import type { RouteRequest } from '../../core/request.ts';
import { type Judge, SHOWN_CHARACTERS } from './judge.ts';

/** Dollars, null where a price is unknown. */
export type Dollars = { low: number | null; expected: number | null; worst: number | null };

export type CostBasis = {
  inputTokens(request: RouteRequest): number;
  /** Limit sent with every request that has none of its own. */
  maxOutputTokens: number;
  /** Output tokens of an answer, where a model's own are not yet measured. */
  expectedOutputTokens: number;
  /** Measured output tokens of an answer, by model. */
  measured: ReadonlyMap<string, number>;
};

const CHARACTERS_PER_TOKEN = 4;
/** Tokens are estimated from characters; the worst case allows for an estimate this much too low. */
const INPUT_MARGIN = 1.25;
/** A short answer, as a share of the expected one. */
const SHORT = 0.25;

/** Dollars for tokens at list price; a model of one's own without a price costs nothing that can be told. */
function priced({ price, keyless }: Pick<Answerer, 'price' | 'keyless'>, input: number, output: number): number | null {
  const { input: in_, output: out } = price;
  if (in_ === null || out === null) return keyless ? 0 : null;
  return (input * in_ + output * dearer(price, out)) / 1_000_000;
}

/** Reasoning may have a price of its own; how much of an answer it will be is not known before. */
const dearer = ({ reasoning }: Price, output: number): number => Math.max(output, reasoning ?? 0);

/** What one answer of a model may cost. */
export function answerCost(answerer: Answerer, request: RouteRequest, basis: CostBasis): Dollars {
  const input = basis.inputTokens(request);
  const most = Math.min(limitOf(request, basis.maxOutputTokens), answerer.maxOutputTokens ?? Number.POSITIVE_INFINITY);
  const expected = Math.min(most, basis.measured.get(answerer.id) ?? basis.expectedOutputTokens);
  return {
    low: priced(answerer, input, expected * SHORT),
    expected: priced(answerer, input, expected),
    worst: priced(answerer, input * INPUT_MARGIN, most),
  };
}

export function limitOf({ max_tokens: older, max_completion_tokens: newer }: RouteRequest, otherwise: number): number {
  return newer ?? older ?? otherwise;
}

const VERDICT_TOKENS = 60;
/** JSON spells line ends and quotes with two characters, and tokenizers differ. */
const QUOTED_MARGIN = 1.5;

/** What judging one answer may cost: one call, or two for a pair. */
export function judgeCost({ answerer, mode, prompt }: Judge, request: RouteRequest, reference: string | null, basis: CostBasis): Dollars {
  const calls = mode === 'pairwise' ? 2 : 1;
  const asked = Math.min(basis.inputTokens(request), SHOWN_CHARACTERS.request);
  const known = reference === null ? 0 : basis.inputTokens({ messages: [{ role: 'user', content: reference }] });
  const fixed = prompt.characters / CHARACTERS_PER_TOKEN + asked + Math.min(known, SHOWN_CHARACTERS.answer);
  const limit = Math.min(limitOf(request, basis.maxOutputTokens), SHOWN_CHARACTERS.answer);
  const expected = Math.min(limit, basis.expectedOutputTokens);
  const cost = (input: number, verdict: number) => times(priced(answerer, input, verdict), calls);
  return {
    low: cost(fixed + expected * SHORT, VERDICT_TOKENS / 2),
    expected: cost(fixed + expected, VERDICT_TOKENS),
    worst: cost(QUOTED_MARGIN * (fixed + limit), prompt.maxOutputTokens),
  };
}

const times = (usd: number | null, by: number): number | null => (usd === null ? null : usd * by);

export const NO_DOLLARS: Dollars = { low: 0, expected: 0, worst: 0 };

/** @example addDollars({ low: 1, expected: 2, worst: 3 }, { low: 1, expected: null, worst: 1 }) // => { low: 2, expected: null, worst: 4 } */
export function addDollars(a: Dollars, b: Dollars): Dollars {
  const sum = (x: number | null, y: number | null) => (x === null || y === null ? null : x + y);
  return { low: sum(a.low, b.low), expected: sum(a.expected, b.expected), worst: sum(a.worst, b.worst) };
}
