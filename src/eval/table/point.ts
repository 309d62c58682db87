import { denseClusteredMean } from '../metrics/clustered.ts';
import { isGap } from '../metrics/gap.ts';
import { concaveHull } from '../metrics/hull.ts';
import type { OutcomeTable } from './table.ts';

/** Mean quality and dollars of each model on some rows; models of unknown cost are left out. `index` is the model's place in the table. */
export type ModelPoint = { index: number; quality: number; cost: number };

export function modelPoints(table: OutcomeTable, rows: Int32Array): ModelPoint[] {
  const mean = (values: Float64Array) => {
    let sum = 0;
    for (const row of rows) sum += values[row] as number;
    return sum / rows.length;
  };
  return table.models.flatMap((model, index) => (model.costKnown ? [{ index, quality: mean(model.quality), cost: mean(model.usd) }] : []));
}

/** The free mix on some rows: the models whose mixtures are the best that money buys without looking, by rising cost. */
export function freeMix(table: OutcomeTable, rows: Int32Array): ModelPoint[] {
  return concaveHull(modelPoints(table, rows));
}

/**
 * Lift of choices over the free mix on some rows, with its clustered standard error: the mix is taken as the line between the two hull
 * vertices around the choices' cost, so each row's share is its quality at that price less the vertex's.
 *
 * @param hull the free mix on the same rows
 */
export function liftOf(
  table: OutcomeTable,
  choices: Int32Array,
  rows: Int32Array,
  hull: readonly ModelPoint[],
): { mean: number; se: number } | null {
  const values = (row: number) => table.models[choices[row] ?? -1];
  if (hull.length === 0) return null;
  let cost = 0;
  for (const row of rows) cost += (values(row)?.usd[row] ?? 0) / rows.length;
  const above = hull.findIndex((vertex) => vertex.cost > cost);
  const left = hull[above === -1 ? hull.length - 1 : Math.max(0, above - 1)];
  const right = above <= 0 ? left : hull[above];
  if (left === undefined || right === undefined) return null;
  const slope = right === left ? 0 : (right.quality - left.quality) / (right.cost - left.cost);
  const vertex = table.models[left.index];
  const gains = Float64Array.from(rows, (row) => {
    const model = values(row);
    const worth = (model?.quality[row] ?? 0) - slope * (model?.usd[row] ?? 0);
    return worth - ((vertex?.quality[row] ?? 0) - slope * (vertex?.usd[row] ?? 0));
  });
  const mean = denseClusteredMean(
    gains,
    rows.map((row) => table.clusterOf[row] as number),
  );
  return isGap(mean) ? null : { mean: mean.mean, se: mean.se };
}
