import { across, type Frame, label, line, textWidth, upwards } from './svg.ts';

/** A name that wants to stand near a point; lower `rank` is placed first. */
export type Named = { x: number; y: number; text: string; kind: string; rank: number };

type Box = { left: number; top: number; right: number; bottom: number };
type Point = { x: number; y: number };

const HEIGHT = 14;
/** Where a name may stand around its point, in the order of liking: right, left, then obliquely, above and below. */
const DIRECTIONS: readonly (readonly [number, number])[] = [
  [1, 0],
  [-1, 0],
  [1, -0.7],
  [1, 0.7],
  [-1, -0.7],
  [-1, 0.7],
  [0, -1],
  [0, 1],
];
const DISTANCES = [11, 20, 32, 46, 64, 84];

/**
 * Names beside their points, none on another or on a point, lines avoided where there is room; a name that stands further off gets a thin
 * line to its point. A name that fits nowhere is left out: the point still says it when pointed at, and the table has it.
 */
export function placeNames(names: readonly Named[], points: readonly Point[], strokes: readonly Point[], frame: Frame): string[] {
  const placed: Box[] = [];
  return [...names]
    .sort((a, b) => a.rank - b.rank)
    .flatMap((named) => {
      const free = candidates(named, frame).filter(
        ({ box, leader }) =>
          !placed.some((other) => touch(box, other) || leader.some((each) => inside(each, other, 1))) &&
          !points.some((each) => inside(each, box, 5)),
      );
      const found = free.find(({ box }) => !strokes.some((each) => inside(each, box, 1))) ?? free[0];
      if (found === undefined) return [];
      placed.push(found.box);
      return drawn(named, found);
    });
}

/** A place for a name, and the line from there to its point; none when it stands beside it. */
type Candidate = { box: Box; leader: Point[] };

function candidates({ x, y, text }: Named, frame: Frame): Candidate[] {
  const width = textWidth(text);
  const [least, most] = across(frame);
  const [bottom, top] = upwards(frame);
  return DISTANCES.flatMap((distance) => DIRECTIONS.map((direction) => candidate({ x, y }, direction, distance, width))).filter(
    ({ box }) => box.left >= least + 2 && box.right <= most + frame.right - 2 && box.top >= top - 8 && box.bottom <= bottom - 2,
  );
}

function candidate({ x, y }: Point, [dx, dy]: readonly [number, number], distance: number, width: number): Candidate {
  const middle = x + dx * distance + (dx * width) / 2;
  const centre = y + dy * distance;
  const box = { left: middle - width / 2, right: middle + width / 2, top: centre - HEIGHT / 2, bottom: centre + HEIGHT / 2 };
  const end = [Math.min(box.right, Math.max(box.left, x)), Math.min(box.bottom, Math.max(box.top, y))] as const;
  return { box, leader: distance <= 20 ? [] : along([[x, y], end]) };
}

function drawn({ text, kind }: Named, { box, leader }: Candidate): string[] {
  const [from, to] = [leader[0], leader.at(-1)];
  const stroke = from === undefined || to === undefined ? [] : [line(from.x, from.y, to.x, to.y, 'leader')];
  return [...stroke, label(box.left, (box.top + box.bottom) / 2 + 4, text, kind)];
}

const touch = (one: Box, other: Box): boolean =>
  one.left < other.right + 2 && other.left < one.right + 2 && one.top < other.bottom && other.top < one.bottom;

const inside = ({ x, y }: Point, box: Box, room: number): boolean =>
  x > box.left - room && x < box.right + room && y > box.top - room && y < box.bottom + room;

/** Points along a line of segments, a few pixels apart. */
export function along(corners: readonly (readonly [number, number])[]): Point[] {
  return corners.slice(1).flatMap(([x, y], index) => {
    const [fromX, fromY] = corners[index] ?? [x, y];
    const steps = Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY) / 8));
    return Array.from({ length: steps + 1 }, (_, step) => ({
      x: fromX + ((x - fromX) * step) / steps,
      y: fromY + ((y - fromY) * step) / steps,
    }));
  });
}
