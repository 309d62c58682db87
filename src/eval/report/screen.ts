import type { Standing } from '../compete.ts';
import type { Manifest } from '../manifest.ts';
import { type Gap, isGap } from '../metrics/gap.ts';
import type { EvalMetrics } from '../result.ts';
import type { AxisScore } from '../score.ts';
import { flipText } from '../verdict.ts';
import { breakEvenLines } from './break-even.ts';
import { classifyingLines, msText } from './classifying.ts';
import { differenceText, estimateText, gapText, intervalText, percentText, shareText, table, usdText } from './format.ts';
import { promptsTable } from './prompts.ts';
import { worstLabelSlice } from './slice-line.ts';

/** The terminal's first screen: the verdict and what it rests on, then two tables. The report opens with the same lines. */
export function firstScreen(metrics: EvalMetrics, manifest: Manifest, folder: string): string {
  const asking = manifest.classifying.filter(({ prompt }) => prompt !== null).map(({ classifier }) => classifier);
  const prompts = promptsTable(metrics, asking);
  const tables = [contenderTable(metrics), classifierTable(metrics, manifest), ...(prompts === '' ? [] : [prompts])];
  return `${[headLines(metrics, manifest, folder).join('\n'), ...tables, `Rule: ${metrics.verdict.rule}.`].join('\n\n')}\n`;
}

/** The lines everything else hangs from. */
export function headLines(metrics: EvalMetrics, manifest: Manifest, folder: string): string[] {
  return [
    `VERDICT  ${metrics.verdict.word}   ${metrics.verdict.text} (n=${metrics.n})`,
    `         ${metrics.verdict.advice}`,
    `FLIPS    ${isGap(metrics.priors.flip) ? gapText(metrics.priors.flip) : flipText(metrics.priors.flip)}`,
    `ROUTER   ${routerLine(metrics)}`,
    ...breakEvenLines(metrics.breakEven, 'priors'),
    `LABELS   ${labelLine(metrics, manifest.router)}`,
    `SLICE    ${worstLabelSlice(metrics, manifest.router)}`,
    ...classifyingLines(manifest.classifying ?? [], manifest.router),
    `LOSS     ${lossLine(metrics)}`,
    `VALIDITY ${validityLine(metrics, manifest.router)}`,
    `SPENT    ${[spentText(manifest), `${manifest.seconds.toFixed(1)} s`, ...runMarks(manifest), `run ${manifest.hash}`, folder].filter((part) => part !== '').join(' · ')}`,
  ];
}

/** Money spent, and what the same would have cost without remembered answers. */
export function spentText({ spentUsd, freshUsd, cached }: { spentUsd: number; freshUsd: number; cached: number }): string {
  // Runs of earlier versions did not tell.
  const fresh = !(cached > 0) ? '' : ` (${usdText(freshUsd)} if fresh, ${Math.round(cached * 100)} % remembered)`;
  return `${usdText(spentUsd)} this time${fresh}`;
}

/** What a reader must know about how a run came to its rows. */
export function runMarks({ resumed, changed }: { resumed: boolean; changed: boolean }): string[] {
  return [...(resumed ? ['resumed'] : []), ...(changed ? ['CHANGED since it began: not to be quoted'] : [])];
}

function routerLine({ router, unrouted }: EvalMetrics): string {
  if (isGap(router)) return `${unrouted === undefined ? '' : 'left out: '}${unroutedText(router, unrouted)}`;
  const classifier = usdText(router.classifierUsdPer1k);
  const over = router.overBestConstant;
  const cost = isGap(router.usdPer1k) ? 'unknown' : `${usdText(router.usdPer1k)} ESTIMATED`;
  return `${router.name} · quality ${estimateText(router.quality)} MODELLED · cost/1k ${cost} (classifier ${classifier} of it) · utility over best constant ${differenceText(over.utility)}`;
}

function labelLine(metrics: EvalMetrics, router: string): string {
  const scored = metrics.classifiers.find(({ classifier }) => classifier === router);
  const axes = Object.values(scored?.axes ?? {}).map(axisText);
  return axes.length === 0 ? 'no axis has gold labels' : axes.join(' · ');
}

function axisText({ axis, accuracy, kappa, ordinal, agreement: same }: AxisScore): string {
  const agreement = `κ${kappa.weights === 'quadratic' ? 'w' : ''} ${shareText(kappa.value)}`;
  const top =
    ordinal === null || axis !== 'risk' ? '' : `, high recall ${Math.round(ordinal.topRecall.hits * 10) / 10}/${ordinal.topRecall.n}`;
  return `${axis} ${shareText(accuracy.value)} ${intervalText(accuracy.interval)} ${agreement}${top}${same === undefined ? '' : `, same answer every time ${shareText(same)}`}`;
}

/** Why there are no figures of the router. Runs of earlier versions name a gap alone. */
export const unroutedText = (router: Gap, reason: string | undefined): string => reason ?? gapText(router);

function lossLine({ loss }: EvalMetrics): string {
  const classifier = isGap(loss.classifier)
    ? gapText(loss.classifier)
    : `${differenceText(loss.classifier)} pts of utility against gold labels (${loss.classifier.edit})`;
  return `classifier ${classifier} · table ${gapText(loss.table)} (\`--outcomes\`)`;
}

function validityLine(metrics: EvalMetrics, router: string): string {
  const states = metrics.classifiers.find(({ classifier }) => classifier === router)?.states;
  const { dataset, leakage } = metrics;
  return [
    `${dataset.rows} rows of ${dataset.name}: ${states?.ok ?? 0} ok`,
    ...(states !== undefined && states.parse_failed > 0 ? [`${states.parse_failed} parse-failed (counted wrong)`] : []),
    ...(states !== undefined && states.provider_error > 0 ? [`${states.provider_error} provider errors (left out)`] : []),
    ...(states !== undefined && states.skipped_budget > 0 ? [`${states.skipped_budget} not asked: budget`] : []),
    ...(dataset.skipped > 0 ? [`${dataset.skipped} bad rows left out`] : []),
    `leakage ${leakage.leaks}${leakage.checkedAgainst.length === 0 ? ' (nothing to check against)' : ` against ${leakage.checkedAgainst.join(', ')}`}`,
    `smallest visible effect ${percentText(metrics.smallestVisible)}`,
    ...(dataset.split === 'test' ? [`test looks ${metrics.testLooks}`] : []),
    ...dataset.warnings,
  ].join(' · ');
}

const CONTENDER_HEADER = [
  '',
  'quality (MODELLED)',
  'cost/1k (ESTIMATED)',
  'lift over free mix, pts',
  'utility over best constant, pts',
  'refused',
  'not allowed',
  'substituted',
];

/** The router, the controls, the other routers and every fixed model, each on the same rows. */
export function contenderRows({ router, controls, otherRouters, models, bestConstant }: EvalMetrics): {
  header: string[];
  rows: string[][];
} {
  const named = (standing: Standing, label: string) => contenderRow(standing, label);
  const fixed = [...models].sort((a, b) => costOf(a) - costOf(b));
  return {
    header: CONTENDER_HEADER,
    rows: [
      ...(isGap(router) ? [] : [named(router, `router: ${router.name}`)]),
      ...Object.values(controls).map((standing) => named(standing, standing.name)),
      ...otherRouters.map((standing) => named(standing, `router: ${standing.name}`)),
      ...fixed.map((standing) => named(standing, `${standing.name}${standing.name === bestConstant ? ' ← best constant' : ''}`)),
    ],
  };
}

const costOf = ({ usdPer1k }: Standing): number => (isGap(usdPer1k) ? Number.POSITIVE_INFINITY : usdPer1k);

function contenderRow(standing: Standing, label: string): string[] {
  const { quality, usdPer1k, liftOverFreeMix, overBestConstant, refused, notAllowed, substituted } = standing;
  return [
    label,
    estimateText(quality),
    usdText(usdPer1k),
    differenceText(liftOverFreeMix),
    differenceText(overBestConstant.utility),
    String(refused),
    String(notAllowed),
    String(substituted),
  ];
}

function contenderTable(metrics: EvalMetrics): string {
  const { header, rows } = contenderRows(metrics);
  return rows.length === 0 ? `no contenders: ${metrics.unrouted === undefined ? 'not enough data' : 'see ROUTER'}` : table(header, rows);
}

/** Every classifier on every axis: accuracy with interval, agreement, calibration. */
export function classifierRows({ classifiers, dataset }: EvalMetrics, manifest: Manifest): { header: string[]; rows: string[][] } {
  const header = ['classifier', ...dataset.axes.flatMap((axis) => [axis, 'κ', 'ACE']), 'all right', 'p50 ms'];
  const rows = classifiers.map(({ classifier, axes, joint }) => {
    const timing = manifest.classifiers.find(({ name }) => name === classifier)?.timing;
    const cells = dataset.axes.flatMap((axis) => axisCells(axes[axis]));
    return [
      classifier,
      ...cells,
      shareText(joint.value),
      timing === null || timing === undefined ? '–' : msText(timing.p50).replace(' ms', ''),
    ];
  });
  return { header, rows };
}

function axisCells(score: AxisScore | undefined): string[] {
  if (score === undefined) return ['–', '–', '–'];
  return [
    `${shareText(score.accuracy.value)} ${intervalText(score.accuracy.interval)}`,
    shareText(score.kappa.value),
    shareText(score.calibration.ace),
  ];
}

function classifierTable(metrics: EvalMetrics, manifest: Manifest): string {
  const { header, rows } = classifierRows(metrics, manifest);
  return table(header, rows);
}
