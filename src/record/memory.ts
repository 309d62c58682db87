import type { Recorder } from '../core/contracts.ts';
import type { Feedback, RouteRecord } from '../core/record.ts';

/** A recorder that keeps the latest records in this process. */
export type MemoryRecorder = Recorder & { readonly records: readonly RouteRecord[]; readonly feedbacks: readonly Feedback[] };

/** @param most records kept, the oldest dropped first. @default 10000 */
export function memoryRecorder(most = 10_000): MemoryRecorder {
  const records: RouteRecord[] = [];
  const feedbacks: Feedback[] = [];
  const keep = <V>(list: V[], value: V): void => {
    list.push(value);
    if (list.length > most) list.shift();
  };
  return {
    records,
    feedbacks,
    record: async (record) => keep(records, record),
    feedback: async (feedback) => keep(feedbacks, feedback),
    close: async () => undefined,
  };
}
