import type { Comparison } from '../../compare.ts';
import { isGap } from '../../metrics/gap.ts';
import type { ServedRow } from '../../served.ts';
import type { ContenderFigures, TableManifest, TableMetrics } from '../../table/result.ts';
import { gapText } from '../format.ts';
import { contenderLines, modelLines, tableHead } from '../table-screen.ts';
import { comparisonSection } from './comparison.ts';
import { costQualityPlot, type PlanePoint } from './cost-quality.ts';
import { escapeHtml, htmlTable } from './escape.ts';
import { forestPlot } from './forest.ts';
import { historyPlot, type PastRun } from './history.ts';
import { htmlPage, type Section } from './page.ts';
import { lossWaterfall } from './waterfall.ts';

/** `report.html` of an evaluation on an outcome table. */
export function tableHtml(
  metrics: TableMetrics,
  manifest: TableManifest,
  served: readonly ServedRow[],
  comparison: Comparison | null,
  past: readonly PastRun[],
): string {
  const sweep = metrics.router.deferral.flatMap(({ usdPer1k, quality }) => (usdPer1k === null ? [] : [{ usdPer1k, quality }]));
  const contenders = contenderLines(metrics);
  const models = modelLines(metrics);
  const sections: Section[] = [
    ...(comparison === null ? [] : [comparisonSection(comparison)]),
    { id: 'plane', title: 'Cost and quality', html: costQualityPlot(planeOf(metrics), sweep) },
    {
      id: 'lift',
      title: 'Lift over the free mix',
      html: `${liftPlot(metrics)}${htmlTable(contenders.header, contenders.rows, 'Router and controls on the same rows')}`,
    },
    { id: 'loss', title: 'Where the router loses', html: loss(metrics) },
    { id: 'models', title: 'Fixed models', html: htmlTable(models.header, models.rows, 'Fixed models, cheapest first') },
    { id: 'history', title: 'Earlier runs on the same rows', html: historyPlot(past) },
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

function planeOf({ models, router, classifier, controls }: TableMetrics): PlanePoint[] {
  const point = (
    name: string,
    kind: PlanePoint['kind'],
    { quality, usdPer1k, qualityCi95 }: Pick<ContenderFigures, 'quality' | 'usdPer1k' | 'qualityCi95'>,
  ): PlanePoint[] => (quality === null || usdPer1k === null ? [] : [{ name, kind, quality, usdPer1k, ci95: qualityCi95 }]);
  return [
    ...models.flatMap(({ model, quality, usdPer1k }) => point(model, 'model', { quality, usdPer1k, qualityCi95: null })),
    ...Object.entries(controls).flatMap(([name, figures]) => point(name, 'control', figures)),
    ...point(`router: ${classifier}`, 'router', router),
  ];
}

function liftPlot({ router, classifier, controls }: TableMetrics): string {
  const entries: [string, ContenderFigures][] = [[`router: ${classifier}`, router], ...Object.entries(controls)];
  const lines = entries.flatMap(([name, { liftOverFreeMix }], index) =>
    isGap(liftOverFreeMix) ? [] : [{ name, estimate: liftOverFreeMix, marked: index === 0 }],
  );
  return forestPlot(
    'lift-forest',
    'Lift over the free mix',
    'Points of quality above what mixing fixed models at random buys for the same money, with 95 % intervals.',
    lines,
    0,
    true,
  );
}

function loss({ loss: split }: TableMetrics): string {
  if (isGap(split)) return `<p>${escapeHtml(gapText(split))}</p>`;
  const { total, table, classifier, operations } = split;
  return lossWaterfall(total.mean, [
    { name: 'table', value: table.mean, edit: table.edit },
    { name: 'classifier', value: classifier.mean, edit: classifier.edit },
    { name: 'operations', value: operations.mean, edit: operations.edit },
  ]);
}
