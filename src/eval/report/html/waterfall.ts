import { pointsText } from '../format.ts';
import { linearScale, padded } from './scale.ts';
import { across, axes, type Frame, figure, label, rect, upwards } from './svg.ts';

export type Step = { name: string; value: number; edit: string };

const FRAME: Frame = { width: 720, height: 300, left: 64, right: 24, top: 20, bottom: 52 };

/** From the oracle down to the router: what each part loses, in points of utility. */
export function lossWaterfall(total: number, steps: readonly Step[]): string {
  const bars = [{ name: 'loss to the oracle', value: total, edit: '', from: 0, to: total }, ...running(steps)];
  const ends = bars.flatMap(({ from, to }) => [from, to]);
  const y = linearScale(padded([Math.min(0, ...ends), Math.max(0, ...ends)]), upwards(FRAME));
  const [left, right] = across(FRAME);
  const width = (right - left) / bars.length;
  const marks = bars.flatMap(({ name, value, edit, from, to }, index) => {
    const x = left + index * width;
    const top = Math.min(y.at(from), y.at(to));
    return [
      rect(
        x + 12,
        top,
        width - 24,
        Math.abs(y.at(from) - y.at(to)),
        index === 0 ? 'bar strong' : 'bar',
        `${name}: ${pointsText(value)} points${edit === '' ? '' : `, ${edit}`}`,
      ),
      label(x + width / 2, top - 5, pointsText(value), 'small strong', 'middle'),
      label(x + width / 2, FRAME.height - FRAME.bottom + 18, name, 'small', 'middle'),
    ];
  });
  const none = { ...linearScale([0, 1], [left, right]), ticks: [] };
  const written = steps.map(({ name, value, edit }) => `${name} ${pointsText(value)} (${edit})`).join(', ');
  return figure('loss', 'Loss to the oracle', `Points of utility lost between the oracle and the router: ${written}.`, FRAME, [
    ...axes(FRAME, none, y, { x: '', y: 'points of utility' }, { x: () => '', y: (value) => String(Math.round(value * 100)) }),
    ...marks,
  ]);
}

function running(steps: readonly Step[]): (Step & { from: number; to: number })[] {
  let at = steps.reduce((sum, { value }) => sum + value, 0);
  return steps.map((step) => {
    const from = at;
    at -= step.value;
    return { ...step, from, to: at };
  });
}
