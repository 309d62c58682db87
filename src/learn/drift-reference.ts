import type { RouteRecord } from '../core/record.ts';
import type { DriftEvent, DriftReference } from './drift.ts';

/** A record as drift sees it. @param score what feedback said of the answer, 0..1; null when nothing */
export function driftEvent({ label, executed, classifier }: RouteRecord, score: number | null = null): DriftEvent {
  const usd = executed === null || executed.usd === null || classifier.usd === null ? null : executed.usd + classifier.usd;
  return { labels: label, passed: score === null ? null : score >= 0.5, usd };
}

/** What a stretch of traffic looked like, to compare later traffic with. */
export function driftReference(events: readonly DriftEvent[]): DriftReference {
  const axes = [...new Set(events.flatMap(({ labels }) => Object.keys(labels)))];
  const judged = events.flatMap(({ passed }) => (passed === null ? [] : [passed]));
  const costs = events.flatMap(({ usd }) => usd ?? []);
  return {
    labels: Object.fromEntries(axes.map((axis) => [axis, sharesOf(events.flatMap(({ labels }) => labels[axis]?.value ?? []))])),
    confidence: Object.fromEntries(axes.map((axis) => [axis, spreadOf(events.flatMap(({ labels }) => labels[axis]?.confidence ?? []))])),
    passed: judged.length === 0 ? null : { rate: judged.filter(Boolean).length / judged.length, requests: judged.length },
    usd: costs.length === 0 ? null : { ...spreadOf(costs), requests: costs.length },
    requests: events.length,
  };
}

function sharesOf(values: readonly string[]): Record<string, number> {
  const shares: Record<string, number> = {};
  for (const value of values) shares[value] = (shares[value] ?? 0) + 1 / values.length;
  return shares;
}

function spreadOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return { mean, variance };
}
