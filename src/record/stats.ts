import type { Price } from '../core/models.ts';
import { costNanos, usdOfNanos } from '../core/money.ts';
import type { RouteRecord } from '../core/record.ts';
import type { DriftState } from './drift.ts';

/** Times kept for the quantiles: the latest so many. */
const SAMPLES = 2_000;

/** Milliseconds; null without data. */
export type Quantiles = { p50: number | null; p95: number | null; p99: number | null; samples: number };

export type ModelStats = { requests: number; usd: number; firstByteMs: Quantiles };

export type Stats = {
  /** Requests recorded, and what became of them; those only routed are neither answered nor failed. */
  requests: number;
  answered: number;
  failed: number;
  refused: number;
  /** Requests that a fallback answered. */
  fellBack: number;
  /** By the model that answered. */
  models: Record<string, ModelStats>;
  /** By axis, then by value. */
  labels: Record<string, Record<string, number>>;
  languages: Record<string, number>;
  /** From the start of a run to the end of its answer. */
  latencyMs: Quantiles;
  /** Spent on labelling and deciding. */
  overheadMs: Quantiles;
  /** Dollars of all calls and labels whose cost is known, and how many requests cost an unknown sum. */
  spendUsd: number;
  unknownCost: number;
  /** What the same tokens would have cost at one model's price, less what they did cost; null when no such model was named. */
  saving: { against: string; usd: number; requests: number } | null;
  /** What the watch for drift has seen; null when there is none. */
  drift: DriftState | null;
};

type Samples = { values: number[]; next: number };
type ModelTally = { requests: number; usd: number; firstByte: Samples };

/** Running totals over records, bounded whatever their number. */
export type StatsKeeper = { observe(record: RouteRecord): void; stats(): Stats };

/**
 * @param against the model every answer is compared with, and its price
 * @param drift what a watch for drift has seen
 */
export function createStats(against: { model: string; price: Price } | null = null, drift: (() => DriftState) | null = null): StatsKeeper {
  const counts = { requests: 0, answered: 0, failed: 0, refused: 0, fellBack: 0, unknownCost: 0 };
  const models = new Map<string, ModelTally>();
  const labels = new Map<string, Map<string, number>>();
  const languages = new Map<string, number>();
  const latency: Samples = { values: [], next: 0 };
  const overhead: Samples = { values: [], next: 0 };
  const money = { spendUsd: 0, savedUsd: 0, compared: 0 };
  return {
    observe(record) {
      count(counts, record);
      for (const [axis, { value }] of Object.entries(record.label)) bump(mapAt(labels, axis), value);
      if (typeof record.facts.language === 'string') bump(languages, record.facts.language);
      sample(overhead, record.ms.total);
      tallyRun(record, models, latency);
      tallyMoney(record, money, against?.price ?? null);
    },
    stats: () => ({
      ...counts,
      models: Object.fromEntries(
        [...models].map(([id, tally]) => [id, { requests: tally.requests, usd: tally.usd, firstByteMs: quantiles(tally.firstByte) }]),
      ),
      labels: Object.fromEntries([...labels].map(([axis, values]) => [axis, Object.fromEntries(values)])),
      languages: Object.fromEntries(languages),
      latencyMs: quantiles(latency),
      overheadMs: quantiles(overhead),
      spendUsd: money.spendUsd,
      saving: against === null ? null : { against: against.model, usd: money.savedUsd, requests: money.compared },
      drift: drift?.() ?? null,
    }),
  };
}

type Counts = Record<'requests' | 'answered' | 'failed' | 'refused' | 'fellBack' | 'unknownCost', number>;

function count(counts: Counts, { decision, executed, model }: RouteRecord): void {
  counts.requests += 1;
  if (decision === 'refused') counts.refused += 1;
  if (executed === null) return;
  if (wasAnswered(executed)) counts.answered += 1;
  else counts.failed += 1;
  if (wasAnswered(executed) && executed.model !== model) counts.fellBack += 1;
  if (executed.usd === null) counts.unknownCost += 1;
}

type Executed = NonNullable<RouteRecord['executed']>;

export const wasAnswered = ({ attempts, model }: Executed): boolean =>
  model !== null && attempts.some((attempt) => attempt.model === model && attempt.status === 'answered');

function tallyRun({ executed }: RouteRecord, models: Map<string, ModelTally>, latency: Samples): void {
  if (executed === null || executed.model === null || !wasAnswered(executed)) return;
  sample(latency, executed.ms);
  const tally = models.get(executed.model) ?? { requests: 0, usd: 0, firstByte: { values: [], next: 0 } };
  models.set(executed.model, tally);
  tally.requests += 1;
  tally.usd += executed.usd ?? 0;
  if (executed.firstByteMs !== null) sample(tally.firstByte, executed.firstByteMs);
}

/** The classifier's cost is part of the spending on both sides of the comparison: it is money out of the same purse. */
function tallyMoney(
  { executed, classifier }: RouteRecord,
  money: { spendUsd: number; savedUsd: number; compared: number },
  price: Price | null,
): void {
  money.spendUsd += (executed?.usd ?? 0) + (classifier.usd ?? 0);
  if (price === null || executed === null || executed.tokens === null || executed.usd === null || classifier.usd === null) return;
  const other = costNanos(price, executed.tokens);
  if (other === null) return;
  money.savedUsd += usdOfNanos(other) - executed.usd - classifier.usd;
  money.compared += 1;
}

function mapAt<V>(maps: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const known = maps.get(key) ?? new Map<string, V>();
  maps.set(key, known);
  return known;
}

const bump = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

function sample(samples: Samples, value: number): void {
  samples.values[samples.next] = value;
  samples.next = (samples.next + 1) % SAMPLES;
}

function quantiles({ values }: Samples): Quantiles {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), samples: sorted.length };
}
