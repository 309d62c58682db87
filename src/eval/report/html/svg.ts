import { element, escapeHtml } from './escape.ts';
import type { Scale } from './scale.ts';

/** Size of a plot and the room its axes take, in pixels. */
export type Frame = { width: number; height: number; left: number; right: number; top: number; bottom: number };

export const WIDE: Frame = { width: 960, height: 440, left: 72, right: 28, top: 16, bottom: 54 };
export const NARROW: Frame = { width: 350, height: 360, left: 56, right: 12, top: 14, bottom: 50 };
export const HALF: Frame = { width: 350, height: 300, left: 56, right: 12, top: 12, bottom: 48 };

export const across = ({ left, right, width }: Frame): [number, number] => [left, width - right];
export const upwards = ({ top, bottom, height }: Frame): [number, number] => [height - bottom, top];

export type Figure = {
  id: string;
  title: string;
  /** What it shows, in words: the caption, and what those hear who cannot see it. */
  description: string;
  /** HTML between title and drawing. */
  legend?: string;
};

/** What is drawn on one frame. */
export type Drawing = { frame: Frame; marks: readonly string[] };

/** A figure; with two drawings the second is shown on narrow screens, so that text is never scaled down. */
export function figure({ id, title, description, legend = '' }: Figure, wide: Drawing, narrow?: Drawing): string {
  const drawn = ({ frame, marks }: Drawing, kind: string) => {
    const label = `${title}. ${description}`;
    const names = { class: kind, role: 'img', 'aria-label': label, viewBox: `0 0 ${frame.width} ${frame.height}`, width: frame.width };
    return element('svg', names, marks.join(''));
  };
  const caption = `<figcaption><strong>${escapeHtml(title)}</strong> ${escapeHtml(description)}</figcaption>`;
  const drawings = narrow === undefined ? drawn(wide, 'only') : drawn(wide, 'wide') + drawn(narrow, 'narrow');
  return `<figure id="${escapeHtml(id)}-figure">${caption}${legend}${drawings}</figure>`;
}

/** Number with two decimals at most, for coordinates. */
export const px = (value: number): string => String(Math.round(value * 100) / 100);

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line class="${kind}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
}

/** A dot that says its name when pointed at. */
export function dot(x: number, y: number, radius: number, kind: string, name: string): string {
  return `<circle class="${kind}" cx="${px(x)}" cy="${px(y)}" r="${radius}"><title>${escapeHtml(name)}</title></circle>`;
}

/** A closed shape around a point, for marks that differ in form and not in colour alone. */
export function mark(x: number, y: number, radius: number, kind: 'diamond' | 'triangle', style: string, name: string): string {
  const corners: readonly (readonly [number, number])[] =
    kind === 'diamond'
      ? [
          [0, -1],
          [1, 0],
          [0, 1],
          [-1, 0],
        ]
      : [
          [0, -1],
          [0.95, 0.75],
          [-0.95, 0.75],
        ];
  const points = corners.map(([dx, dy]) => `${px(x + dx * radius)},${px(y + dy * radius)}`).join(' ');
  return `<polygon class="${style}" points="${points}"><title>${escapeHtml(name)}</title></polygon>`;
}

export function rect(x: number, y: number, width: number, height: number, kind: string, name: string): string {
  return `<rect class="${kind}" x="${px(x)}" y="${px(y)}" width="${px(Math.max(0, width))}" height="${px(Math.max(0, height))}"><title>${escapeHtml(name)}</title></rect>`;
}

export function path(points: readonly (readonly [number, number])[], kind: string, closed = false): string {
  if (points.length === 0) return '';
  return `<path class="${kind}" d="M${points.map(([x, y]) => `${px(x)},${px(y)}`).join('L')}${closed ? 'Z' : ''}"/>`;
}

export function label(x: number, y: number, text: string, kind = '', anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text class="${kind}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escapeHtml(text)}</text>`;
}

/** Pixels a text of the plots takes, on the generous side. */
export const textWidth = (text: string): number => [...text].length * 6.9;

/** Cut to the pixels there are. */
export function fitted(text: string, width: number): string {
  const most = Math.max(2, Math.floor(width / 6.9));
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}

export type AxisNames = { x: string; y: string };
export type AxisFormats = { x: (value: number) => string; y: (value: number) => string };

/** Axes with ticks and names; ticks whose words would touch are left out. */
export function axes(frame: Frame, x: Scale, y: Scale, names: AxisNames, format: AxisFormats): string[] {
  const [left, right] = across(frame);
  const [bottom, top] = upwards(frame);
  const below = apart(x.ticks, x.at, format.x).flatMap((tick) => [
    line(x.at(tick), bottom, x.at(tick), bottom + 5, 'tick'),
    label(Math.min(x.at(tick), frame.width - textWidth(format.x(tick)) / 2), bottom + 19, format.x(tick), 'small', 'middle'),
  ]);
  const beside = y.ticks.flatMap((tick) => [
    line(left, y.at(tick), right, y.at(tick), 'grid'),
    label(left - 8, y.at(tick) + 4, format.y(tick), 'small', 'end'),
  ]);
  const title = `<text class="small soft" transform="translate(13 ${px((top + bottom) / 2)}) rotate(-90)" text-anchor="middle">${escapeHtml(names.y)}</text>`;
  return [
    ...beside,
    ...below,
    line(left, bottom, right, bottom, 'axis'),
    label((left + right) / 2, bottom + 42, names.x, 'small soft', 'middle'),
    title,
  ];
}

function apart(ticks: readonly number[], at: (value: number) => number, format: (value: number) => string): number[] {
  const kept: number[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    const room = last === undefined ? Number.POSITIVE_INFINITY : at(tick) - at(last);
    if (last === undefined || room > (textWidth(format(tick)) + textWidth(format(last))) / 2 + 4) kept.push(tick);
  }
  return kept;
}
