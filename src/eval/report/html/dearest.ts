import type { ServedRow } from '../../served.ts';
import { dearestTable } from '../dearest.ts';
import { htmlTable } from './escape.ts';

/** The ten dearest rows as HTML, or why there are none. @param against what they are held against */
export function dearestHtml(rows: readonly ServedRow[], against: string): string {
  if (!rows.some(({ reference }) => reference !== undefined && reference !== null)) {
    return `<p class="none">Not shown: this run kept no route to hold its rows against.</p>`;
  }
  const { header, rows: lines } = dearestTable(rows);
  if (lines.length === 0) return `<p class="none">No row did worse than ${against}.</p>`;
  return htmlTable(header, lines, `Rows that lost most quality against ${against}`, 'texts');
}
