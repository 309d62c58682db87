import { concaveHull } from '../../metrics/hull.ts';
import { usdText } from '../format.ts';
import { legend } from './legend.ts';
import { along, type Named, placeNames } from './place.ts';
import { costScale, linearScale, padded } from './scale.ts';
import { across, axes, type Drawing, dot, type Frame, figure, fitted, line, mark, NARROW, path, upwards, WIDE } from './svg.ts';

/** One way to serve every row, on the plane of cost and quality; a skyline knows what no router can. */
export type PlanePoint = {
  name: string;
  kind: 'model' | 'router' | 'control' | 'skyline';
  usdPer1k: number;
  quality: number;
  ci95: readonly [number, number] | null;
};

type Place = { usdPer1k: number; quality: number };

export type Plane = {
  points: readonly PlanePoint[];
  /** The router at other trades of quality against money. */
  sweep: readonly Place[];
  /** Outline of the router's 95 % region, dollars per 1,000 and quality. */
  region: readonly (readonly [number, number])[];
  /** What stands behind the figures: `quality MEASURED, cost ESTIMATED`. */
  evidence: string;
};

/** Cost against quality: fixed models, the free mix between them, the router with its region and, where it has one, its sweep. */
export function costQualityPlot(plane: Plane): string {
  if (plane.points.length === 0) return '<p class="none">Not drawn: no contender has a known cost.</p>';
  const wide = draw(plane, WIDE, 34);
  const { log } = xScale(plane, WIDE);
  const keys = legend([
    ['router', plane.region.length > 0 ? 'router, with its 95 % region' : 'router, with its 95 % interval'],
    ...(plane.sweep.length > 1 ? [['sweep', 'the router at other trades of quality against money'] as const] : []),
    ['model', 'fixed model'],
    ['hull', 'free mix: what mixing fixed models at random buys'],
    ['control', 'control'],
    ...(plane.points.some(({ kind }) => kind === 'skyline') ? [['skyline', 'skyline: knows what no router can'] as const] : []),
  ]);
  const description = `Quality (0 to 1) against dollars per 1,000 requests${log ? ', cost on a logarithmic scale' : ''}; ${plane.evidence}. A router earns its keep above the dashed line. Points too close to name say so when pointed at, and stand in the table below.`;
  return figure({ id: 'cost-quality', title: 'Cost and quality.', description, legend: keys }, wide, draw(plane, NARROW, 20));
}

const xScale = ({ points, sweep }: Plane, frame: Frame) =>
  costScale(
    [...points, ...sweep].map(({ usdPer1k }) => usdPer1k),
    across(frame),
  );

function draw(plane: Plane, frame: Frame, letters: number): Drawing {
  const { points, sweep, region } = plane;
  const heights = [...[...points, ...sweep].map(({ quality }) => quality), ...region.map(([, quality]) => quality)];
  const x = xScale(plane, frame);
  const y = linearScale(padded([Math.min(...heights), Math.max(...heights)]), upwards(frame));
  const at = ({ usdPer1k, quality }: Place): [number, number] => [x.at(usdPer1k), y.at(quality)];
  const hull = concaveHull(points.filter(({ kind }) => kind === 'model').map((point) => ({ ...point, cost: point.usdPer1k })));
  const swept = [...sweep].sort((a, b) => a.usdPer1k - b.usdPer1k).map(at);
  const groups = grouped(points, at);
  const names = groups.flatMap((group) => nameOf(group, new Set(hull.map(({ name }) => name)), letters));
  const places = groups.map(({ x: left, y: top }) => ({ x: left, y: top }));
  const words = { x: 'dollars per 1,000 requests', y: 'quality, 0 to 1' };
  const interval = region.length > 0 ? [] : points.flatMap((point) => intervalOf(point, at(point)[0], y.at));
  return {
    frame,
    marks: [
      ...axes(frame, x, y, words, { x: (value) => usdText(value), y: (value) => value.toFixed(2) }),
      path(hull.map(at), 'hull'),
      path(
        region.filter(([usd]) => usd > 0 || !x.log).map(([usd, quality]) => [x.at(usd), y.at(quality)]),
        'region',
        true,
      ),
      ...(swept.length > 1 ? [path(swept, 'sweep'), ...swept.map(([left, top]) => dot(left, top, 2, 'setting', 'another setting'))] : []),
      ...interval,
      ...points.map((point) => markOf(point, at(point))),
      ...placeNames(names, places, [...along(hull.map(at)), ...along(swept)], frame),
    ],
  };
}

function intervalOf({ kind, ci95 }: PlanePoint, x: number, y: (value: number) => number): string[] {
  return kind === 'router' && ci95 !== null ? [line(x, y(ci95[0]), x, y(ci95[1]), 'interval strong')] : [];
}

function markOf({ name, kind, quality, usdPer1k }: PlanePoint, [x, y]: [number, number]): string {
  const says = `${name}: quality ${quality.toFixed(3)}, ${usdText(usdPer1k)} per 1,000`;
  if (kind === 'router') return mark(x, y, 8, 'diamond', kind, says);
  return kind === 'skyline' ? mark(x, y, 6, 'triangle', kind, says) : dot(x, y, kind === 'model' ? 4 : 4.5, kind, says);
}

type Group = { x: number; y: number; points: PlanePoint[] };

const RANK: Readonly<Record<PlanePoint['kind'], number>> = { router: 0, model: 1, skyline: 2, control: 3 };

/** Points that lie on one another share one name. */
function grouped(points: readonly PlanePoint[], at: (point: Place) => [number, number]): Group[] {
  const groups: Group[] = [];
  for (const point of [...points].sort((a, b) => RANK[a.kind] - RANK[b.kind])) {
    const [x, y] = at(point);
    const near = groups.find((group) => Math.hypot(group.x - x, group.y - y) < 7);
    if (near === undefined) groups.push({ x, y, points: [point] });
    else near.points.push(point);
  }
  return groups;
}

/** A group is named after its foremost member that is more than one fixed model among many. */
function nameOf({ x, y, points }: Group, hull: ReadonlySet<string>, letters: number): Named[] {
  const worth = points.filter(({ kind, name }) => kind !== 'model' || hull.has(name));
  const [first, ...more] = worth;
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : more.length === 1 && letters > 25 ? `, ${short(more[0]?.name ?? '')}` : ` +${more.length}`;
  const text = `${fitted(short(first.name), (letters - Math.min(others.length, 4)) * 6.9)}${fitted(others, letters * 6.9)}`;
  return [{ x, y, text, kind: `small ${first.kind}-name`, rank: RANK[first.kind] }];
}

/** Without the provider, which the table has. */
const short = (name: string): string => name.slice(name.indexOf('/') + 1);
