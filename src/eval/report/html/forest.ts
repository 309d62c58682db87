import type { Estimated } from '../../compete.ts';
import { differenceText, shareText } from '../format.ts';
import { linearScale, padded } from './scale.ts';
import { dot, type Frame, figure, label, line } from './svg.ts';

/** One line of a forest plot; `marked` when it stands out after correction. */
export type ForestLine = { name: string; estimate: Estimated; marked: boolean };

const ROW = 22;

/** Estimates with their intervals, one below the other, around a line of reference. */
export function forestPlot(
  id: string,
  title: string,
  description: string,
  lines: readonly ForestLine[],
  reference: number,
  asPoints: boolean,
): string {
  if (lines.length === 0) return '<p>Not enough data.</p>';
  const frame: Frame = { width: 720, height: 40 + ROW * lines.length, left: 230, right: 150, top: 8, bottom: 32 };
  const ends = lines.flatMap(({ estimate: { ci95 } }) => [...ci95]);
  const x = linearScale(padded([Math.min(reference, ...ends), Math.max(reference, ...ends)]), [frame.left, frame.width - frame.right], 6);
  const rows = lines.flatMap(({ name, estimate: { mean, ci95 }, marked }, index) => {
    const y = frame.top + ROW * (index + 0.5);
    const text = asPoints ? differenceText({ mean, ci95 }) : `${shareText(mean)} [${shareText(ci95[0])}, ${shareText(ci95[1])}]`;
    return [
      label(frame.left - 10, y + 4, name.slice(0, 34), marked ? 'small strong' : 'small', 'end'),
      line(x.at(ci95[0]), y, x.at(ci95[1]), y, marked ? 'interval strong' : 'interval'),
      dot(x.at(mean), y, 4, marked ? 'router' : 'model', `${name}: ${text}`),
      label(frame.width - frame.right + 10, y + 4, text, 'small'),
    ];
  });
  const bottom = frame.height - frame.bottom;
  const ticks = x.ticks.flatMap((tick) => [
    line(x.at(tick), bottom, x.at(tick), bottom + 4, 'tick'),
    label(x.at(tick), bottom + 17, asPoints ? String(Math.round(tick * 1_000) / 10) : shareText(tick), 'small', 'middle'),
  ]);
  return figure(id, title, description, frame, [line(x.at(reference), frame.top, x.at(reference), bottom, 'axis'), ...ticks, ...rows]);
}
