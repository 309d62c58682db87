import { LEVELS } from '../../../core/default-taxonomy.ts';
import type { Standing } from '../../compete.ts';
import type { Manifest } from '../../manifest.ts';
import { isGap } from '../../metrics/gap.ts';
import type { EvalMetrics } from '../../result.ts';
import type { ServedRow } from '../../served.ts';
import { flipText } from '../../verdict.ts';
import { gapText, shareText } from '../format.ts';
import { pairedRows } from '../prompts.ts';
import { classifierRows, contenderRows, headLines, unroutedText } from '../screen.ts';
import { type Around, aroundSections } from './around.ts';
import { axisSection } from './axis.ts';
import { costQualityPlot, type PlanePoint } from './cost-quality.ts';
import { dearestHtml } from './dearest.ts';
import { ellipseOf, meanSpread } from './ellipse.ts';
import { folded, htmlTable, prose } from './escape.ts';
import { historyPlot } from './history.ts';
import { contenderName, isSkyline } from './names.ts';
import { htmlPage, type Section } from './page.ts';
import { sliceAccuracy } from './slices.ts';
import { lossWaterfall } from './waterfall.ts';

/** `report.html` of an evaluation on labelled requests. */
export function labelsHtml(metrics: EvalMetrics, manifest: Manifest, served: readonly ServedRow[], around: Around): string {
  const main = metrics.classifiers.find(({ classifier }) => classifier === manifest.router);
  const axes = Object.values(main?.axes ?? {});
  const slices = axes.map(({ axis }) => sliceAccuracy(main, axis)).join('');
  const sections: Section[] = [
    ...aroundSections(around),
    { id: 'router', title: 'The router against fixed models', html: plane(metrics, served) },
    { id: 'loss', title: 'Where the router loses', html: loss(metrics) },
    { id: 'dearest', title: 'The ten dearest rows', html: dearestHtml(served, 'the routes of gold labels') },
    ...axes.map((score) => axisSection(score, served)),
    ...(slices === '' ? [] : [{ id: 'slices', title: 'Slices', html: slices }]),
    { id: 'classifiers', title: 'Classifiers', html: classifiers(metrics, manifest) },
    { id: 'priors', title: 'Priors the quality rests on', html: priors(metrics) },
    { id: 'history', title: 'Earlier runs on the same rows', html: historyPlot(around.past) },
  ];
  const footer = `Run ${manifest.hash}, ${manifest.startedAt}, dataset ${metrics.dataset.name} ${metrics.dataset.hash}, policy ${manifest.policy.name} ${manifest.policy.hash}.`;
  return htmlPage({
    name: metrics.dataset.name,
    verdict: metrics.verdict,
    head: headLines(metrics, manifest, ''),
    sections,
    rows: served,
    footer,
  });
}

const tableOf = ({ header, rows }: { header: readonly string[]; rows: readonly (readonly string[])[] }, caption: string): string =>
  htmlTable(header, rows, caption);

function plane(metrics: EvalMetrics, served: readonly ServedRow[]): string {
  if (isGap(metrics.router)) return `<p class="none">Not drawn: ${prose(unroutedText(metrics.router, metrics.unrouted))}.</p>`;
  const spread = meanSpread(
    served.filter(({ quality }) => quality !== null),
    1_000,
  );
  const evidence = 'quality MODELLED from priors, cost ESTIMATED';
  const plot = costQualityPlot({ points: planeOf(metrics), sweep: [], region: spread === null ? [] : ellipseOf(spread), evidence });
  return `${plot}${contenders(metrics)}`;
}

function classifiers(metrics: EvalMetrics, manifest: Manifest): string {
  const paired = pairedRows(metrics);
  const all = tableOf(classifierRows(metrics, manifest), 'Every classifier on every axis');
  return paired.rows.length === 0
    ? all
    : `${all}${folded('Against each other, row by row', htmlTable(paired.header, paired.rows, 'Pairs of classifiers', 'names'))}`;
}

function contenders(metrics: EvalMetrics): string {
  const { header, rows } = contenderRows(metrics);
  return htmlTable(header, rows, 'Contenders on the same rows', 'names');
}

function planeOf({ models, controls, otherRouters, router }: EvalMetrics): PlanePoint[] {
  const point = (standing: Standing, kind: PlanePoint['kind'], name: string): PlanePoint[] =>
    isGap(standing.quality) || isGap(standing.usdPer1k)
      ? []
      : [{ name, kind, usdPer1k: standing.usdPer1k, quality: standing.quality.mean, ci95: standing.quality.ci95 }];
  return [
    ...models.flatMap((standing) => point(standing, 'model', standing.name)),
    ...Object.values(controls).flatMap((standing) =>
      point(standing, isSkyline(standing.name) ? 'skyline' : 'control', contenderName(standing.name)),
    ),
    ...otherRouters.flatMap((standing) => point(standing, 'control', `router: ${standing.name}`)),
    ...(isGap(router) ? [] : point(router, 'router', `router: ${router.name}`)),
  ];
}

function loss({ loss: { classifier, table } }: EvalMetrics): string {
  const rest = `The part of the policy’s table, up to the best route there is, is not known here: ${gapText(table)} (\`pointsman eval --outcomes\`).`;
  if (isGap(classifier)) return `<p class="none">Not drawn: ${prose(gapText(classifier))}.</p>`;
  const plot = lossWaterfall('gold labels', classifier, [{ name: 'classifier', estimate: classifier, edit: classifier.edit }]);
  return `${plot}<p>${prose(rest)}</p>`;
}

function priors({ priors: { table, flip } }: EvalMetrics): string {
  const rows = LEVELS.map((tier) => [`${tier} tier`, ...LEVELS.map((level) => shareText(table[tier][level]))]);
  const note = isGap(flip) ? gapText(flip) : `The conclusion (${flip.conclusion}): ${flipText(flip)}.`;
  return `${htmlTable(['chance of an acceptable answer', ...LEVELS.map((level) => `${level} request`)], rows, 'MODELLED quality by tier of the model and complexity of the request')}<p>${prose(note)}</p>`;
}
