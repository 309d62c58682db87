import { dearestRows, type RowLoss } from '../dearest.ts';
import type { ServedRow } from '../served.ts';
import { markdownTable, markdownText, pointsText, signed, usdText } from './format.ts';

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

/** The ten dearest rows for `report.md`; empty when no row did worse. @param against what they are held against */
export function dearestMarkdown(served: readonly ServedRow[], against: string): string {
  const { header, rows } = dearestTable(served);
  if (rows.length === 0) return '';
  return [
    `## The dearest rows, against ${against}`,
    markdownTable(
      header,
      rows.map((cells) => cells.map((cell) => markdownText(cell, 100))),
    ),
  ].join('\n\n');
}
