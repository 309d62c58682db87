import { LEVELS } from '../../core/default-taxonomy.ts';
import type { ReadyPolicy } from '../../core/policy.ts';
import { seededRandom } from '../../core/random.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { tableBreakEven } from '../break-even.ts';
import { type Contender, contenderFrom, fixedModels, meanOf } from '../field.ts';
import { type Figure, gap, isGap } from '../metrics/gap.ts';
import { selectionEntropy } from '../metrics/selection.ts';
import { columnsOf, controlsOf, labelRouter, type TableContender, type TableLabels } from './contenders.ts';
import { type CurvePoint, curveOf } from './curve.ts';
import { expectedUsd } from './expected-cost.ts';
import { makeFolds } from './folds.ts';
import { goldOf, priceTiers, type TableGold } from './gold.ts';
import { judgeTable, type TableStanding, usdPer1kOf } from './judge.ts';
import { lossSplit, type TableLoss } from './loss.ts';
import { choicesAt, type Setting, settingOf } from './operate.ts';
import { type PairScore, scorePair } from './pair.ts';
import { type PolicyInput, policyRouter } from './policy-router.ts';
import type { ContenderFigures, ModelFigures, TableMetrics } from './result.ts';
import { savingAtQuality } from './saving.ts';
import type { OutcomeTable } from './table.ts';
import { verdictOn } from './verdict-input.ts';

export type TableInput = {
  table: OutcomeTable;
  taxonomy: Taxonomy;
  /** The first is the router's; the others are compared with it. */
  labels: readonly TableLabels[];
  /** Domain by category name, for gold labels. */
  domains: Readonly<Record<string, string>>;
  /** `pinned` keeps its weight of a dollar; else it is the one left only for a sure lift. */
  objective: { name: string; usdWeight: number; pinned: boolean };
  seed: number;
  replicates: number;
  folds?: number;
  /** A policy to serve by, instead of a fit on the other folds. */
  policy?: Pick<PolicyInput, 'policy' | 'requests' | 'factsOf'>;
  strong?: string;
  weak?: string;
};

const FOLDS = 5;

/** The figures, and the contenders that rows are told of: the router, the best constant, and gold labels at the router's own trade. */
export type MeasuredTable = { metrics: TableMetrics; router: Contender; constant: Contender; gold: TableGold; goldRoute: Contender | null };

/** All figures of a table and its router's choices: pure, the same for the same table, labels and seed. */
export function measureTable(input: TableInput): MeasuredTable {
  const { table, taxonomy, seed, objective, strong, weak } = input;
  const folds = makeFolds(table.clusterOf, input.folds ?? FOLDS, seed);
  const setting = settingOf(table, folds, expectedUsd(table, folds), objective);
  const [first, ...others] = input.labels;
  if (first === undefined) throw new RangeError('an evaluation needs the labels of at least one classifier');
  const router = servedBy(first, setting, input);
  const ends = { ...(strong === undefined ? {} : { strong }), ...(weak === undefined ? {} : { weak }) };
  const gold = goldOf(table, input.domains);
  const controls = controlsOf({ setting, gold, router, seed, ...ends });
  // A classifier may be called as a control is (`random`, `length`): the control keeps its name.
  for (const labels of others)
    controls.set(controls.has(labels.name) ? `router: ${labels.name}` : labels.name, labelRouter(labels, taxonomy, 'router', setting));
  const { contender: constant } = controls.get('bestConstant') as TableContender;
  const goldRoute = atTradeOf(router, controls.get('goldLabel'), setting);
  return { metrics: assemble(input, setting, router, controls), router: router.contender, constant, gold, goldRoute };
}

/** The router under judgement: the policy's own decisions, or labels fitted on the other folds. */
function servedBy(labels: TableLabels, setting: Setting, { policy, taxonomy, strong, weak }: TableInput): TableContender {
  if (policy === undefined) return labelRouter(labels, taxonomy, 'router', setting);
  const pair = strong === undefined || weak === undefined ? {} : { pair: { strong, weak } };
  return policyRouter({ ...policy, labels, taxonomy, ...pair }, setting);
}

function assemble(
  input: TableInput,
  setting: Setting,
  router: TableContender,
  controls: ReadonlyMap<string, TableContender>,
): TableMetrics {
  const { table, seed, replicates, objective } = input;
  const { folds } = setting;
  const constant = (controls.get('bestConstant') as TableContender).contender;
  const all = [router, ...controls.values()];
  const standings = judgeTable(
    table,
    folds,
    all.map(({ contender }) => contender),
    constant,
    { replicates, random: seededRandom(seed) },
  );
  const figures = all.map((contender, index) => figuresOf(contender, standings[index] as TableStanding, constant, input, index));
  const [routerFigures] = figures as [ContenderFigures];
  const loss = lossOf(input, setting, router, controls);
  const regret: Figure = isGap(loss) ? gap(loss.undefined) : loss.total.mean;
  const fixed = fixedModels(columnsOf(table), table.ids.length);
  return {
    ...summaryOf(input, folds.count),
    objective: { ...objective, usdWeightByFold: router.weights },
    classifier: router.contender.name,
    models: modelFigures(table, fixed),
    controls: Object.fromEntries([...controls.keys()].map((name, index) => [name, figures[index + 1] as ContenderFigures])),
    router: { ...routerFigures, ...curveOf(pointsOf(router, setting), router.contender, fixed, constant, regret, table.clusterOf) },
    breakEven: tableBreakEven(
      routerFigures,
      savingAtQuality(fixed, constant, table.clusterOf),
      figures[[...controls.keys()].indexOf('bestConstant') + 1],
    ),
    loss,
    verdict: verdictOn({ table, setting, router: router.contender, constant, controls, figures }),
  };
}

/** The router's points, each with the weight of a dollar it stands for; its own point, the last, has one weight a fold. */
function pointsOf({ points }: TableContender, { grid }: Setting): CurvePoint[] {
  return points.map((point, index) => ({ ...point, usdWeight: index === points.length - 1 ? null : (grid[index] ?? null) }));
}

function summaryOf({ table, seed, strong, weak, policy }: TableInput, folds: number) {
  const { name, hash, incomplete, skipped } = table;
  const n = table.ids.length;
  return {
    schemaVersion: 1 as const,
    kind: 'outcomes' as const,
    table: { name, hash, incomplete, skipped, clusters: new Set(table.clusterOf).size },
    evidence: table.evidence,
    n,
    fit: { folds, rows: Math.round((n * (folds - 1)) / folds), seed, inSample: false },
    policy: policy === undefined ? null : policySummary(policy.policy),
    strong: strong ?? null,
    weak: weak ?? null,
  };
}

function policySummary({ name, hash, fitted }: ReadyPolicy): TableMetrics['policy'] {
  const fittedOn = fitted === undefined ? null : { table: fitted.table.name, rows: fitted.table.rows, ids: fitted.table.ids };
  return { name, hash, fittedOn, finding: fitted?.finding ?? null };
}

function lossOf(
  { table, seed, replicates }: TableInput,
  setting: Setting,
  router: TableContender,
  controls: ReadonlyMap<string, TableContender>,
): TableLoss {
  const oracle = (controls.get('oracle') as TableContender).contender;
  const parts = { oracle, gold: atTradeOf(router, controls.get('goldLabel'), setting), router: router.contender };
  return lossSplit(parts, router.weights, setting.folds, table.clusterOf, { replicates, random: seededRandom(seed) });
}

/** Another contender's guesses at the router's own trade of quality against money, so that their utilities can be compared. */
function atTradeOf(router: TableContender, other: TableContender | undefined, setting: Setting): Contender | null {
  if (other === undefined || other.fitted === null) return null;
  return contenderFrom(other.contender.name, 'control', choicesAt(other.fitted, setting, router.weights), columnsOf(setting.table));
}

function modelFigures(table: OutcomeTable, fixed: readonly Contender[]): ModelFigures[] {
  const tiers = priceTiers(table);
  return fixed.map((model, index) => ({
    model: model.name,
    quality: meanOf(model.quality),
    usdPer1k: usdPer1kOf(model),
    priceTier: LEVELS[tiers[index] ?? -1] ?? null,
  }));
}

function figuresOf(
  entry: TableContender,
  standing: TableStanding,
  constant: Contender,
  input: TableInput,
  index: number,
): ContenderFigures {
  const { contender, points } = entry;
  const { table } = input;
  const quality = meanOf(contender.quality);
  return {
    quality: Number.isNaN(quality) ? null : quality,
    qualityCi95: isGap(standing.quality) ? null : standing.quality.ci95,
    usdPer1k: usdPer1kOf(contender),
    classifierUsdPer1k: contender.classifierUsd === null ? null : contender.classifierUsd * 1_000,
    liftOverFreeMix: standing.liftOverFreeMix,
    overBestConstant: standing.overBestConstant,
    savingAtBestConstantQuality: savingAtQuality(points, constant, table.clusterOf),
    ...pairFigures(entry, input, index),
    mix: Object.fromEntries([...contender.mix].sort(([, a], [, b]) => b - a)),
    entropy: selectionEntropy([...contender.mix.values()]),
  };
}

/** Only for a named pair, and for contenders that rank rows; choices without a ranking rank nothing, as random does. */
function pairFigures(
  { contender, fitted }: TableContender,
  { table, strong, weak, seed, replicates }: TableInput,
  index: number,
): Partial<PairScore> {
  const at = (name: string | undefined) => table.models.findIndex((model) => model.name === name);
  const [strongAt, weakAt] = [at(strong), at(weak)];
  const [strongModel, weakModel] = [table.models[strongAt], table.models[weakAt]];
  if (strongModel === undefined || weakModel === undefined) return {};
  const width = table.models.length;
  const worth = Float64Array.from(table.ids, (_, row) => {
    // A model that was no candidate has no guess: nothing is known about the row.
    if (fitted !== null) return (fitted.own[row * width + strongAt] as number) - (fitted.own[row * width + weakAt] as number) || 0;
    return contender.name === 'oracle' ? (strongModel.quality[row] as number) - (weakModel.quality[row] as number) : 0;
  });
  return scorePair(worth, weakModel.quality, strongModel.quality, table.clusterOf, { replicates, random: seededRandom(seed + index) });
}
