import { LEVELS } from '../../core/default-taxonomy.ts';
import { viewOf } from '../../core/view.ts';
import type { Dataset } from '../dataset.ts';
import type { Manifest } from '../manifest.ts';
import { isGap } from '../metrics/gap.ts';
import type { Predicted } from '../predict.ts';
import type { EvalMetrics } from '../result.ts';
import type { AxisScore } from '../score.ts';
import type { ServedRow } from '../served.ts';
import { flipText } from '../verdict.ts';
import { dearestMarkdown } from './dearest.ts';
import { gapText, intervalText, markdownTable, markdownText, percentText, shareText } from './format.ts';
import { type MarkdownReport, sections } from './markdown-report.ts';
import { pairedRows } from './prompts.ts';
import { classifierRows, contenderRows, headLines, unroutedText } from './screen.ts';

/** `report.md`: the first screen, then everything it was made of. Text of unknown origin is escaped. */
export function markdownReport(
  metrics: EvalMetrics,
  manifest: Manifest,
  dataset: Dataset,
  predictions: ReadonlyMap<string, readonly Predicted[]>,
  served: readonly ServedRow[],
): MarkdownReport {
  const main = metrics.classifiers.find(({ classifier }) => classifier === manifest.router);
  const axes = Object.values(main?.axes ?? {});
  return {
    head: sections(
      `# ${metrics.verdict.word}: ${markdownText(dataset.name)}`,
      fenced(headLines(metrics, manifest, '')),
      `Rule: ${metrics.verdict.rule}.`,
    ),
    body: sections(
      '## The router against fixed models',
      ...contenderSection(metrics),
      dearestMarkdown(served, 'the routes of gold labels'),
    ),
    details: sections(
      priorSection(metrics),
      '## Classifiers',
      markdownTable(...asTable(classifierRows(metrics, manifest))),
      comparisonSection(metrics),
      ...axes.map(axisSection),
      sliceSection(metrics, manifest.router),
      wrongSection(dataset, predictions.get(manifest.router) ?? []),
    ),
  };
}

function contenderSection(metrics: EvalMetrics): string[] {
  const { router, unrouted } = metrics;
  if (isGap(router)) return [`No contenders: ${unroutedText(router, unrouted)}.`];
  return [markdownTable(...asTable(contenderRows(metrics))), NOTE];
}

const NOTE =
  'Lift over the free mix: quality above what mixing fixed models at random buys for the same money. Not allowed: rows a router sent to a model that may not take them, going by the gold label; they are counted as served by the policy on gold labels, so that breaking a rule is no advantage. Substituted: rows a fixed model may not take (clearance, abilities) go where the policy sends them, so that every contender keeps the same rules.';

const fenced = (lines: readonly string[]): string => ['```text', ...lines.map((line) => line.replace(/`{3,}/g, "'''")), '```'].join('\n');

function asTable({ header, rows }: { header: string[]; rows: string[][] }): [string[], string[][]] {
  return [header, rows.map(([name = '', ...figures]) => [markdownText(name, 200), ...figures])];
}

function priorSection({ priors }: EvalMetrics): string {
  const { table, flip } = priors;
  const rows = LEVELS.map((tier) => [`${tier} tier`, ...LEVELS.map((level) => cellText(tier, level))]);
  function cellText(tier: (typeof LEVELS)[number], level: (typeof LEVELS)[number]): string {
    if (isGap(flip)) return shareText(table[tier][level]);
    const range = flip.ranges.find((candidate) => candidate.tier === tier && candidate.level === level);
    return `${shareText(table[tier][level])} (${range?.from === null ? 'any' : shareText(range?.from)} … ${range?.to === null ? 'any' : shareText(range?.to)})`;
  }
  const header = ['chance of an acceptable answer', ...LEVELS.map((level) => `${level} request`)];
  const note = isGap(flip)
    ? gapText(flip)
    : `In brackets: the range over which the conclusion (${flip.conclusion}) would not flip, the others held; ${flipText(flip)}.`;
  return ['## Priors (MODELLED quality rests on these)', markdownTable(header, rows), note].join('\n\n');
}

function comparisonSection(metrics: EvalMetrics): string {
  if (metrics.comparisons.length === 0) return '';
  return ['### Against each other', markdownTable(...asTable(pairedRows(metrics)))].join('\n\n');
}

function axisSection(score: AxisScore): string {
  const { axis, confusion, values, ordinal, calibration } = score;
  const perValue = values.map((value, index) => [
    value.value,
    ...(confusion.counts[index] ?? []).map(String),
    shareText(value.recall),
    shareText(value.precision),
    shareText(value.f1),
  ]);
  const header = ['gold ↓ predicted →', ...confusion.values, 'recall', 'precision', 'F1'];
  const errors =
    ordinal === null
      ? []
      : [`under-routed ${percentText(ordinal.under)}, over-routed ${percentText(ordinal.over)}`, `bias ${shareText(ordinal.bias)} levels`];
  const facts = [
    `accuracy ${shareText(score.accuracy.value)} ${intervalText(score.accuracy.interval)} (n=${score.n})`,
    `balanced ${shareText(score.balancedAccuracy)}`,
    `macro-F1 ${shareText(score.macroF1)}`,
    `κ (${score.kappa.weights}) ${shareText(score.kappa.value)}`,
    ...errors,
    `ACE ${shareText(calibration.ace)}, ECE ${shareText(calibration.ece)}, Brier ${shareText(calibration.brier)}, AUROC of confidence ${shareText(calibration.auroc)}`,
    `unsure ${score.unsure}`,
  ];
  return [`### ${axis}`, `${facts.join(' · ')}`, markdownTable(header, perValue)].join('\n\n');
}

function sliceSection({ classifiers }: EvalMetrics, router: string): string {
  const slices = classifiers.find(({ classifier }) => classifier === router)?.slices ?? [];
  if (slices.length === 0) return '';
  const rows = slices.map(({ slice, axis, n, hits, rate }) => [
    markdownText(slice),
    axis,
    `${hits}/${n}`,
    isGap(rate) ? 'too few for a rate' : `${shareText(rate.value)} ${intervalText(rate.interval)}`,
  ]);
  return ['## Slices', markdownTable(['slice', 'axis', 'right', 'rate'], rows)].join('\n\n');
}

const SHOWN = 20;

/** The rows furthest off on ordered axes first. */
function wrongSection(dataset: Dataset, predicted: readonly Predicted[]): string {
  const wrong = dataset.rows.flatMap((row, index) => {
    const label = predicted[index]?.label;
    const axes = dataset.axes.filter((axis) => label?.[axis]?.value !== row.gold[axis]);
    return axes.length === 0 ? [] : [{ row, label, axes }];
  });
  if (wrong.length === 0) return '';
  const rows = wrong
    .sort((a, b) => b.axes.length - a.axes.length)
    .slice(0, SHOWN)
    .map(({ row, label, axes }) => [
      markdownText(row.id, 40),
      axes.map((axis) => `${axis}: ${row.gold[axis]} → ${label?.[axis]?.value ?? 'no answer'}`).join('; '),
      markdownText(viewOf(row.request).latest, 100),
    ]);
  return [
    `## Wrong labels (${Math.min(SHOWN, wrong.length)} of ${wrong.length} rows)`,
    markdownTable(['id', 'gold → predicted', 'text'], rows),
  ].join('\n\n');
}
