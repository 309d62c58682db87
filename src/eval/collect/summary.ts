import type { Answerer } from '../../core/answerer.ts';
import { costNanos, usdOfNanos } from '../../core/money.ts';
import { clusteredMean } from '../metrics/clustered.ts';
import { type Gap, gap, type Interval } from '../metrics/gap.ts';
import { wilson } from '../metrics/wilson.ts';
import type { Cell, CellState } from './cell.ts';
import type { Correction } from './correction.ts';
import type { CollectRow } from './rows.ts';

export type ModelSummary = {
  model: string;
  /** The models that said they answered. */
  resolved: string[];
  cells: Record<CellState, number>;
  /** Prompts with at least one graded answer. */
  prompts: number;
  /** Over the prompts compared alone; null for a model left out of the comparison. */
  quality: { mean: number; ci95: [number, number] | null } | null;
  usdPer1k: number | null;
  outputTokens: number | null;
  /** Answers cut off at the output limit. */
  cutOff: number;
  /** The commonest error: its code, or its words where there are any. */
  error: string | null;
};

export type JudgeSummary = {
  model: string;
  graded: number;
  ungraded: number;
  /** Why judged answers stayed ungraded, and how often. */
  reasons: Record<string, number>;
  /** Answers or requests too long to be shown whole. */
  cut: number;
  /** Pairs whose verdict changed when the seats were swapped. */
  pairs: number;
  flipped: number;
  flipRate: Interval | null;
  correction: Correction | null;
  /** Answers for people to grade, where answers are kept and none were graded yet. */
  sheet: string | null;
};

/** What a collection came to; `summary.json` in its folder. */
export type CollectSummary = {
  schemaVersion: 1;
  kind: 'collected';
  table: string;
  prompts: number;
  repeat: number;
  cells: Record<CellState, number>;
  models: ModelSummary[];
  compared: { prompts: number; models: string[]; leftOut: string[] };
  judge: JudgeSummary | null;
  /** `unknown` counts calls of models without a price, which are in none of the sums. */
  usd: { thisRun: number; candidates: number; judge: number; unknown: number };
};

export type SummaryInput = {
  table: string;
  rows: readonly CollectRow[];
  answerers: readonly Answerer[];
  repeat: number;
  /** The latest line of each cell of these rows and models. */
  cells: readonly Cell[];
  skipped: readonly Pick<Cell, 'model'>[];
  usd: CollectSummary['usd'];
  correction: Correction | null;
  sheet: string | null;
};

/** A model that answered fewer than this share of the prompts would leave too few to compare the others on. */
const LEAST_SHARE = 0.5;

export function summaryOf(input: SummaryInput): CollectSummary {
  const { rows, answerers, cells } = input;
  const graded = new Map(answerers.map(({ id }) => [id, qualities(cells.filter(({ model, state }) => model === id && state === 'ok'))]));
  const most = Math.max(0, ...[...graded.values()].map(({ size }) => size));
  const compared = answerers.map(({ id }) => id).filter((id) => most > 0 && (graded.get(id)?.size ?? 0) >= LEAST_SHARE * most);
  const common = rows.filter(({ id }) => compared.length > 0 && compared.every((model) => graded.get(model)?.has(id)));
  const models = answerers.map((answerer) => {
    const own = cells.filter(({ model }) => model === answerer.id);
    const scores = graded.get(answerer.id) ?? new Map<string, number>();
    const skipped = input.skipped.filter(({ model }) => model === answerer.id).length;
    return modelSummary(answerer, own, skipped, scores, compared.includes(answerer.id) ? common : null);
  });
  return {
    schemaVersion: 1,
    kind: 'collected',
    table: input.table,
    prompts: rows.length,
    repeat: input.repeat,
    cells: statesOf(cells, input.skipped.length),
    models,
    compared: { prompts: common.length, models: compared, leftOut: answerers.map(({ id }) => id).filter((id) => !compared.includes(id)) },
    judge: judgeSummary(cells, input),
    usd: input.usd,
  };
}

/** Mean quality by prompt: repeats are averaged within the prompt, never counted as rows. */
function qualities(cells: readonly Cell[]): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { id, quality } of cells) {
    const { sum, count } = sums.get(id) ?? { sum: 0, count: 0 };
    sums.set(id, { sum: sum + (quality ?? 0), count: count + 1 });
  }
  return new Map([...sums].map(([id, { sum, count }]) => [id, sum / count]));
}

function statesOf(cells: readonly Cell[], skipped: number): Record<CellState, number> {
  const count = (state: CellState) => cells.filter((cell) => cell.state === state).length;
  return { ok: count('ok'), ungraded: count('ungraded'), provider_error: count('provider_error'), skipped_budget: skipped };
}

function modelSummary(
  { id, price }: Answerer,
  own: readonly Cell[],
  skipped: number,
  scores: ReadonlyMap<string, number>,
  common: readonly CollectRow[] | null,
): ModelSummary {
  const answered = own.filter(({ answer }) => answer !== null);
  const nanos = answered.map(({ tokens }) => (tokens === null ? null : costNanos(price, tokens)));
  const known = nanos.filter((each) => each !== null);
  const output = answered.flatMap(({ tokens }) => tokens?.output ?? []);
  return {
    model: id,
    resolved: [...new Set(own.flatMap(({ resolved }) => resolved ?? []))],
    cells: statesOf(own, skipped),
    prompts: scores.size,
    quality: common === null ? null : qualityOf(common, scores),
    usdPer1k: known.length === 0 || known.length < nanos.length ? null : usdOfNanos(mean(known)) * 1_000,
    outputTokens: output.length === 0 ? null : mean(output),
    cutOff: own.filter(({ finish }) => finish === 'length').length,
    error: errorOf(own),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function qualityOf(common: readonly CollectRow[], scores: ReadonlyMap<string, number>): ModelSummary['quality'] {
  if (common.length === 0) return null;
  const values = common.map(({ id }) => scores.get(id) ?? Number.NaN);
  const clusters = common.map(({ id, cluster }) => cluster ?? id);
  const single = new Set(clusters).size === values.length;
  const counted = single && values.every((value) => value === 0 || value === 1);
  const interval = counted ? wilson(values.filter((value) => value === 1).length, values.length) : spreadOf(values, clusters);
  return { mean: mean(values), ci95: 'low' in interval ? [Math.max(0, interval.low), Math.min(1, interval.high)] : null };
}

/** Values that are all the same tell nothing of their spread. */
function spreadOf(values: readonly number[], clusters: readonly string[]): Interval | Gap {
  const clustered = clusteredMean(values, clusters);
  if (!('mean' in clustered)) return clustered;
  return clustered.se > 0 ? clustered.interval : gap('no-spread');
}

function errorOf(own: readonly Cell[]): string | null {
  const lost = own.filter(({ state }) => state === 'provider_error');
  const code = commonest(lost.map(({ why }) => why ?? ''));
  const words = commonest(lost.flatMap(({ why, detail }) => (why === code && detail !== undefined ? [detail] : [])));
  return code === null || words === null ? code : `${code}: ${words}`;
}

function commonest(words: readonly string[]): string | null {
  return Object.entries(tally(words)).sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

function tally(words: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function judgeSummary(cells: readonly Cell[], { correction, sheet }: SummaryInput): JudgeSummary | null {
  const judged = cells.filter(({ judge }) => judge !== null);
  const [first] = judged;
  if (first?.judge == null) return null;
  const lost = judged.filter(({ state }) => state === 'ungraded');
  const pairs = judged.filter(({ judge }) => judge?.flipped != null);
  const flipped = pairs.filter(({ judge }) => judge?.flipped === true).length;
  const rate = pairs.length === 0 ? null : wilson(flipped, pairs.length);
  return {
    model: first.judge.model,
    graded: judged.length - lost.length,
    ungraded: lost.length,
    reasons: tally(lost.map(({ why }) => why ?? '')),
    cut: judged.filter(({ judge }) => judge?.cut === true).length,
    pairs: pairs.length,
    flipped,
    flipRate: rate === null || 'undefined' in rate ? null : rate,
    correction,
    sheet,
  };
}
