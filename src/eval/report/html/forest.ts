import type { Estimated } from '../../compete.ts';
import { differenceText, pointsTick, shareText } from '../format.ts';
import { linearScale, padded, type Scale } from './scale.ts';
import { type Drawing, dot, type Figure, type Frame, figure, fitted, label, line } from './svg.ts';

/** One line of a forest plot; `marked` when it stands out after correction. */
export type ForestLine = { name: string; estimate: Estimated; marked: boolean };

export type Forest = Figure & {
  lines: readonly ForestLine[];
  /** Where nothing differs: a vertical line. */
  reference: number;
  /** Differences in points of a hundred; else shares. */
  asPoints: boolean;
  /** Name of the axis, with its unit. */
  axis: string;
};

const WIDE_ROW = 24;
const NARROW_ROW = 40;

/** Estimates with their intervals, one below the other, around a line of reference. */
export function forestPlot(forest: Forest): string {
  if (forest.lines.length === 0) return '<p class="none">Not drawn: not enough data.</p>';
  return figure(forest, draw(forest, true), draw(forest, false));
}

function draw(forest: Forest, wide: boolean): Drawing {
  const { lines, reference, asPoints, axis } = forest;
  const row = wide ? WIDE_ROW : NARROW_ROW;
  const frame: Frame = wide
    ? { width: 960, height: 56 + row * lines.length, left: 250, right: 170, top: 8, bottom: 48 }
    : { width: 350, height: 60 + row * lines.length, left: 14, right: 14, top: 12, bottom: 48 };
  const ends = lines.flatMap(({ estimate: { ci95 } }) => [...ci95]);
  const x = linearScale(
    padded([Math.min(reference, ...ends), Math.max(reference, ...ends)]),
    [frame.left, frame.width - frame.right],
    wide ? 7 : 4,
  );
  const rows = lines.flatMap((each, index) =>
    lineOf(each, { x, frame, wide, asPoints, y: frame.top + row * (index + (wide ? 0.5 : 0.78)) }),
  );
  const bottom = frame.height - frame.bottom;
  const ticks = x.ticks.flatMap((tick) => [
    line(x.at(tick), frame.top, x.at(tick), bottom, 'grid'),
    label(x.at(tick), bottom + 17, asPoints ? pointsTick(tick) : shareText(tick), 'small', 'middle'),
  ]);
  const title = label((frame.left + frame.width - frame.right) / 2, bottom + 39, axis, 'small soft', 'middle');
  return { frame, marks: [...ticks, line(x.at(reference), frame.top, x.at(reference), bottom, 'axis'), title, ...rows] };
}

type At = { x: Scale; frame: Frame; wide: boolean; asPoints: boolean; y: number };

function lineOf({ name, estimate: { mean, ci95 }, marked }: ForestLine, { x, frame, wide, asPoints, y }: At): string[] {
  const text = asPoints ? differenceText({ mean, ci95 }) : `${shareText(mean)} [${shareText(ci95[0])}, ${shareText(ci95[1])}]`;
  const said = marked ? 'small strong' : 'small';
  const right = frame.width - frame.right;
  const words = wide
    ? [label(frame.left - 12, y + 4, fitted(name, frame.left - 16), said, 'end'), label(right + 12, y + 4, text, said)]
    : [label(frame.left, y - 12, fitted(name, 185), said), label(right, y - 12, text, said, 'end')];
  return [
    ...words,
    line(x.at(ci95[0]), y, x.at(ci95[1]), y, marked ? 'interval strong' : 'interval'),
    dot(x.at(mean), y, marked ? 5 : 4, marked ? 'router' : 'model', `${name}: ${text}`),
  ];
}
