import type { Estimated } from '../../compete.ts';
import { differenceText, pointsText, pointsTick } from '../format.ts';
import { linearScale, padded, type Scale } from './scale.ts';
import { type Drawing, type Frame, figure, fitted, label, line, rect } from './svg.ts';

/** One part of the loss, with the file to edit. */
export type Step = { name: string; estimate: Estimated; edit: string };

/** From the oracle down to the router: what each part loses, in points of utility, and where to mend it. */
export function lossWaterfall(from: string, total: Estimated, steps: readonly Step[]): string {
  const bars: Bar[] = [
    { name: `all of it, to ${from}`, estimate: total, edit: '', start: 0, end: total.mean, whole: true },
    ...running(steps),
  ];
  const description = `Points of utility (quality less what the money is worth) between ${from} and the router, part by part, with 95 % intervals; the parts add up to the whole. Under each part: what to edit.`;
  return figure({ id: 'loss', title: `Loss to ${from}`, description }, draw(bars, true), draw(bars, false));
}

type Bar = Step & { start: number; end: number; whole: boolean };

function running(steps: readonly Step[]): Bar[] {
  let at = steps.reduce((sum, { estimate }) => sum + estimate.mean, 0);
  return steps.map((step) => {
    const start = at;
    at -= step.estimate.mean;
    return { ...step, start, end: at, whole: false };
  });
}

function draw(bars: readonly Bar[], wide: boolean): Drawing {
  const row = wide ? 54 : 72;
  const frame: Frame = wide
    ? { width: 960, height: 60 + row * bars.length, left: 330, right: 170, top: 8, bottom: 48 }
    : { width: 350, height: 60 + row * bars.length, left: 14, right: 14, top: 8, bottom: 48 };
  const ends = bars.flatMap(({ start, end }) => [start, end]);
  const x = linearScale(padded([Math.min(0, ...ends), Math.max(0, ...ends)]), [frame.left, frame.width - frame.right], wide ? 7 : 4);
  const bottom = frame.height - frame.bottom;
  const ticks = x.ticks.flatMap((tick) => [
    line(x.at(tick), frame.top, x.at(tick), bottom, 'grid'),
    label(x.at(tick), bottom + 17, pointsTick(tick), 'small', 'middle'),
  ]);
  const marks = bars.flatMap((bar, index) => barOf(bar, frame.top + row * index, frame, x, wide));
  const title = label((frame.left + frame.width - frame.right) / 2, bottom + 39, 'points of utility', 'small soft', 'middle');
  return { frame, marks: [...ticks, ...marks, line(x.at(0), frame.top, x.at(0), bottom, 'axis'), title] };
}

function barOf({ name, estimate, edit, start, end, whole }: Bar, top: number, frame: Frame, x: Scale, wide: boolean): string[] {
  const [left, right] = [Math.min(x.at(start), x.at(end)), Math.max(x.at(start), x.at(end))];
  const right0 = frame.width - frame.right;
  const says = `${name}: ${differenceText(estimate)} points${edit === '' ? '' : `, ${edit}`}`;
  const height = wide ? 24 : 20;
  const y = top + (wide ? 14 : 40);
  const how = edit.replaceAll('`', '');
  const words = wide
    ? [
        label(frame.left - 12, y + 9, name, 'small strong', 'end'),
        label(frame.left - 12, y + 26, fitted(how, frame.left - 16), 'small soft', 'end'),
        label(right0 + 12, y + 16, whole ? `${pointsText(estimate.mean)} pts` : differenceText(estimate), 'small strong'),
      ]
    : [
        label(frame.left, top + 16, name, 'small strong'),
        label(right0, top + 16, whole ? `${pointsText(estimate.mean)} pts` : differenceText(estimate), 'small strong', 'end'),
        label(frame.left, top + 32, fitted(how, right0 - frame.left), 'small soft'),
      ];
  return [...words, rect(left, y, Math.max(1, right - left), height, whole ? 'bar strong' : 'bar loss', says)];
}
