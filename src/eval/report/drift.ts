import type { DriftReport } from '../drift.ts';
import { markdownTable, markdownText, plainText, table } from './format.ts';

const NOTE =
  'The limit shares a chance of 1 % of any false alarm over all watches. Shifts below 5 points of a mix, 3 points of a confidence or pass rate, or a tenth of the price are no alarm however sure.';

/** The report in words and cells, for any output. */
export function driftLines(report: DriftReport): { headline: string; note: string; header: string[]; rows: string[][] } {
  return { headline: headlineOf(report), note: NOTE, ...rowsOf(report) };
}

function rowsOf({ watches, limit }: DriftReport): { header: string[]; rows: string[][] } {
  return {
    header: ['watch', 'moved by', 'most', 'standard errors', 'limit', ''],
    rows: watches.map(({ watch, shift, score, alarm, value, from, to }) => [
      watch,
      watch === 'usd' ? `$${shift.toPrecision(2)}` : `${(shift * 100).toFixed(1)} points`,
      `${value === null ? '' : `${plainText(value)} `}${from.toPrecision(2)} → ${to.toPrecision(2)}`,
      score.toFixed(1),
      limit.toFixed(1),
      alarm ? 'moved' : 'as before',
    ]),
  };
}

function headlineOf({ requests, referenceRequests, watches }: DriftReport): string {
  const moved = watches.filter(({ alarm }) => alarm).map(({ watch }) => watch);
  const found = moved.length === 0 ? 'traffic looks as it did' : `traffic has moved in ${moved.join(', ')}`;
  return `${found} (${requests.toLocaleString('en')} requests against ${referenceRequests.toLocaleString('en')})`;
}

export function driftScreen(report: DriftReport): string {
  const { headline, header, rows } = driftLines(report);
  return `DRIFT     ${headline}\n${table(header, rows)}\n`;
}

export function driftMarkdown(report: DriftReport): string {
  const { headline, note, header, rows } = driftLines(report);
  const cells = rows.map((row) => row.map((cell) => markdownText(cell)));
  return ['## Drift', `${markdownText(headline, 300)}.`, markdownTable(header, cells), note].join('\n\n');
}
