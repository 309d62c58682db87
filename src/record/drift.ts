import type { Alert } from '../core/alert.ts';
import { type DriftEvent, type DriftReference, PASSED_AT } from '../core/drift.ts';
import { type DriftAlarm, type DriftOptions, watchDrift } from '../core/drift-watch.ts';
import type { RouteRecord } from '../core/record.ts';

/** Alarms kept for `stats()`: the latest so many. */
const KEPT = 50;

/** What the watch has seen; alarms are the latest fifty, oldest first. */
export type DriftState = { requests: number; windows: number; alarms: (DriftAlarm & { at: string })[] };

export type DriftKeeper = {
  observe(record: RouteRecord): void;
  /** What feedback said of an answer, 0..1. */
  judged(score: number): void;
  state(): DriftState;
};

/** A record as drift sees it. @param score what feedback said of the answer, 0..1; null when nothing */
export function driftEvent({ label, executed, classifier }: RouteRecord, score: number | null = null): DriftEvent {
  const usd = executed === null || executed.usd === null || classifier.usd === null ? null : executed.usd + classifier.usd;
  return { labels: label, passed: score === null ? null : score >= PASSED_AT, usd };
}

/** Compares records with a reference, window by window, and tells of each alarm. */
export function createDrift(reference: DriftReference, options: DriftOptions, onAlert: (alert: Alert) => void): DriftKeeper {
  const watch = watchDrift(reference, options);
  const alarms: DriftState['alarms'] = [];
  let requests = 0;
  return {
    judged: (score) => watch.judged(score >= PASSED_AT),
    observe(record) {
      requests += 1;
      for (const alarm of watch.observe(driftEvent(record))) {
        alarms.push({ ...alarm, at: record.at });
        if (alarms.length > KEPT) alarms.shift();
        onAlert({ kind: 'drift', ...alarm });
      }
    },
    state: () => ({ requests, windows: Math.floor(requests / options.window), alarms: [...alarms] }),
  };
}
