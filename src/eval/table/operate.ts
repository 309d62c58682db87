import { chooseRows, usdWeightGrid } from './choose.ts';
import type { CrossFit } from './cross-fit.ts';
import { type Folds, rowsIn } from './folds.ts';
import { freeMix, liftOf, type ModelPoint, modelPoints } from './point.ts';
import type { OutcomeTable } from './table.ts';

/** Everything a predictor is turned into choices with. */
export type Setting = {
  table: OutcomeTable;
  folds: Folds;
  /** By fold: the rows outside it, and the free mix on them. */
  fits: { rows: Int32Array; hull: ModelPoint[] }[];
  /** Expected dollars per (row, model), row-major. */
  usd: Float64Array;
  /** Weights of a dollar that are swept. */
  grid: readonly number[];
  /** The weight used where no other is clearly better: the objective's. */
  standard: number;
  /** Never leave it. */
  pinned: boolean;
};

export function settingOf(
  table: OutcomeTable,
  folds: Folds,
  usd: Float64Array,
  objective: { usdWeight: number; pinned: boolean },
): Setting {
  const costs = modelPoints(table, allRows(table)).map(({ cost }) => cost);
  const typical = costs.sort((a, b) => a - b)[Math.floor(costs.length / 2)] ?? Number.NaN;
  const fits = Array.from({ length: folds.count }, (_, fold) => {
    const rows = rowsIn(folds, [fold], true);
    return { rows, hull: freeMix(table, rows) };
  });
  // Without known costs no money counts: everything is chosen by quality alone.
  const money = Number.isNaN(typical) ? { usd: new Float64Array(usd.length), standard: 0 } : { usd, standard: objective.usdWeight };
  return { table, folds, fits, grid: usdWeightGrid(typical), pinned: objective.pinned, ...money };
}

function allRows({ ids }: OutcomeTable): Int32Array {
  return Int32Array.from(ids, (_, row) => row);
}

/** How many standard errors a lift must stand above nothing before the standard trade is left. */
const SURE = 2;

/**
 * The weight of a dollar for each fold: the one whose lift over the free mix is surest on the other folds (inner guesses), if that lift is
 * above nothing for sure, and the objective's own otherwise.
 */
export function settleWeights({ inner }: CrossFit, { table, usd, grid, standard, pinned, fits }: Setting): number[] {
  if (pinned) return fits.map(() => standard);
  const choices = new Int32Array(table.ids.length);
  return fits.map(({ rows, hull }, fold) => {
    let [surest, bound] = [standard, 0];
    for (const weight of [standard, ...grid]) {
      chooseRows(inner[fold] as Float64Array, usd, table.models.length, weight, rows, choices);
      const lift = liftOf(table, choices, rows, hull);
      if (lift !== null && lift.mean - SURE * lift.se > bound) [surest, bound] = [weight, lift.mean - SURE * lift.se];
    }
    return surest;
  });
}

/** Choices on every row, each fold with its own weight of a dollar, from guesses that never saw the row. */
export function choicesAt({ outer }: CrossFit, { table, usd, folds }: Setting, weights: readonly number[]): Int32Array {
  const choices = new Int32Array(table.ids.length).fill(-1);
  for (const [fold, weight] of weights.entries()) chooseRows(outer, usd, table.models.length, weight, rowsIn(folds, [fold]), choices);
  return choices;
}

/** Choices at every weight of the grid, the same weight on all folds. */
export function sweep({ outer }: CrossFit, { table, usd, grid }: Setting): Int32Array[] {
  const rows = allRows(table);
  return grid.map((weight) => {
    const choices = new Int32Array(table.ids.length).fill(-1);
    chooseRows(outer, usd, table.models.length, weight, rows, choices);
    return choices;
  });
}
