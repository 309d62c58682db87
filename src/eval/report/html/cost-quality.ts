import { concaveHull } from '../../metrics/hull.ts';
import { usdText } from '../format.ts';
import { costScale, linearScale, padded, type Scale } from './scale.ts';
import { across, axes, dot, FRAME, figure, line, path, spreadLabels, upwards } from './svg.ts';

/** One way to serve every row, on the plane of cost and quality. */
export type PlanePoint = {
  name: string;
  kind: 'model' | 'router' | 'control';
  usdPer1k: number;
  quality: number;
  ci95: readonly [number, number] | null;
};

type Place = { usdPer1k: number; quality: number };

/** Cost against quality: fixed models, the free mix between them, the router with its interval and, where it has one, its sweep. */
export function costQualityPlot(points: readonly PlanePoint[], sweep: readonly Place[]): string {
  if (points.length === 0) return '<p>No contender has a known cost.</p>';
  const all = [...points, ...sweep];
  const heights = all.map(({ quality }) => quality);
  const x = costScale(
    all.map(({ usdPer1k }) => usdPer1k),
    across(FRAME),
  );
  const y = linearScale(padded([Math.min(...heights), Math.max(...heights)]), upwards(FRAME));
  const at = ({ usdPer1k, quality }: Place): [number, number] => [x.at(usdPer1k), y.at(quality)];
  const hull = concaveHull(points.filter(({ kind }) => kind === 'model').map((point) => ({ ...point, cost: point.usdPer1k })));
  const named = points.filter((point) => point.kind !== 'model' || hull.some(({ name }) => name === point.name));
  const names = named.map((point) => ({
    x: at(point)[0],
    y: at(point)[1],
    text: point.name.slice(0, 40),
    kind: `small ${point.kind}-name`,
  }));
  const words = { x: 'dollars per 1,000 requests', y: 'quality' };
  return figure('cost-quality', 'Cost and quality', describe(x.log), FRAME, [
    ...axes(FRAME, x, y, words, { x: (value) => usdText(value), y: (value) => value.toFixed(2) }),
    path(hull.map(at), 'hull'),
    path([...sweep].sort((a, b) => a.usdPer1k - b.usdPer1k).map(at), 'sweep'),
    ...points.flatMap((point) => marksOf(point, at(point), y)),
    ...spreadLabels(names, FRAME),
  ]);
}

function describe(log: boolean): string {
  const scale = log ? ', cost on a logarithmic scale' : '';
  return `Quality against dollars per 1,000 requests${scale}. The line joins the fixed models whose mixtures are the free mix; a router earns its keep above it.`;
}

function marksOf({ name, kind, ci95, quality, usdPer1k }: PlanePoint, [x, top]: [number, number], y: Scale): string[] {
  const interval = kind === 'router' && ci95 !== null ? [line(x, y.at(ci95[0]), x, y.at(ci95[1]), 'interval')] : [];
  const says = `${name}: quality ${quality.toFixed(3)}, ${usdText(usdPer1k)} per 1,000`;
  return [...interval, dot(x, top, kind === 'router' ? 6 : 4, kind, says)];
}
