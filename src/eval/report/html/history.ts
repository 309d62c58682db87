import { linearScale, padded } from './scale.ts';
import { across, axes, dot, type Frame, figure, path, upwards } from './svg.ts';

/** One complete run on the same rows: when, which, and its primary figure. */
export type PastRun = { startedAt: string; hash: string; name: string; value: number };

const FRAME: Frame = { width: 720, height: 220, left: 64, right: 24, top: 14, bottom: 44 };

/** The primary figure over the runs so far, oldest first. */
export function historyPlot(past: readonly PastRun[]): string {
  if (past.length < 2) return '<p>No earlier complete run on the same rows.</p>';
  const values = past.map(({ value }) => value);
  const x = {
    ...linearScale([0, past.length - 1], across(FRAME)),
    ticks: past.map((_, index) => index).filter((index) => index % Math.ceil(past.length / 8) === 0),
  };
  const y = linearScale(padded([Math.min(...values), Math.max(...values)]), upwards(FRAME), 4);
  const at = (index: number): [number, number] => [x.at(index), y.at(past[index]?.value ?? 0)];
  const dots = past.map(({ startedAt, hash, name, value }, index) =>
    dot(...at(index), 4, index === past.length - 1 ? 'router' : 'model', `${startedAt} ${name} ${hash}: ${value.toFixed(3)}`),
  );
  const name = past[0]?.name ?? '';
  return figure(
    'history',
    'Earlier runs',
    `${name} over the ${past.length} complete runs on the same rows, oldest first; the last is this one.`,
    FRAME,
    [
      ...axes(
        FRAME,
        x,
        y,
        { x: 'run', y: name },
        { x: (index) => past[index]?.startedAt.slice(5, 16).replace('T', ' ') ?? '', y: (value) => value.toFixed(3) },
      ),
      path(
        past.map((_, index) => at(index)),
        'sweep',
      ),
      ...dots,
    ],
  );
}
