import { type DriftEvent, type DriftReference, driftReference, PASSED_AT } from '../core/drift.ts';
import type { Contender } from '../eval/field.ts';
import type { FitData } from './fit-data.ts';

/** What the table's requests look like, and what came of them where they were left out: the reference that later traffic is compared with. */
export function trafficOf({ table, labels }: FitData, { quality, usd }: Contender): { traffic?: DriftReference } {
  const measured = table.evidence.usd === 'MEASURED';
  const events = labels.map((label, row): DriftEvent => {
    const cost = usd[row] as number;
    const passed = (quality[row] as number) >= PASSED_AT;
    return { labels: label, passed, usd: measured && !Number.isNaN(cost) ? cost : null };
  });
  const traffic = driftReference(events);
  return traffic === null ? {} : { traffic };
}
