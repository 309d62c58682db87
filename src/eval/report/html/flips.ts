import { legend } from './legend.ts';
import { type Drawing, type Figure, type Frame, figure, fitted, label, rect } from './svg.ts';

/** What became of the rows of one figure between two runs. */
export type FlipCounts = { name: string; stayedRight: number; fixed: number; broken: number; stayedWrong: number };

const PARTS = [
  ['stayedRight', 'right in both', 'bar good'],
  ['fixed', 'fixed', 'bar fixed'],
  ['broken', 'broken', 'bar bad'],
  ['stayedWrong', 'wrong in both', 'bar'],
] as const;

/** From the older run to the newer: how many rows were right in both, fixed, broken, wrong in both; bands keep their height from side to side. */
export function flipDiagram(counts: readonly FlipCounts[], older: string, newer: string): string {
  const drawn = counts.filter(({ stayedRight, fixed, broken, stayedWrong }) => stayedRight + fixed + broken + stayedWrong > 0);
  if (drawn.length === 0) return '';
  const says: Figure = {
    id: 'flips',
    title: 'What flipped.',
    description: `Rows by what became of them from ${older} to ${newer}. What matters lies in the middle: fixed less broken is the difference.`,
    legend: legend([
      ['good', 'right in both'],
      ['fixed', 'fixed: right in the newer run only'],
      ['bad', 'broken: right in the older run only'],
      ['bar', 'wrong in both'],
    ]),
  };
  return figure(says, draw(drawn, true), draw(drawn, false));
}

function draw(counts: readonly FlipCounts[], wide: boolean): Drawing {
  const row = wide ? 40 : 62;
  const frame: Frame = { width: wide ? 960 : 350, height: 10 + row * counts.length, left: wide ? 190 : 4, right: 4, top: 6, bottom: 4 };
  const marks = counts.flatMap((each, index) => bandsOf(each, frame, frame.top + row * index, wide));
  return { frame, marks };
}

function bandsOf(counts: FlipCounts, frame: Frame, top: number, wide: boolean): string[] {
  const { name, stayedRight, fixed, broken, stayedWrong } = counts;
  const total = stayedRight + fixed + broken + stayedWrong;
  const width = frame.width - frame.left - frame.right;
  const y = wide ? top : top + 20;
  let at = frame.left;
  const bands = PARTS.flatMap(([key, words, kind]) => {
    const count = counts[key];
    if (count === 0) return [];
    const size = Math.max(2, (width * count) / total);
    const left = at;
    at += size;
    const text = `${count}`;
    const inside = size > text.length * 7 + 8 ? [label(left + size / 2, y + 19, text, 'small strong', 'middle')] : [];
    return [rect(left, y, size - 1, 28, kind, `${name}: ${count} ${words}`), ...inside];
  });
  const said = `${name} (+${fixed} −${broken})`;
  return [...bands, wide ? label(frame.left - 12, y + 19, fitted(said, 176), 'small', 'end') : label(frame.left, top + 14, said, 'small')];
}
