import { element, escapeHtml } from './escape.ts';
import { dot, line, mark, rect } from './svg.ts';

export type LegendKey =
  | 'router'
  | 'sweep'
  | 'model'
  | 'hull'
  | 'control'
  | 'skyline'
  | 'interval'
  | 'bar'
  | 'good'
  | 'bad'
  | 'fixed'
  | 'marked';

/** What the marks of a plot mean, drawn as in the plot. */
export function legend(entries: readonly (readonly [LegendKey, string])[]): string {
  const items = entries.map(([key, text]) => `<li>${swatch(key)}${escapeHtml(text)}</li>`);
  return `<ul class="legend">${items.join('')}</ul>`;
}

function swatch(key: LegendKey): string {
  return element('svg', { width: 22, height: 14, viewBox: '0 0 22 14', 'aria-hidden': 'true', class: 'key' }, drawing(key));
}

function drawing(key: LegendKey): string {
  if (key === 'router') return mark(11, 7, 6, 'diamond', 'router', '');
  if (key === 'skyline') return mark(11, 7, 5, 'triangle', 'skyline', '');
  if (key === 'model' || key === 'control') return dot(11, 7, 4, key, '');
  if (key === 'marked') return line(1, 7, 21, 7, 'interval strong') + dot(11, 7, 4, 'router', '');
  if (key === 'bar' || key === 'good' || key === 'bad' || key === 'fixed')
    return rect(3, 2, 16, 10, key === 'bar' ? 'bar' : `bar ${key}`, '');
  return line(1, 7, 21, 7, key);
}
