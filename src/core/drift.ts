import { z } from 'zod';

const probability = z.number().min(0).max(1);
const spread = z.strictObject({ mean: z.number(), variance: z.number().min(0) });

/** What traffic looked like when a policy was fitted or evaluated: what later traffic is compared with. */
export const DriftReference = z.strictObject({
  /** Share of each value, by axis. */
  labels: z.record(z.string(), z.record(z.string(), probability)),
  /** Mean and variance of confidence, by axis. */
  confidence: z.record(z.string(), spread),
  /** Share of judged answers that passed (half right or better), and how many were judged; null when none was. */
  passed: z.strictObject({ rate: probability, requests: z.int().min(1) }).nullable(),
  /** Mean and variance of dollars a request, over those of known cost; null when there was none. */
  usd: z.strictObject({ ...spread.shape, requests: z.int().min(1) }).nullable(),
  /** Requests it was taken from. */
  requests: z.int().min(1),
});
export type DriftReference = z.infer<typeof DriftReference>;

/** One request as it came: values and confidences by axis, whether it passed (null unknown), what it cost (null unknown). */
export type DriftEvent = {
  labels: Readonly<Record<string, { value: string; confidence: number }>>;
  passed: boolean | null;
  usd: number | null;
};

/** Quality from which an answer has passed, 0..1. */
export const PASSED_AT = 0.5;

/** A stretch of traffic as a reference; null when there was none. Figures are kept to seven digits: a reference is read by people, too. */
export function driftReference(events: readonly DriftEvent[]): DriftReference | null {
  if (events.length === 0) return null;
  const axes = [...new Set(events.flatMap(({ labels }) => Object.keys(labels)))];
  const judged = events.flatMap(({ passed }) => (passed === null ? [] : [passed]));
  const costs = events.flatMap(({ usd }) => usd ?? []);
  return {
    labels: Object.fromEntries(axes.map((axis) => [axis, sharesOf(events.flatMap(({ labels }) => labels[axis]?.value ?? []))])),
    confidence: Object.fromEntries(axes.map((axis) => [axis, spreadOf(events.flatMap(({ labels }) => labels[axis]?.confidence ?? []))])),
    passed: judged.length === 0 ? null : { rate: short(judged.filter(Boolean).length / judged.length), requests: judged.length },
    usd: costs.length === 0 ? null : { ...spreadOf(costs), requests: costs.length },
    requests: events.length,
  };
}

function sharesOf(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).map(([value, count]) => [value, short(count / values.length)]));
}

function spreadOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return { mean: short(mean), variance: short(variance) };
}

const short = (value: number): number => Number(value.toPrecision(7));
