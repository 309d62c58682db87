import { type DriftEvent, type DriftReference, driftReference, PASSED_AT } from '../core/drift.ts';
import { type DriftAlarm, driftOf } from '../core/drift-watch.ts';
import { markdownTable, markdownText, table } from './report/format.ts';
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

function rowsOf({ watches, limit }: DriftReport): { header: string[]; rows: string[][] } {
  return {
    header: ['watch', 'moved by', 'standard errors', 'limit', ''],
    rows: watches.map(({ watch, shift, score, alarm }) => [
      watch,
      watch === 'usd' ? `$${shift.toPrecision(2)}` : `${(shift * 100).toFixed(1)} points`,
      score.toFixed(1),
      limit.toFixed(1),
      alarm ? 'moved' : 'as before',
    ]),
  };
}

function headline({ requests, referenceRequests, watches }: DriftReport): string {
  const moved = watches.filter(({ alarm }) => alarm).map(({ watch }) => watch);
  const found = moved.length === 0 ? 'traffic looks as it did' : `traffic has moved in ${moved.join(', ')}`;
  return `${found} (${requests.toLocaleString('en')} requests against ${referenceRequests.toLocaleString('en')})`;
}

export function driftScreen(report: DriftReport): string {
  const { header, rows } = rowsOf(report);
  return `DRIFT     ${headline(report)}\n${table(header, rows)}\n`;
}

export function driftMarkdown(report: DriftReport): string {
  const { header, rows } = rowsOf(report);
  const cells = rows.map((row) => row.map((cell) => markdownText(cell)));
  const note =
    'The limit shares a chance of 1 % of any false alarm over all watches. Shifts below 5 points of a mix, 3 points of a confidence or pass rate, or a tenth of the price are no alarm however sure.';
  return ['## Drift', `${markdownText(headline(report), 300)}.`, markdownTable(header, cells), note].join('\n\n');
}
