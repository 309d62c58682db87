import { type DriftEvent, type DriftReference, driftReference, PASSED_AT } from '../core/drift.ts';
import { type DriftAlarm, driftOf } from '../core/drift-watch.ts';
import type { EvalMetrics } from './result.ts';
import type { ServedRow } from './served.ts';
import type { TableMetrics } from './table/result.ts';

/** How far the rows of a run are from a reference, watch by watch. `limit` is in standard errors. */
export type DriftReport = { requests: number; referenceRequests: number; limit: number; watches: (DriftAlarm & { alarm: boolean })[] };

/** Rows as drift sees them. Quality and cost count only where they were measured: what was modelled is no traffic. */
function eventsOf(served: readonly ServedRow[], { kind, evidence }: EvalMetrics | TableMetrics): DriftEvent[] {
  const measured = (what: 'quality' | 'usd') => kind === 'outcomes' && evidence[what] === 'MEASURED';
  const [judged, paid] = [measured('quality'), measured('usd')];
  return served
    .filter(({ label }) => Object.keys(label).length > 0)
    .map(({ label, quality, usd }) => ({
      labels: label,
      passed: judged && quality !== null ? quality >= PASSED_AT : null,
      usd: paid ? usd : null,
    }));
}

/** What these rows look like, for later traffic to be compared with; null when none has a label. */
export function servedReference(served: readonly ServedRow[], metrics: EvalMetrics | TableMetrics): DriftReference | null {
  return driftReference(eventsOf(served, metrics));
}

/** The rows of a run against a reference, as one look at them. */
export function driftReport(reference: DriftReference, served: readonly ServedRow[], metrics: EvalMetrics | TableMetrics): DriftReport {
  const events = eventsOf(served, metrics);
  return { requests: events.length, referenceRequests: reference.requests, ...driftOf(reference, events) };
}
