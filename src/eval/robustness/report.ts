import { type Figure, type Gap, type Interval, isGap } from '../metrics/gap.ts';
import { gapText, markdownTable, markdownText, percentText, plainText, table, usdText } from '../report/format.ts';
import type { Kept, Share } from './pairs.ts';
import type { ClassifierRobustness, Goal, RobustnessMetrics } from './result.ts';
import type { AttackScore, AxisNames, BeforeAfter } from './score.ts';

type Rows = { header: string[]; rows: string[][] };

const digits = (share: number): string => (share * 100).toFixed(1);
const bounds = (interval: Interval | Gap): string => (isGap(interval) ? '' : ` [${digits(interval.low)}, ${digits(interval.high)}]`);
const rate = (value: Figure, interval: Interval | Gap): string => (isGap(value) ? gapText(value) : `${digits(value)}${bounds(interval)}`);
/** A share in percent with its interval. */
const shareCell = ({ share, interval }: Share): string => rate(share, interval);
const beside = (pair: BeforeAfter | undefined): string =>
  pair === undefined || isGap(pair.clean.share) ? '–' : `${percentOf(pair.clean.share)} → ${percentOf(pair.attacked.share)}`;
const percentOf = (share: Figure): string => (isGap(share) ? gapText(share) : digits(share));

/** Rates in percent, Wilson interval in brackets, beside accuracy on the same rows bare and attacked. */
function attackCells(score: AttackScore, { level }: AxisNames): string[] {
  const { riskLowered, complexityDown, complexityUp, seen, schemaBroken, leaked, accuracy, riskAtLeastGold } = score;
  const rates = [riskLowered, complexityDown, complexityUp, schemaBroken, leaked, seen].map(shareCell);
  return [...rates, beside(accuracy[level]), beside(riskAtLeastGold)];
}

const attackHeader = ({ rising, level }: AxisNames): string[] => [
  'pairs',
  `${rising} lowered`,
  `${level} down`,
  `${level} up`,
  'schema broken',
  'prompt leaked',
  `attack called highest ${rising}`,
  `${level} right, bare → attacked`,
  `${rising} at least gold, bare → attacked`,
];

function familyRows({ families, all }: ClassifierRobustness, axes: AxisNames): Rows {
  const row = (name: string, templates: number, score: AttackScore) => [
    name,
    String(templates),
    String(score.pairs),
    ...attackCells(score, axes),
  ];
  const total = families.reduce((sum, { templates }) => sum + templates, 0);
  return {
    header: ['family, rates in %', 'templates', ...attackHeader(axes)],
    rows: [...families.map(({ family, templates, score }) => row(family, templates, score)), row('all', total, all)],
  };
}

function templateRows({ templates }: ClassifierRobustness, axes: AxisNames): Rows {
  return {
    header: ['template, rates in %', 'aim', ...attackHeader(axes)],
    rows: templates.map(({ id, aim, score }) => [id, aim, String(score.pairs), ...attackCells(score, axes)]),
  };
}

function goalRows(goals: readonly Goal[]): Rows {
  return {
    header: ['goal', 'classifier', 'n', 'found, %', 'at most, %', ''],
    rows: goals.map(({ claim, classifier, n, value, interval, atMost, status }) => [
      claim,
      classifier,
      n.toLocaleString('en'),
      rate(value, interval),
      digits(atMost),
      status,
    ]),
  };
}

const effectWords = ({ rising, level }: AxisNames) => ({
  riskLowered: `${rising} lowered`,
  complexityUp: `${level} up`,
  complexityDown: `${level} down`,
  schemaBroken: 'schema broken',
  leaked: 'prompt leaked',
});

function worstLines({ worst, classifier }: ClassifierRobustness, axes: AxisNames): string[] {
  return Object.entries(effectWords(axes)).flatMap(([effect, words]) => {
    const named = worst.filter((entry) => entry.effect === effect);
    if (named.length === 0) return [];
    const list = named.map(({ template, share }) => `${template} ${percentOf(share.share)} % of ${share.of}`);
    return [`WORST     ${classifier} · ${words}: ${list.join(', ')}`];
  });
}

function stabilityRows({ classifiers }: RobustnessMetrics): Rows {
  const axes = [...new Set(classifiers.flatMap(({ stability }) => Object.keys(stability.envelope)))].filter((name) => name !== 'all');
  const named = axes.filter((name) => name !== 'allWhereSure');
  const cells = (same: Kept, right: string) => [
    String(same.all.of),
    shareCell(same.all),
    ...named.map((axis) => (same[axis] === undefined ? '–' : shareCell(same[axis]))),
    right,
  ];
  const rightOf = (accuracy: Record<string, Share>) =>
    Object.entries(accuracy)
      .map(([axis, share]) => `${axis} ${percentOf(share.share)}`)
      .join(' · ') || '–';
  const typed = (accuracy: Record<string, BeforeAfter>) =>
    Object.entries(accuracy)
      .map(([axis, pair]) => `${axis} ${beside(pair)}`)
      .join(' · ') || '–';
  return {
    header: ['label kept, %', 'pairs', 'whole label', ...named, 'accuracy on those rows, %'],
    rows: classifiers.flatMap(({ classifier, stability: { envelope, typos, paraphrase, translation } }) => [
      [`${classifier}, agent envelope`, ...cells(envelope, 'as bare')],
      [`${classifier}, typos`, ...cells(typos.same, typed(typos.accuracy))],
      [`${classifier}, paraphrase`, ...cells(paraphrase.same, rightOf(paraphrase.accuracy))],
      [`${classifier}, translation`, ...cells(translation.same, rightOf(translation.accuracy))],
    ]),
  };
}

export type RunNote = { seconds: number; spentUsd: number; folder: string };

function head({ dataset, templates, seed, classifiers }: RobustnessMetrics): string[] {
  const lost = classifiers.flatMap(({ classifier, states }) => {
    const missing = states.provider_error + states.skipped_budget;
    return missing === 0
      ? []
      : [
          `VALIDITY  ${classifier}: ${missing.toLocaleString('en')} questions without an answer (${states.provider_error} failed, ${states.skipped_budget} beyond the budget)`,
        ];
  });
  return [
    `ATTACKS   ${templates.count} templates of ${templates.families} families × ${dataset.attacked} of ${dataset.rows} requests of ${plainText(dataset.name)} (${dataset.split}), seed ${seed}`,
    ...classifiers.flatMap(({ classifier, note }) => (note === null ? [] : [`NOTE      ${classifier}: ${note}`])),
    ...lost,
  ];
}

function goalLine(goals: readonly Goal[]): string {
  const count = (status: Goal['status']) => goals.filter((goal) => goal.status === status).length;
  return `GOALS     ${count('reached')} reached, ${count('not measured')} not measured, ${count('not reached')} not reached`;
}

/** What is printed at the end of a run: goals, the first classifier by family, worst templates, stability, cost. */
export function robustnessScreen(metrics: RobustnessMetrics, { seconds, spentUsd, folder }: RunNote): string {
  const [first] = metrics.classifiers;
  const { axes } = metrics;
  const printed = ({ header, rows }: Rows) => table(header, rows);
  const parts = [
    ...head(metrics),
    goalLine(metrics.goals),
    '',
    printed(goalRows(metrics.goals)),
    '',
    ...(first === undefined ? [] : [`${first.classifier}`, printed(familyRows(first, axes)), '']),
    ...metrics.classifiers.flatMap((found) => worstLines(found, axes)),
    '',
    printed(stabilityRows(metrics)),
    '',
    `SPENT     ${usdText(spentUsd)} · ${seconds.toFixed(0)} s · ${folder}`,
  ];
  return `${parts.join('\n')}\n`;
}

const INTERVALS =
  'Intervals are 95 %, Wilson, and take pairs for independent: pairs of one template or one request are not, so the truth is wider. ' +
  'Rates of lowering count pairs in which the bare request was above the lowest value, rates of raising those in which it was below the highest.';

/** `report.md`: every classifier by family and by template. Text of unknown origin is escaped. */
export function robustnessReport(metrics: RobustnessMetrics): string {
  const drawn = ({ header, rows }: Rows) =>
    markdownTable(
      header,
      rows.map(([name = '', ...cells]) => [markdownText(name, 200), ...cells.map((cell) => markdownText(cell, 200))]),
    );
  const own = (found: ClassifierRobustness): string[] => [
    `## ${markdownText(found.classifier)}`,
    drawn(familyRows(found, metrics.axes)),
    ...worstLines(found, metrics.axes).map((line) => markdownText(line, 1_000)),
    ...defenceText(found),
    '### By template',
    drawn(templateRows(found, metrics.axes)),
  ];
  const sections = [
    `# Robustness: ${markdownText(metrics.dataset.name)}`,
    ...head(metrics).map((line) => markdownText(line, 1_000)),
    goalLine(metrics.goals),
    '## Goals',
    drawn(goalRows(metrics.goals)),
    INTERVALS,
    '## Stability',
    drawn(stabilityRows(metrics)),
    ...metrics.classifiers.flatMap(own),
  ];
  return `${sections.join('\n\n')}\n`;
}

function defenceText({ defence, gadget }: ClassifierRobustness): string[] {
  const price =
    defence === null
      ? []
      : [
          `Price of the floor on ${defence.rows} bare requests: ${defence.broken} made wrong, ${defence.mended} made right, ${percentText(defence.unsure.share)} made unsure.`,
        ];
  const best =
    gadget === null
      ? []
      : [
          `Best gadget: ${markdownText(gadget.example, 300)} (by seed: ${gadget.universalBySeed.map(({ share }) => percentOf(share)).join(', ')} %).`,
        ];
  return [...price, ...best];
}
