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

function isWrong({ gold, label, state }: ServedRow): boolean {
  return state !== 'ok' || Object.entries(gold).some(([axis, value]) => label[axis]?.value !== value);
}

function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: Math.floor(count) }, (_, index) => items[Math.floor((index * items.length) / count)] as T);
}

/** The row browser: works without a mouse, says how many rows it found, and carries its data as inert text. */
export function rowBrowser(all: readonly ServedRow[]): string {
  const rows = sampledRows(all);
  const axes = [...new Set(rows.flatMap(({ gold, label }) => [...Object.keys(gold), ...Object.keys(label)]))];
  const slices = [...new Set(rows.flatMap((row) => row.slices))].sort();
  const models = [...new Set(rows.flatMap(({ model }) => (model === null ? [] : [model])))].sort();
  const gold = rows.some((row) => Object.keys(row.gold).length > 0);
  const only: [string, string][] = [
    ['', 'all rows'],
    ...(gold
      ? ([['wrong', 'wrong on some axis'], ['right', 'right on all'], ...axes.map((axis) => [`axis:${axis}`, `wrong ${axis}`])] as [
          string,
          string,
        ][])
      : []),
    ['failed', 'without an answer'],
  ];
  const header = ['id', 'text', ...axes, 'model', 'quality', 'cost'].map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const sample =
    rows.length < all.length
      ? `<p><strong>${rows.length.toLocaleString('en')} of ${all.length.toLocaleString('en')} rows are shown</strong>, those with an error first; all of them are in <code>rows.csv</code>.</p>`
      : '';
  return `${sample}<div class="filters">
<label>Search <input id="rows-text" type="search" autocomplete="off"></label>
<label>Show ${select('rows-only', only, gold ? 'wrong' : '')}</label>
<label>Slice ${select('rows-slice', [['', 'every slice'], ...slices.map((slice): [string, string] => [slice, slice])], '')}</label>
<label>Model ${select('rows-model', [['', 'every model'], ...models.map((model): [string, string] => [model, model])], '')}</label>
<button id="rows-back" type="button">Back</button> <button id="rows-next" type="button">Next</button>
<span id="rows-count" role="status" aria-live="polite"></span>
</div>
<div class="scroll" tabindex="0" role="region" aria-label="Rows"><table><thead><tr>${header}</tr></thead><tbody id="rows-body"></tbody></table></div>
<script type="application/json" id="rows-data">${jsonIsland({ rows, axes })}</script>`;
}

function select(id: string, options: readonly [string, string][], chosen: string): string {
  const inner = options.map(([value, text]) =>
    element('option', { value, ...(value === chosen ? { selected: '' } : {}) }, escapeHtml(text)),
  );
  return element('select', { id }, inner.join(''));
}
