import { LEVELS } from '../../../core/default-taxonomy.ts';
import type { Comparison } from '../../compare.ts';
import type { Standing } from '../../compete.ts';
import type { Manifest } from '../../manifest.ts';
import { isGap } from '../../metrics/gap.ts';
import type { EvalMetrics } from '../../result.ts';
import type { AxisScore } from '../../score.ts';
import type { ServedRow } from '../../served.ts';
import { flipText } from '../../verdict.ts';
import { gapText, shareText } from '../format.ts';
import { classifierRows, contenderRows, headLines } from '../screen.ts';
import { reliabilityPlot, riskCoveragePlot } from './calibration.ts';
import { comparisonSection } from './comparison.ts';
import { costQualityPlot, type PlanePoint } from './cost-quality.ts';
import { escapeHtml, htmlTable } from './escape.ts';
import { forestPlot } from './forest.ts';
import { historyPlot, type PastRun } from './history.ts';
import { htmlPage, type Section } from './page.ts';

/** `report.html` of an evaluation on labelled requests. */
export function labelsHtml(
  metrics: EvalMetrics,
  manifest: Manifest,
  served: readonly ServedRow[],
  comparison: Comparison | null,
  past: readonly PastRun[],
): string {
  const main = metrics.classifiers.find(({ classifier }) => classifier === manifest.router);
  const axes = Object.values(main?.axes ?? {});
  const sections: Section[] = [
    ...(comparison === null ? [] : [comparisonSection(comparison)]),
    {
      id: 'router',
      title: 'The router against fixed models',
      html: `${costQualityPlot(planeOf(metrics), [])}${tableOf(contenderRows(metrics), 'Contenders on the same rows')}`,
    },
    { id: 'priors', title: 'Priors the quality rests on', html: priors(metrics) },
    { id: 'classifiers', title: 'Classifiers', html: tableOf(classifierRows(metrics, manifest), 'Every classifier on every axis') },
    ...axes.map((score) => axisSection(score, served)),
    { id: 'slices', title: 'Slices', html: slices(metrics, manifest.router) },
    { id: 'history', title: 'Earlier runs on the same rows', html: historyPlot(past) },
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

function planeOf({ models, controls, otherRouters, router }: EvalMetrics): PlanePoint[] {
  const point = (standing: Standing, kind: PlanePoint['kind'], name: string): PlanePoint[] =>
    isGap(standing.quality) || isGap(standing.usdPer1k)
      ? []
      : [{ name, kind, usdPer1k: standing.usdPer1k, quality: standing.quality.mean, ci95: standing.quality.ci95 }];
  return [
    ...models.flatMap((standing) => point(standing, 'model', standing.name)),
    ...Object.values(controls).flatMap((standing) => point(standing, 'control', standing.name)),
    ...otherRouters.flatMap((standing) => point(standing, 'control', `router: ${standing.name}`)),
    ...(isGap(router) ? [] : point(router, 'router', `router: ${router.name}`)),
  ];
}

function priors({ priors: { table, flip } }: EvalMetrics): string {
  const rows = LEVELS.map((tier) => [`${tier} tier`, ...LEVELS.map((level) => shareText(table[tier][level]))]);
  const note = isGap(flip) ? gapText(flip) : `The conclusion (${flip.conclusion}): ${flipText(flip)}.`;
  return `${htmlTable(['chance of an acceptable answer', ...LEVELS.map((level) => `${level} request`)], rows, 'MODELLED quality by tier of the model and complexity of the request')}<p>${escapeHtml(note)}</p>`;
}

function axisSection(score: AxisScore, served: readonly ServedRow[]): Section {
  const { axis, confusion, values, calibration } = score;
  const rows = values.map((value, index) => [
    value.value,
    ...(confusion.counts[index] ?? []).map(String),
    shareText(value.recall),
    shareText(value.precision),
    shareText(value.f1),
  ]);
  const sure = served.flatMap(({ label, gold }) => {
    const said = label[axis];
    return said === undefined ? [] : [{ confidence: said.confidence, right: said.value === gold[axis] }];
  });
  const plots = `<div class="pair">${reliabilityPlot(axis, calibration.bins)}${riskCoveragePlot(axis, sure)}</div>`;
  const table = htmlTable(
    ['gold, predicted across', ...confusion.values, 'recall', 'precision', 'F1'],
    rows,
    `Rows by gold and predicted ${axis}`,
  );
  const facts = `accuracy ${shareText(score.accuracy.value)} of ${score.n} rows, macro-F1 ${shareText(score.macroF1)}, κ ${shareText(score.kappa.value)} (${score.kappa.weights}), ACE ${shareText(calibration.ace)}, Brier ${shareText(calibration.brier)}`;
  return { id: `axis-${axis.replace(/[^A-Za-z0-9_-]/g, '')}`, title: `Axis: ${axis}`, html: `<p>${escapeHtml(facts)}</p>${table}${plots}` };
}

/** Slices with enough rows, all axes right at once is too strict: one axis a plot. */
function slices({ classifiers, dataset }: EvalMetrics, router: string): string {
  const scored = classifiers.find(({ classifier }) => classifier === router);
  const plots = dataset.axes.map((axis) => {
    const overall = scored?.axes[axis]?.accuracy.value;
    const lines = (scored?.slices ?? []).flatMap(({ slice, axis: of, rate }) => {
      if (of !== axis || isGap(rate) || isGap(rate.value) || isGap(rate.interval)) return [];
      return [
        {
          name: `${slice} (${rate.n})`,
          estimate: { mean: rate.value, ci95: [rate.interval.low, rate.interval.high] as [number, number] },
          marked: false,
        },
      ];
    });
    const note = `Accuracy on ${axis} by slice of at least thirty rows, with Wilson intervals; the line is all rows together.`;
    return `<h3>${escapeHtml(axis)}</h3>${forestPlot(`slices-${axis}`, `Slices: ${axis}`, note, lines, typeof overall === 'number' ? overall : 0, false)}`;
  });
  return plots.join('');
}
