import { isGap } from '../metrics/gap.ts';
import type { ContenderFigures, TableManifest, TableMetrics } from '../table/result.ts';
import { breakEvenLines } from './break-even.ts';
import { classifyingLines } from './classifying.ts';
import { differenceText, estimateText, gapText, percentText, pointsText, shareText, table, usdText } from './format.ts';
import { runMarks, spentText } from './screen.ts';
import { worstTableSlice } from './slice-line.ts';

/** The first screen of an evaluation on outcomes: verdict, router, loss, validity, then every contender and model. */
export function tableScreen(metrics: TableMetrics, manifest: TableManifest, folder: string): string {
  const { header, rows } = contenderLines(metrics);
  const fixed = modelLines(metrics);
  return `${[...tableHead(metrics, manifest, folder), '', table(header, rows), '', table(fixed.header, fixed.rows), '', `Rule: ${metrics.verdict.rule}.`].join('\n')}\n`;
}

export function tableHead(metrics: TableMetrics, manifest: TableManifest, folder: string): string[] {
  const { verdict, evidence, fit } = metrics;
  return [
    `VERDICT  ${verdict.word}   ${metrics.table.name} · ${verdict.text} · n=${metrics.n}${fit.inSample ? ' · IN SAMPLE: not to be quoted' : ''}`,
    `         ${verdict.advice}`,
    `ROUTER   ${routerLine(metrics)}`,
    ...breakEvenLines(metrics.breakEven, 'sweep'),
    `SLICE    ${worstTableSlice(metrics)}`,
    ...classifyingLines(manifest.classifying ?? [], metrics.classifier),
    `LOSS     ${lossLine(metrics)}`,
    `VALIDITY ${validityLine(metrics, manifest)}`,
    `EVIDENCE quality ${evidence.quality} · cost ${evidence.usd ?? 'unknown'} · ${tradeText(metrics)}`,
    `SPENT    ${[spentText(manifest), `${manifest.seconds.toFixed(1)} s`, ...runMarks(manifest), `run ${manifest.hash}`, folder].filter((part) => part !== '').join(' · ')}`,
  ];
}

/** How quality was traded against money. */
function tradeText({ objective: { name, usdWeight, usdWeightByFold } }: TableMetrics): string {
  const standard = `objective ${name} (a dollar is worth ${Number(usdWeight.toPrecision(3))} of quality)`;
  const left = usdWeightByFold.filter((weight) => weight !== usdWeight).length;
  return left === 0 ? standard : `${standard}; ${left} of ${usdWeightByFold.length} folds left it where the others were sure of a lift`;
}

function routerLine({ router, classifier, strong, policy }: TableMetrics): string {
  const saving = router.savingAtBestConstantQuality;
  return [
    `${classifier}${policy === null ? '' : ` by policy ${policy.name}`} · quality ${qualityText(router)}`,
    `cost/1k ${usdText(router.usdPer1k)} (classifier ${usdText(router.classifierUsdPer1k)} of it)`,
    `saving at the best constant’s quality ${saving === null ? 'none' : percentText(saving)}`,
    ...(strong === null || router.apgr === undefined
      ? []
      : [
          `APGR ${isGap(router.apgr) ? gapText(router.apgr) : `${shareText(router.apgr.mean)} [${router.apgr.ci95.map(shareText).join(', ')}]`} (random .500)`,
        ]),
  ].join(' · ');
}

function lossLine({ loss }: TableMetrics): string {
  if (isGap(loss)) return gapText(loss);
  const part = (name: string, { mean, edit }: { mean: number; edit: string }) => `${name} ${pointsText(mean)} (${edit})`;
  return `to the oracle ${pointsText(loss.total.mean)} pts of utility = ${part('table', loss.table)} ${part('classifier', loss.classifier)} ${part('operations', loss.operations)}`;
}

function validityLine(
  { n, table: { incomplete, skipped, clusters, unanswered = 0 }, fit, policy }: TableMetrics,
  { seen }: TableManifest,
): string {
  return [
    policy === null
      ? `${n} rows scored, each fitted on ${fit.rows} others (${fit.folds} folds)`
      : `${n} rows scored${policy.fittedOn === null ? '' : `, fitted on ${policy.fittedOn.rows} of ${policy.fittedOn.table}`}`,
    ...(clusters < n ? [`${clusters} clusters`] : []),
    ...(incomplete > 0 ? [`${incomplete} left out: not every model answered`] : []),
    ...(unanswered > 0 ? [`${unanswered} left out: the classifier gave no answer`] : []),
    ...(skipped > 0 ? [`${skipped} bad lines left out`] : []),
    ...(seen > 0 ? [`${seen} left out: seen in training`] : []),
  ].join(' · ');
}

/** Router and controls, each on the same rows. */
export function contenderLines({ router, classifier, controls, strong }: TableMetrics): { header: string[]; rows: string[][] } {
  const pair = strong === null ? [] : ['APGR', 'CPT50', 'CPT80'];
  return {
    header: ['', 'quality', 'cost/1k', 'lift over free mix, pts', 'quality over best constant, pts', 'saving at its quality', ...pair],
    rows: [
      contenderLine(`router: ${classifier}`, router, pair.length > 0),
      ...Object.entries(controls).map(([name, figures]) => contenderLine(name, figures, pair.length > 0)),
    ],
  };
}

function contenderLine(name: string, figures: ContenderFigures, pair: boolean): string[] {
  const { usdPer1k, liftOverFreeMix, overBestConstant, savingAtBestConstantQuality: saving } = figures;
  const single = (figure: ContenderFigures['apgr']) =>
    figure === undefined ? '–' : isGap(figure) ? gapText(figure) : shareText(figure.mean);
  return [
    name,
    qualityText(figures),
    usdText(usdPer1k),
    differenceText(liftOverFreeMix),
    differenceText(overBestConstant),
    saving === null ? 'none' : percentText(saving),
    ...(pair ? [single(figures.apgr), single(figures.cpt50), single(figures.cpt80)] : []),
  ];
}

function qualityText({ quality, qualityCi95 }: Pick<ContenderFigures, 'quality' | 'qualityCi95'>): string {
  return quality === null || qualityCi95 === null ? shareText(quality) : estimateText({ mean: quality, ci95: qualityCi95 });
}

/** Fixed models, cheapest first. */
export function modelLines({ models }: TableMetrics): { header: string[]; rows: string[][] } {
  const sorted = [...models].sort((a, b) => (a.usdPer1k ?? Number.POSITIVE_INFINITY) - (b.usdPer1k ?? Number.POSITIVE_INFINITY));
  return {
    header: ['fixed model', 'quality', 'cost/1k', 'price tier'],
    rows: sorted.map(({ model, quality, usdPer1k, priceTier }) => [model, shareText(quality), usdText(usdPer1k), priceTier ?? 'unknown']),
  };
}
