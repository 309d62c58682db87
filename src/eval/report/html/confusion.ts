import { type PricedCell, pricedCells } from '../../dearest.ts';
import type { AxisScore } from '../../score.ts';
import type { ServedRow } from '../../served.ts';
import { percentText, shareText, signed, usdText } from '../format.ts';
import { escapeHtml, htmlTable } from './escape.ts';

const SHOWN = 8;
const SHADES = 5;

/** Gold against predicted as a shaded table, then what each wrong cell cost. */
export function confusionTable(score: AxisScore, served: readonly ServedRow[]): string {
  const { axis, confusion, values } = score;
  const most = Math.max(1, ...confusion.counts.flat());
  const head = [
    ...confusion.values.map((value) => `<th scope="col">${escapeHtml(value)}</th>`),
    ...['recall', 'precision', 'F1'].map((name) => `<th scope="col" class="apart">${name}</th>`),
  ].join('');
  const body = values.map((value, index) => {
    const counts = (confusion.counts[index] ?? []).map((count, column) => cellOf(count, most, index === column));
    const rates = [value.recall, value.precision, value.f1].map((rate) => `<td class="apart">${shareText(rate)}</td>`);
    return `<tr><th scope="row">${escapeHtml(value.value)}</th>${counts.join('')}${rates.join('')}</tr>`;
  });
  const caption = escapeHtml(`Rows by gold ${axis} (down) and predicted ${axis} (across); the darker, the more; right ones are framed`);
  return `<div class="side"><div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="heat"><caption>${caption}</caption><thead><tr><th scope="col">gold ↓ said →</th>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>${prices(axis, served)}</div>`;
}

function cellOf(count: number, most: number, right: boolean): string {
  const shade = count === 0 ? 0 : Math.max(1, Math.ceil((SHADES * count) / most));
  return `<td class="${right ? 'right' : 'wrong'} heat${shade}">${count === 0 ? '·' : count}</td>`;
}

function prices(axis: string, served: readonly ServedRow[]): string {
  const cells = pricedCells(served, axis).filter(({ quality, usd }) => Math.abs(quality) >= 0.05 || usd === null || Math.abs(usd) >= 0.005);
  if (cells.length === 0) return '';
  const shown = cells.slice(0, SHOWN);
  const note = `Price of each confusion in ${axis}, against the routes of gold labels on the same rows${cells.length > SHOWN ? ` (the ${SHOWN} dearest of ${cells.length} that cost anything)` : ''}; a row wrong on several axes counts for each`;
  return htmlTable(['gold → said', 'rows', 'quality, answers won or lost', 'dollars, saved (−) or wasted (+)'], shown.map(priceRow), note);
}

function priceRow({ gold, said, rows, quality, usd }: PricedCell): string[] {
  return [
    `${gold} → ${said}`,
    String(rows),
    signed(quality, Math.abs(quality).toFixed(1)),
    usd === null ? 'unknown' : signed(usd, usdText(Math.abs(usd))),
  ];
}

/** The axis in one line of figures. */
export function axisFacts(score: AxisScore): string {
  const { accuracy, n, macroF1, kappa, calibration, ordinal } = score;
  const errors = ordinal === null ? '' : ` · too low ${percentText(ordinal.under)}, too high ${percentText(ordinal.over)}`;
  return `accuracy ${shareText(accuracy.value)} of ${n} rows · macro-F1 ${shareText(macroF1)} · κ ${shareText(kappa.value)} (${kappa.weights})${errors} · calibration error (ACE) ${shareText(calibration.ace)} · Brier ${shareText(calibration.brier)} · area under ROC of confidence ${shareText(calibration.auroc)}`;
}
