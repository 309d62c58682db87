import type { ServedRow } from '../served.ts';

/** What a spreadsheet would run as a formula, also behind blanks; and what already looks neutralised, so that reading back is exact. */
const FORMULA = /^'*[\s\u00a0\ufeff\0]*[=+\-@\t\r\0＝＋－＠]/u;

/** `rows.csv`: one line per row, for a spreadsheet. Cells of unknown origin cannot become formulas. */
export function rowsCsv(rows: readonly ServedRow[]): string {
  const axes = [...new Set(rows.flatMap(({ gold, label }) => [...Object.keys(gold), ...Object.keys(label)]))];
  const header = [
    'id',
    'state',
    'model',
    'quality',
    'usd',
    ...axes.flatMap((axis) => [`gold.${axis}`, axis, `${axis}.confidence`]),
    'slices',
    'cluster',
    'text',
  ];
  const lines = rows.map((row) => [
    safeCell(row.id),
    row.state,
    safeCell(row.model ?? ''),
    numberCell(row.quality),
    numberCell(row.usd),
    ...axes.flatMap((axis) => [
      safeCell(row.gold[axis] ?? ''),
      safeCell(row.label[axis]?.value ?? ''),
      numberCell(row.label[axis]?.confidence ?? null),
    ]),
    safeCell(row.slices.join(' ')),
    safeCell(row.cluster),
    safeCell(row.text),
  ]);
  return `${[header.map(safeCell), ...lines].map((cells) => cells.join(',')).join('\r\n')}\r\n`;
}

const numberCell = (value: number | null): string => (value === null ? '' : String(value));

/** A text cell, quoted where needed, with an apostrophe before whatever a spreadsheet would run. @example safeCell('=1+1') // => "'=1+1" */
export function safeCell(text: string): string {
  const neutral = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n'\0]/.test(neutral) ? `"${neutral.replaceAll('"', '""')}"` : neutral;
}

/** The text a cell was made from. @example plainCell("'=1+1") // => '=1+1' */
export function plainCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
