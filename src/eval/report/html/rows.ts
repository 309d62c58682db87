import type { ServedRow } from '../../served.ts';
import { element, escapeHtml, jsonIsland } from './escape.ts';

/** Most rows a report carries; beyond, the ones with an error come first and the report says so. */
export const MOST_ROWS = 2_000;

/** The rows a report shows: all of them, or the wrong ones first and then every so-many-th of the rest. */
export function sampledRows(rows: readonly ServedRow[]): ServedRow[] {
  if (rows.length <= MOST_ROWS) return [...rows];
  const wrong = rows.filter(isWrong);
  const rest = rows.filter((row) => !isWrong(row));
  const kept = evenly(wrong, MOST_ROWS * 0.75);
  const chosen = new Set([...kept, ...evenly(rest, MOST_ROWS - kept.length)]);
  return rows.filter((row) => chosen.has(row));
}

function isWrong({ gold, label, state, quality, reference }: ServedRow): boolean {
  const worse = quality !== null && (reference?.quality ?? quality) > quality;
  return state !== 'ok' || worse || Object.entries(gold).some(([axis, value]) => label[axis]?.value !== value);
}

function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: Math.floor(count) }, (_, index) => items[Math.floor((index * items.length) / count)] as T);
}

type Options = readonly (readonly [value: string, text: string])[];

/** The row browser: works without a mouse, says how many rows it found, and carries its data as inert text. */
export function rowBrowser(all: readonly ServedRow[]): string {
  const rows = sampledRows(all);
  const axes = [...new Set(rows.flatMap(({ gold, label }) => [...Object.keys(gold), ...Object.keys(label)]))];
  const slices = [...new Set(rows.flatMap((row) => row.slices))].sort();
  const models = [...new Set(rows.flatMap(({ model }) => (model === null ? [] : [model])))].sort();
  const gold = rows.some((row) => Object.keys(row.gold).length > 0);
  const against = rows.some(({ reference }) => reference !== undefined && reference !== null);
  const header = ['id', 'text', ...axes, 'sent to', 'quality', 'cost'].map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const filters = [
    '<label>Search id and text <input id="rows-text" type="search" autocomplete="off"></label>',
    field('Show', 'rows-only', onlyOptions(gold, against, axes), gold ? 'wrong' : ''),
    field('Slice', 'rows-slice', [['', 'every slice'], ...slices.map((slice) => [slice, slice] as const)], ''),
    field('Sent to', 'rows-model', [['', 'every model'], ...models.map((model) => [model, model] as const)], ''),
    field('Order', 'rows-order', orderOptions(axes, against), ''),
  ];
  return `${sampleNote(rows.length, all.length)}<form class="filters" role="search" aria-label="Rows">${filters.join('')}</form>
<p class="pager"><button id="rows-back" type="button">Back</button> <button id="rows-next" type="button">Next</button> <span id="rows-count" role="status" aria-live="polite"></span></p>
<div class="scroll"><table class="rows" aria-label="Rows"><thead><tr>${header}</tr></thead><tbody id="rows-body"></tbody></table></div>
<p class="note">The button in front of a row opens it; with the arrow keys one goes from row to row.</p>
<noscript><p class="none">The browser of rows needs JavaScript; all rows are in <code>rows.csv</code> beside this file.</p></noscript>
<script type="application/json" id="rows-data">${jsonIsland({ rows, axes })}</script>`;
}

function onlyOptions(gold: boolean, against: boolean, axes: readonly string[]): Options {
  const right = [
    ['wrong', 'wrong on some axis'],
    ['right', 'right on all'],
    ...axes.map((axis) => [`axis:${axis}`, `wrong ${axis}`] as const),
  ] as const;
  return [
    ['', 'all rows'],
    ...(gold ? right : []),
    ...(against ? [['worse', gold ? 'worse than gold labels' : 'worse than the best constant'] as const] : []),
    ['failed', 'without an answer'],
  ];
}

function orderOptions(axes: readonly string[], against: boolean): Options {
  return [
    ['', 'as in the data'],
    ...(against ? [['loss', 'most quality lost first'] as const] : []),
    ['cost', 'dearest first'],
    ...axes.map((axis) => [`sure:${axis}`, `surest of ${axis} first`] as const),
  ];
}

function sampleNote(shown: number, all: number): string {
  if (shown >= all) return '';
  return `<p><strong>${shown.toLocaleString('en')} of ${all.toLocaleString('en')} rows are here</strong>: those with an error first, then an even sample of the rest. All of them are in <code>rows.csv</code> beside this file; the figures above rest on all of them.</p>`;
}

function field(name: string, id: string, options: Options, chosen: string): string {
  const inner = options.map(([value, text]) =>
    element('option', { value, ...(value === chosen ? { selected: '' } : {}) }, escapeHtml(text)),
  );
  return `<label>${escapeHtml(name)} ${element('select', { id }, inner.join(''))}</label>`;
}
