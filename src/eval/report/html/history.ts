import { pointsText, pointsTick, shareText } from '../format.ts';
import { linearScale, padded } from './scale.ts';
import { across, axes, type Drawing, dot, type Frame, figure, fitted, label, line, mark, NARROW, path, upwards } from './svg.ts';

/** One complete run on the same rows: when, which, and its primary figure. `version` is the prompt or the weights it labelled with. */
export type PastRun = {
  startedAt: string;
  hash: string;
  version: string;
  name: string;
  value: number;
  ci95: [number, number] | null;
  asPoints: boolean;
};

const WIDE: Frame = { width: 960, height: 280, left: 72, right: 28, top: 30, bottom: 54 };

/** The primary figure over the runs so far, oldest first, by the prompt or weights they labelled with. */
export function historyPlot(past: readonly PastRun[]): string {
  if (past.length < 2) return '<p class="none">Not drawn: this is the first complete run on these rows.</p>';
  const name = past[0]?.name ?? '';
  const description = `${name} over the ${past.length} complete runs on the same rows, oldest first, with 95 % intervals where the run has them; the diamond is this one. A vertical line stands where prompt or weights changed, with the new version’s name.`;
  const narrow = { ...NARROW, height: 280, top: 30 };
  return figure({ id: 'history', title: 'Earlier runs.', description }, draw(past, WIDE, 100), draw(past.slice(-10), narrow, 64));
}

function draw(past: readonly PastRun[], frame: Frame, room: number): Drawing {
  const values = past.flatMap(({ value, ci95 }) => [value, ...(ci95 ?? [])]);
  const every = Math.max(1, Math.ceil(past.length / Math.floor((frame.width - frame.left) / room)));
  const scale = linearScale([-0.4, past.length - 0.6], across(frame));
  const x = { ...scale, ticks: past.map((_, index) => index).filter((index) => index % every === 0) };
  const y = linearScale(padded([Math.min(...values), Math.max(...values)]), upwards(frame), 4);
  const at = (index: number): [number, number] => [x.at(index), y.at(past[index]?.value ?? 0)];
  const name = past[0]?.name ?? '';
  const format = {
    x: (index: number) => past[index]?.startedAt.slice(5, 16).replace('T', ' ') ?? '',
    y: (value: number) => (past[0]?.asPoints ? pointsTick(value) : shareText(value)),
  };
  return {
    frame,
    marks: [
      ...axes(frame, x, y, { x: 'run, by its start (UTC)', y: name }, format),
      ...past.flatMap((run, index) => versionMark(run, past[index - 1], x.at(index - 0.5), frame)),
      path(
        past.map((_, index) => at(index)),
        'sweep',
      ),
      ...past.flatMap((run, index) => runMark(run, at(index), y.at, index === past.length - 1)),
    ],
  };
}

function versionMark({ version }: PastRun, before: PastRun | undefined, x: number, frame: Frame): string[] {
  if (before?.version === version) return [];
  const [bottom, top] = upwards(frame);
  const rule = before === undefined ? [] : [line(x, top - 16, x, bottom, 'hull')];
  return [...rule, label(x + 6, top - 6, fitted(version, 150), 'small soft')];
}

function runMark(
  { startedAt, name, hash, value, ci95, asPoints }: PastRun,
  [x, y]: [number, number],
  at: (value: number) => number,
  now: boolean,
): string[] {
  const says = `${startedAt} ${name} ${asPoints ? pointsText(value) : shareText(value)}, run ${hash}`;
  const interval = ci95 === null ? [] : [line(x, at(ci95[0]), x, at(ci95[1]), now ? 'interval strong' : 'interval')];
  return [...interval, now ? mark(x, y, 7, 'diamond', 'router', says) : dot(x, y, 4, 'model', says)];
}
