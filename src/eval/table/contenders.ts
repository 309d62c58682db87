import type { AnyLabel } from '../../core/label.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { type Contender, contenderFrom, fixedModels, type ModelColumns, mixtureOf } from '../field.ts';
import { clusterPredictor } from './clusters.ts';
import { type CrossFit, crossFit } from './cross-fit.ts';
import { rowsIn } from './folds.ts';
import { goldPredictor, type TableGold } from './gold.ts';
import { groupPredictor, namedGroups } from './groups.ts';
import { labelPredictor } from './label-cells.ts';
import { lengthPredictor } from './length.ts';
import { neighbourPredictor } from './neighbours.ts';
import { choicesAt, type Setting, settleWeights, sweep } from './operate.ts';
import type { Predictor } from './predictor.ts';
import type { OutcomeTable } from './table.ts';
import { sparseTexts } from './text-features.ts';

/** A contender of a table, with what its sweep and its ranking of rows need. */
export type TableContender = {
  contender: Contender;
  /** The same router at every trade of quality against money; the contender itself where there is no trade. */
  points: Pick<Contender, 'quality' | 'usd'>[];
  /** Guesses behind it, when it guesses; null for fixed and random choices. */
  fitted: CrossFit | null;
  /** Weight of a dollar by fold; empty when it makes no trade. */
  weights: number[];
};

/** Labels of every row by one classifier and what each cost, dollars; NaN where unknown. */
export type TableLabels = { name: string; labels: readonly (AnyLabel | null)[]; usd: Float64Array };

export function columnsOf(table: OutcomeTable): ModelColumns[] {
  return table.models.map(({ name, quality, usd }) => ({ model: name, quality, usd, allowed: () => true }));
}

/** A predictor turned into a router: one operating point, and a sweep. */
export function routed(predictor: Predictor, kind: Contender['kind'], setting: Setting, labelUsd?: Float64Array): TableContender {
  const { table, folds } = setting;
  const columns = columnsOf(table);
  const cost = labelUsd === undefined ? {} : { classifierUsd: labelUsd };
  const fitted = crossFit(predictor, table, folds);
  const weights = settleWeights(fitted, setting);
  const served = (choices: Int32Array) => contenderFrom(predictor.name, kind, choices, columns, cost);
  const contender = served(choicesAt(fitted, setting, weights));
  const points = sweep(fitted, setting).map(served);
  return { contender, points: [...points, contender], fitted, weights };
}

/** The router of a classifier's labels: expected quality by label, fitted on the other folds. */
export function labelRouter(
  { name, labels, usd }: TableLabels,
  taxonomy: Taxonomy,
  kind: Contender['kind'],
  setting: Setting,
): TableContender {
  return routed(labelPredictor(name, setting.table, labels, taxonomy), kind, setting, usd);
}

export type ControlInput = { setting: Setting; gold: TableGold; router: TableContender; seed: number; strong?: string; weak?: string };

/** Every control by name, in the order reports list them. Oracles and gold labels know what no router can. */
export function controlsOf({ setting, gold, router, seed, strong, weak }: ControlInput): Map<string, TableContender> {
  const { table } = setting;
  const fixed = fixedModels(columnsOf(table), table.ids.length);
  const ends = cheapAndStrong(table, fixed, strong, weak);
  const category = table.categories.some((name) => name !== null)
    ? groupPredictor('category', table, () => [namedGroups(table.categories)])
    : null;
  const golden = goldPredictor(table, gold);
  const texts = sparseTexts(table.prompts);
  const costed = fixed.filter((_, index) => table.models[index]?.costKnown === true);
  const drawn = costed.length > 0 ? costed : fixed;
  const even = new Map(drawn.map(({ name }) => [name, 1 / drawn.length]));
  return new Map<string, TableContender>([
    ['bestConstant', plain(bestConstant(setting))],
    ...(ends.cheap === undefined ? [] : [['allCheap', plain({ ...ends.cheap, kind: 'control' })] as const]),
    ...(ends.strong === undefined ? [] : [['allStrong', plain({ ...ends.strong, kind: 'control' })] as const]),
    ['shuffled', plain(mixtureOf('shuffled', router.contender.mix, fixed, table.ids.length))],
    ['random', plain(mixtureOf('random', even, fixed, table.ids.length))],
    ['length', routed(lengthPredictor(table), 'control', setting)],
    ['neighbours', routed(neighbourPredictor(table, texts), 'control', setting)],
    ['clusters', routed(clusterPredictor(table, texts, seed), 'control', setting)],
    ...(category === null ? [] : [['category', routed(category, 'control', setting)] as const]),
    ...(golden === null ? [] : [['goldLabel', routed(golden, 'control', setting)] as const]),
    ['oracle', plain(oracle(setting, router.weights))],
    ...crossFittedOracle(setting, router.weights),
  ]);
}

function plain(contender: Contender): TableContender {
  return { contender, points: [contender], fitted: null, weights: [] };
}

/** One model for everything: the one with the highest mean quality on the other folds, the cheaper on ties. */
function bestConstant({ table, folds }: Setting): Contender {
  const choices = new Int32Array(table.ids.length).fill(-1);
  for (let fold = 0; fold < folds.count; fold++) {
    const best = bestModel(table, rowsIn(folds, [fold], true));
    for (const row of rowsIn(folds, [fold])) choices[row] = best;
  }
  return contenderFrom('bestConstant', 'control', choices, columnsOf(table));
}

/** Index of the model with the highest mean quality on some rows; models of unknown cost count only where no cost is known. */
export function bestModel({ models }: OutcomeTable, rows: Int32Array): number {
  const costed = models.some(({ costKnown }) => costKnown);
  let [best, highest, cheapest] = [-1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const [index, model] of models.entries()) {
    if (costed && !model.costKnown) continue;
    let [quality, usd] = [0, 0];
    for (const row of rows) {
      quality += model.quality[row] as number;
      usd += model.usd[row] as number;
    }
    if (quality > highest || (quality === highest && usd < cheapest)) [best, highest, cheapest] = [index, quality, usd];
  }
  return best;
}

/** The named weak and strong model, else the cheapest and the dearest by mean cost; undefined where no cost is known. */
function cheapAndStrong(
  table: OutcomeTable,
  fixed: readonly Contender[],
  strong?: string,
  weak?: string,
): { cheap: Contender | undefined; strong: Contender | undefined } {
  const cost = (model: Contender) => model.usd.reduce((sum, usd) => sum + usd, 0);
  const costed = fixed.filter((_, index) => table.models[index]?.costKnown === true).sort((a, b) => cost(a) - cost(b));
  const named = (name: string | undefined) => fixed.find((model) => model.name === name);
  return { cheap: named(weak) ?? costed[0], strong: named(strong) ?? costed.at(-1) };
}

/** The best utility on every row, knowing each answer: one draw per model, so optimistic. */
export function oracle(setting: Setting, weights: readonly number[]): Contender {
  return contenderFrom('oracle', 'control', bestChoices(setting, weights), columnsOf(setting.table));
}

/** The oracle without its luck, where every cell has a second answer: chosen on the other answers, scored on the second. */
function crossFittedOracle(setting: Setting, weights: readonly number[]): [string, TableContender][] {
  const { models } = setting.table;
  const first = models.flatMap((model) => (model.first === null ? [] : [model.first]));
  if (models.length === 0 || first.length < models.length) return [];
  const columns = columnsOf(setting.table).map((column, index) => ({ ...column, quality: models[index]?.second ?? column.quality }));
  const choices = bestChoices(setting, weights, first);
  return [['oracleCrossFitted', plain(contenderFrom('oracleCrossFitted', 'control', choices, columns))]];
}

const qualities = ({ models }: OutcomeTable): Float64Array[] => models.map(({ quality }) => quality);

/** The model of the best utility on each row, going by answers that were seen. */
function bestChoices({ table, folds, standard }: Setting, weights: readonly number[], seen = qualities(table)): Int32Array {
  const costed = table.models.some(({ costKnown }) => costKnown);
  return Int32Array.from(table.ids, (_, row) => {
    const weight = weights[folds.foldOf[row] ?? 0] ?? standard;
    let [best, highest] = [-1, Number.NEGATIVE_INFINITY];
    for (const [index, model] of table.models.entries()) {
      if (costed && !model.costKnown) continue;
      // A trace of cost breaks ties towards the cheaper model when money has no weight.
      const utility = (seen[index]?.[row] as number) - (costed ? Math.max(weight, 1e-9) * (model.usd[row] as number) : 0);
      if (utility > highest) [best, highest] = [index, utility];
    }
    return best;
  });
}
