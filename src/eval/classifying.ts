import type { TokenUsage } from '../core/label.ts';
import type { Price } from '../core/models.ts';
import type { EvalClassifier } from './parts.ts';
import type { Predicted } from './predict.ts';

/** What labelling cost in one run: by list price and recorded latency, so that a remembered answer counts as on the day it was given. */
export type ClassifyingCost = {
  classifier: string;
  /** The model asked, null for local classifiers, and the ones that said they answered. */
  model: string | null;
  answeredBy: string[];
  /** The prompt asked with, by hash. */
  prompt: string | null;
  /** Answers, of rows and of their repeats, and the share of them that needed the model. */
  rows: number;
  askedShare: number;
  /** Mean tokens of a call; null where the endpoint told none. */
  tokens: { input: number; cachedInput: number; output: number } | null;
  /** Mean dollars of 1,000 labels; null when a price is unknown. */
  usdPer1k: number | null;
  /** Dollars that the provider's cache of the prompt's beginning saves in 1,000 labels; null when its price is unknown. */
  cacheSavesUsdPer1k: number | null;
  /** Milliseconds. `replayed` means recorded when the answers were given. */
  latency: { p50: number; p95: number; kind: 'measured' | 'replayed' | 'mixed' } | null;
};

export function classifyingCost(
  classifier: Pick<EvalClassifier, 'name' | 'paid' | 'prompt'>,
  predicted: readonly Predicted[],
): ClassifyingCost {
  const answered = predicted.flatMap((row) => [row, ...(row.others ?? [])]).filter(({ state }) => state === 'ok');
  // A cascade whose model failed has needed it all the same.
  const needed = ({ flags = [] }: Predicted) => flags.some((flag) => flag.startsWith('failed:'));
  const asked = answered.filter((row) => row.model !== null || needed(row));
  const used = asked.flatMap(({ usage }) => (usage === null ? [] : [usage]));
  return {
    classifier: classifier.name,
    model: asked[0]?.model ?? classifier.paid?.model ?? null,
    answeredBy: [...new Set(asked.flatMap(({ answeredBy }) => answeredBy ?? []))].sort(),
    prompt: classifier.prompt?.hash ?? null,
    rows: answered.length,
    askedShare: answered.length === 0 ? 0 : asked.length / answered.length,
    tokens: meanTokens(used),
    usdPer1k: meanPer1k(answered.map(({ usd }) => usd)),
    cacheSavesUsdPer1k: meanPer1k(
      answered.map(({ usage, model }) => (model === null ? 0 : savedBy(usage, classifier.paid?.price ?? null))),
    ),
    latency: latencyOf(answered),
  };
}

function meanTokens(used: readonly TokenUsage[]): ClassifyingCost['tokens'] {
  const known = used.filter(({ input, output }) => input !== null && output !== null);
  if (known.length === 0) return null;
  const mean = (of: (usage: TokenUsage) => number | null) => known.reduce((sum, usage) => sum + (of(usage) ?? 0), 0) / known.length;
  return { input: mean(({ input }) => input), cachedInput: mean(({ cachedInput }) => cachedInput), output: mean(({ output }) => output) };
}

function meanPer1k(usd: readonly (number | null)[]): number | null {
  if (usd.length === 0 || usd.some((each) => each === null)) return null;
  return (usd.reduce<number>((sum, each) => sum + (each ?? 0), 0) / usd.length) * 1_000;
}

/** Dollars less than without a cache; null when tokens or prices are unknown. */
function savedBy(usage: TokenUsage | null, price: Price | null): number | null {
  if (usage === null || usage.cachedInput === null || price === null || price.input === null || price.cachedInput === null) return null;
  return (usage.cachedInput * (price.input - price.cachedInput)) / 1_000_000;
}

function latencyOf(answered: readonly Predicted[]): ClassifyingCost['latency'] {
  const timed = answered.filter(({ ms }) => ms !== null);
  if (timed.length === 0) return null;
  const sorted = Float64Array.from(timed, ({ ms }) => ms ?? 0).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  const replayed = timed.filter(({ cached }) => cached).length;
  return { p50: at(0.5), p95: at(0.95), kind: replayed === 0 ? 'measured' : replayed === timed.length ? 'replayed' : 'mixed' };
}
