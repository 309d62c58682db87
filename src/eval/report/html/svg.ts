import { element, escapeHtml } from './escape.ts';
import type { Scale } from './scale.ts';

/** Size of a plot and the room its axes take, in pixels. */
export type Frame = { width: number; height: number; left: number; right: number; top: number; bottom: number };

export const FRAME: Frame = { width: 720, height: 380, left: 64, right: 24, top: 16, bottom: 52 };

export const across = ({ left, right, width }: Frame): [number, number] => [left, width - right];
export const upwards = ({ top, bottom, height }: Frame): [number, number] => [height - bottom, top];

/** A figure with a title, what it shows in words for those who cannot see it, and the drawing. */
export function figure(id: string, title: string, description: string, frame: Frame, marks: readonly string[]): string {
  const names = { role: 'img', 'aria-labelledby': `${id}-title ${id}-desc`, viewBox: `0 0 ${frame.width} ${frame.height}` };
  const text = `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-desc">${escapeHtml(description)}</desc>`;
  return `<figure>${element('svg', names, text + marks.join(''))}<figcaption>${escapeHtml(description)}</figcaption></figure>`;
}

/** Number with two decimals at most, for coordinates. */
const px = (value: number): string => String(Math.round(value * 100) / 100);

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line class="${kind}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
}

/** A dot that says its name when pointed at. */
export function dot(x: number, y: number, radius: number, kind: string, name: string): string {
  return `<circle class="${kind}" cx="${px(x)}" cy="${px(y)}" r="${radius}"><title>${escapeHtml(name)}</title></circle>`;
}

export function rect(x: number, y: number, width: number, height: number, kind: string, name: string): string {
  return `<rect class="${kind}" x="${px(x)}" y="${px(y)}" width="${px(Math.max(0, width))}" height="${px(Math.max(0, height))}"><title>${escapeHtml(name)}</title></rect>`;
}

export function path(points: readonly (readonly [number, number])[], kind: string): string {
  if (points.length === 0) return '';
  return `<path class="${kind}" d="M${points.map(([x, y]) => `${px(x)},${px(y)}`).join('L')}"/>`;
}

export function label(x: number, y: number, text: string, kind = '', anchor: 'start' | 'middle' | 'end' = 'start'): string {
  return `<text class="${kind}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escapeHtml(text)}</text>`;
}

/** Axes with ticks and names. */
export function axes(
  frame: Frame,
  x: Scale,
  y: Scale,
  names: { x: string; y: string },
  format: { x: (value: number) => string; y: (value: number) => string },
): string[] {
  const [left, right] = across(frame);
  const [bottom, top] = upwards(frame);
  const below = x.ticks.flatMap((tick) => [
    line(x.at(tick), bottom, x.at(tick), bottom + 5, 'tick'),
    label(x.at(tick), bottom + 18, format.x(tick), 'small', 'middle'),
  ]);
  const beside = y.ticks.flatMap((tick) => [
    line(left, y.at(tick), right, y.at(tick), 'grid'),
    label(left - 8, y.at(tick) + 4, format.y(tick), 'small', 'end'),
  ]);
  const title = `<text class="small" transform="translate(14 ${px((top + bottom) / 2)}) rotate(-90)" text-anchor="middle">${escapeHtml(names.y)}</text>`;
  return [
    ...beside,
    ...below,
    line(left, bottom, right, bottom, 'axis'),
    label((left + right) / 2, bottom + 40, names.x, 'small', 'middle'),
    title,
  ];
}

/** Names beside points, moved apart downwards so that none lies on another. */
export function spreadLabels(points: readonly { x: number; y: number; text: string; kind: string }[], frame: Frame): string[] {
  const placed: { x: number; y: number; width: number }[] = [];
  const [, right] = across(frame);
  return [...points]
    .sort((a, b) => a.y - b.y)
    .map(({ x, y, text, kind }) => {
      const width = text.length * 6.6;
      const left = x + 9 + width > right ? x - 9 - width : x + 9;
      let at = y + 4;
      while (placed.some((other) => Math.abs(other.y - at) < 13 && other.x < left + width && left < other.x + other.width)) at += 13;
      placed.push({ x: left, y: at, width });
      return label(left, at, text, kind);
    });
}
