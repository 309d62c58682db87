import { dearestRows, type RowLoss } from '../../dearest.ts';
import type { ServedRow } from '../../served.ts';
import { pointsText, usdText } from '../format.ts';
import { signed } from './confusion.ts';
import { htmlTable } from './escape.ts';

const SHOWN = 10;

/** The rows that lost most against the route they are held against, in words for a table. */
export function dearestTable(rows: readonly ServedRow[]): { header: string[]; rows: string[][] } {
  const losses = dearestRows(rows, SHOWN);
  const labelled = losses.some(({ row }) => Object.keys(row.gold).length > 0);
  return {
    header: ['id', 'quality, points', 'cost', 'sent to', 'instead of', ...(labelled ? ['wrong on'] : []), 'text'],
    rows: losses.map((loss) => lineOf(loss, labelled)),
  };
}

function lineOf({ row, quality, usd }: RowLoss, labelled: boolean): string[] {
  const wrong = Object.entries(row.gold).flatMap(([axis, gold]) => {
    const said = row.label[axis]?.value ?? 'no answer';
    return said === gold ? [] : [`${axis}: ${gold} → ${said}`];
  });
  return [
    row.id,
    pointsText(quality),
    usd === null ? 'unknown' : signed(usd, usdText(Math.abs(usd))),
    row.model ?? 'nobody',
    row.reference?.model ?? 'nobody',
    ...(labelled ? [wrong.join('; ') || 'nothing'] : []),
    row.text.slice(0, 160),
  ];
}

/** The ten dearest rows as HTML, or why there are none. @param against what they are held against */
export function dearestHtml(rows: readonly ServedRow[], against: string): string {
  if (!rows.some(({ reference }) => reference !== undefined && reference !== null)) {
    return `<p class="none">Not shown: this run kept no route to hold its rows against.</p>`;
  }
  const { header, rows: lines } = dearestTable(rows);
  if (lines.length === 0) return `<p class="none">No row did worse than ${against}.</p>`;
  return htmlTable(header, lines, `Rows that lost most quality against ${against}`, 'texts');
}
