import { isGap } from '../../metrics/gap.ts';
import type { ServedRow } from '../../served.ts';
import type { ContenderFigures, TableManifest, TableMetrics } from '../../table/result.ts';
import { gapText } from '../format.ts';
import { contenderLines, modelLines, tableHead } from '../table-screen.ts';
import { type Around, aroundSections } from './around.ts';
import { axisSection } from './axis.ts';
import { costQualityPlot, type PlanePoint } from './cost-quality.ts';
import { dearestHtml } from './dearest.ts';
import { dialPlot, dialTable } from './dial.ts';
import { ellipseOf, meanSpread } from './ellipse.ts';
import { escapeHtml, folded, htmlTable } from './escape.ts';
import { forestPlot } from './forest.ts';
import { historyPlot } from './history.ts';
import { legend } from './legend.ts';
import { contenderName, isSkyline } from './names.ts';
import { htmlPage, type Section } from './page.ts';
import { sliceDifferences } from './slices.ts';
import { lossWaterfall } from './waterfall.ts';

/** `report.html` of an evaluation on an outcome table. */
export function tableHtml(metrics: TableMetrics, manifest: TableManifest, served: readonly ServedRow[], around: Around): string {
  const contenders = contenderLines(metrics);
  const named = contenders.rows.map(([name = '', ...figures]) => [contenderName(name), ...figures]);
  const models = modelLines(metrics);
  const dial = dialPlot(metrics);
  const sections: Section[] = [
    ...aroundSections(around),
    {
      id: 'plane',
      title: 'The router against fixed models',
      html: `${plane(metrics, served)}${htmlTable(contenders.header, named, 'Router and controls on the same rows', 'names')}${NOTE}`,
    },
    { id: 'lift', title: 'Lift over the free mix', html: liftPlot(metrics) },
    ...(dial === ''
      ? []
      : [{ id: 'dial', title: 'The dial: quality against money', html: `${dial}${folded('The settings', dialTable(metrics))}` }]),
    { id: 'loss', title: 'Where the router loses', html: loss(metrics) },
    { id: 'slices', title: 'Slices', html: sliceDifferences(served) },
    { id: 'dearest', title: 'The ten dearest rows', html: dearestHtml(served, 'the best constant') },
    ...impliedSections(metrics, served),
    { id: 'models', title: 'Fixed models', html: htmlTable(models.header, models.rows, 'Fixed models, cheapest first', 'names') },
    { id: 'history', title: 'Earlier runs on the same rows', html: historyPlot(around.past) },
  ];
  const footer = `Run ${manifest.hash}, ${manifest.startedAt}, table ${metrics.table.name} ${metrics.table.hash}.`;
  return htmlPage({
    name: metrics.table.name,
    verdict: metrics.verdict,
    head: tableHead(metrics, manifest, ''),
    sections,
    rows: served,
    footer,
  });
}

/** What the outcomes say of the labels, axis by axis; prices against the route of the implied labels. */
function impliedSections({ labels = {} }: TableMetrics, served: readonly ServedRow[]): Section[] {
  const rows = served.map((row) => ({ ...row, gold: row.implied ?? {}, reference: row.impliedRoute ?? null }));
  return Object.values(labels).map((score) => axisSection(score, rows, IMPLIED[score.axis] ?? ''));
}

const IMPLIED: Readonly<Record<string, string>> = {
  complexity:
    'Nobody labelled these rows: gold is what the outcomes imply, the cheapest price tier whose models passed (on average at least one half). One answer a model is a noisy judge.',
  domain: 'Gold is the table’s own category, by a committed map; rows of a category that is not in the map are left out.',
};

const NOTE =
  '<p class="note">Gold labels, true category and oracle are skylines: they know what no router can. A single-draw oracle takes the luckiest answer of every row and cannot be reached; where the table holds a second answer to every cell, the cross-fitted one chooses on the others and scores on that.</p>';

function plane(metrics: TableMetrics, served: readonly ServedRow[]): string {
  const sweep = metrics.router.deferral.flatMap(({ usdPer1k, quality }) => (usdPer1k === null ? [] : [{ usdPer1k, quality }]));
  const spread = meanSpread(served, 1_000);
  const { quality, usd } = metrics.evidence;
  const evidence = `quality ${quality}, cost ${usd ?? 'unknown'}`;
  return costQualityPlot({ points: planeOf(metrics), sweep, region: spread === null ? [] : ellipseOf(spread), evidence });
}

function planeOf({ models, router, classifier, controls }: TableMetrics): PlanePoint[] {
  const point = (
    name: string,
    kind: PlanePoint['kind'],
    { quality, usdPer1k, qualityCi95 }: Pick<ContenderFigures, 'quality' | 'usdPer1k' | 'qualityCi95'>,
  ): PlanePoint[] => (quality === null || usdPer1k === null ? [] : [{ name, kind, quality, usdPer1k, ci95: qualityCi95 }]);
  return [
    ...models.flatMap(({ model, quality, usdPer1k }) => point(model, 'model', { quality, usdPer1k, qualityCi95: null })),
    ...Object.entries(controls).flatMap(([name, figures]) => point(contenderName(name), isSkyline(name) ? 'skyline' : 'control', figures)),
    ...point(`router: ${classifier}`, 'router', router),
  ];
}

function liftPlot({ router, classifier, controls }: TableMetrics): string {
  const entries: [string, ContenderFigures][] = [[`router: ${classifier}`, router], ...Object.entries(controls)];
  const lines = entries.flatMap(([name, { liftOverFreeMix }], index) =>
    isGap(liftOverFreeMix) ? [] : [{ name: contenderName(name), estimate: liftOverFreeMix, marked: index === 0 }],
  );
  if (lines.length === 0)
    return `<p class="none">Not drawn: ${escapeHtml(isGap(router.liftOverFreeMix) ? gapText(router.liftOverFreeMix) : 'no contender has one')}.</p>`;
  return forestPlot({
    id: 'lift',
    title: 'Lift over the free mix.',
    description:
      'Points of quality above what mixing fixed models at random buys for the same money, with 95 % intervals; the models of the mix are chosen on the folds a row is not in.',
    legend: legend([
      ['marked', 'the router'],
      ['interval', 'what it must beat, and skylines'],
    ]),
    lines,
    reference: 0,
    asPoints: true,
    axis: 'lift over the free mix, points of quality',
  });
}

function loss({ loss: split }: TableMetrics): string {
  if (isGap(split)) return `<p class="none">Not drawn: ${escapeHtml(gapText(split))}.</p>`;
  const { total, table, classifier, operations } = split;
  return lossWaterfall('the oracle', total, [
    { name: 'table', estimate: table, edit: table.edit },
    { name: 'classifier', estimate: classifier, edit: classifier.edit },
    { name: 'operations', estimate: operations, edit: operations.edit },
  ]);
}
