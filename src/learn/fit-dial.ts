import { RouterError } from '../core/errors.ts';
import { clopperPearson, clopperPearsonUpper } from '../eval/metrics/clopper-pearson.ts';
import { clusteredMean } from '../eval/metrics/clustered.ts';
import { isGap } from '../eval/metrics/gap.ts';
import { chooseRows } from '../eval/table/choose.ts';
import { freeMix, liftOf } from '../eval/table/point.ts';
import type { OutcomeTable } from '../eval/table/table.ts';
import { meanOver } from './fit-parts.ts';

/**
 * How quality and money are traded. `keep`: surest lift that keeps the best single model's quality. `cost-weight`: quality a dollar is worth.
 * `within`: as cheap as possible while quality is within `margin` of a model, with 95 % confidence. `max-usd`: best quality for at most so much.
 */
export type Dial =
  | { kind: 'keep'; margin: number }
  | { kind: 'cost-weight'; usdWeight: number }
  | { kind: 'within'; margin: number; model: string }
  | { kind: 'max-usd'; usdPer1k: number };

/** Quality the default dial may lose against the best single model. */
export const KEEP: Dial = { kind: 'keep', margin: 0.005 };

/** Rows a dial is set on: expected quality and dollars of all rows, row-major, and the trades that are tried, from quality to cheapness. */
export type Bench = { table: OutcomeTable; expected: Float64Array; usd: Float64Array; grid: readonly number[]; rows: Int32Array };

/** Weight of a dollar, null when no trade keeps what the dial promises; and the single model that would be used instead. */
export type Setting = { usdWeight: number | null; constant: number };

const CONFIDENCE = 0.95;
/** Standard errors of a one-sided 95 % bound. */
const SURE = 1.645;
/** Standard errors by which a kept quality must be sure: the trade is the best of many, and fresh questions are kinder to none. */
const KEPT = 3;

/** Sets a dial on some rows. @throws RouterError `options.invalid` when nothing the table offers can satisfy it */
export function settle(dial: Dial, bench: Bench): Setting {
  switch (dial.kind) {
    case 'keep':
      return keepQuality(dial.margin, bench);
    case 'cost-weight':
      return { usdWeight: dial.usdWeight, constant: bestBy(bench, (quality, usd) => quality - dial.usdWeight * usd) };
    case 'within':
      return within(dial.margin, dial.model, bench);
    case 'max-usd':
      return underCap(dial.usdPer1k, bench);
  }
}

export function choicesAt({ table, expected, usd }: Bench, usdWeight: number, rows: Int32Array): Int32Array {
  const choices = new Int32Array(table.ids.length).fill(-1);
  chooseRows(expected, usd, table.models.length, usdWeight, rows, choices);
  return choices;
}

/** Index of the model with the highest worth on the rows, the cheaper one on ties; models of unknown cost only where no cost is known. */
function bestBy({ table, rows }: Bench, worth: (quality: number, usd: number) => number): number {
  const means = table.models.map(({ quality, usd }) => ({ quality: meanOver(quality, rows), usd: meanOver(usd, rows) }));
  const costed = means.some(({ usd }) => !Number.isNaN(usd));
  let [best, highest, cheapest] = [-1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const [index, { quality, usd }] of means.entries()) {
    if (costed && Number.isNaN(usd)) continue;
    const value = worth(quality, costed ? usd : 0);
    if (value === Number.NEGATIVE_INFINITY) continue;
    if (value > highest || (value === highest && usd < cheapest)) [best, highest, cheapest] = [index, value, usd];
  }
  return best;
}

/** The surest lift among the trades that keep the quality for sure, by the stricter measure if any does; else quality alone, for the guard to judge. */
function keepQuality(margin: number, bench: Bench): Setting {
  const { table, rows, grid } = bench;
  const constant = bestBy(bench, (quality) => quality);
  const mix = freeMix(table, rows);
  const trades = grid.map((usdWeight) => {
    const choices = choicesAt(bench, usdWeight, rows);
    return { usdWeight, loss: lossOf(table, choices, constant, rows), lift: liftOf(table, choices, rows, mix) };
  });
  for (const errors of [KEPT, SURE]) {
    const kept = trades.filter(({ loss }) => loss !== null && loss.mean + errors * loss.se <= margin);
    // Without known costs there is no mix to lift above: quality alone is traded, at one weight.
    const surest = kept.map(({ usdWeight, lift }) => ({ usdWeight, sure: lift === null ? 0 : lift.mean - SURE * lift.se }));
    const [best] = surest.sort((a, b) => b.sure - a.sure);
    if (best !== undefined) return { usdWeight: best.usdWeight, constant };
  }
  return { usdWeight: 0, constant };
}

/** Mean quality lost against one model, with its clustered standard error. */
function lossOf(table: OutcomeTable, choices: Int32Array, model: number, rows: Int32Array): { mean: number; se: number } | null {
  const mean = clusteredMean(lossesOf(table, choices, model, rows), clustersOf(table, rows));
  return isGap(mean) ? null : mean;
}

const clustersOf = (table: OutcomeTable, rows: Int32Array): number[] => Array.from(rows, (row) => table.clusterOf[row] as number);

function lossesOf({ models }: OutcomeTable, choices: Int32Array, model: number, rows: Int32Array): number[] {
  return Array.from(rows, (row) => (models[model]?.quality[row] as number) - (models[choices[row] as number]?.quality[row] ?? 0));
}

/**
 * Learn then test: trades are tested in fixed order, from quality to cheapness, and the last one before the first that fails is taken, so
 * that the chance of promising too much stays 5 % however many are tried. Source: Angelopoulos et al. 2021, arXiv 2110.01052.
 */
function within(margin: number, name: string, bench: Bench): Setting {
  const { table, rows, grid } = bench;
  const model = modelAt(table, name);
  const cheap = cheapestWithin(margin, model, bench);
  let usdWeight: number | null = null;
  for (const weight of grid) {
    if (upperLoss(table, choicesAt(bench, weight, rows), model, rows) > margin) break;
    usdWeight = weight;
  }
  return { usdWeight, constant: cheap };
}

/** The cheapest single model whose loss is within the margin; the model itself when no other is. */
function cheapestWithin(margin: number, model: number, { table, rows }: Bench): number {
  let [best, cheapest] = [model, meanOver(table.models[model]?.usd ?? new Float64Array(0), rows)];
  for (const [index, { usd }] of table.models.entries()) {
    const cost = meanOver(usd, rows);
    const choices = new Int32Array(table.ids.length).fill(index);
    if (cost < cheapest && upperLoss(table, choices, model, rows, 1 - 0.05 / table.models.length) <= margin)
      [best, cheapest] = [index, cost];
  }
  return best;
}

/** Rows below which, on right-or-wrong outcomes, the exact bound is used in place of the t bound. */
const EXACT_BELOW = 500;

/**
 * One-sided upper bound of the mean quality lost against one model. Right-or-wrong outcomes of few rows: the exact upper bound of rows lost less
 * the exact lower bound of rows won (Clopper–Pearson, half the error each); otherwise a clustered t bound.
 */
export function upperLoss(table: OutcomeTable, choices: Int32Array, model: number, rows: Int32Array, level = CONFIDENCE): number {
  const losses = lossesOf(table, choices, model, rows);
  if (losses.every((loss) => loss === 0)) return 0;
  const binary = losses.every((loss) => loss === 0 || loss === 1 || loss === -1);
  if (binary && rows.length < EXACT_BELOW) {
    const [lost, won] = [losses.filter((loss) => loss === 1).length, losses.filter((loss) => loss === -1).length];
    const half = 1 - (1 - level) / 2;
    const wins = clopperPearson(won, rows.length, 2 * half - 1);
    return clopperPearsonUpper(lost, rows.length, half) - (isGap(wins) ? 0 : wins.low);
  }
  const mean = clusteredMean(losses, clustersOf(table, rows), 2 * level - 1);
  return isGap(mean) ? 1 : mean.interval.high;
}

/** The trade of highest quality whose mean cost, at its upper bound, stays under the cap. */
function underCap(usdPer1k: number, bench: Bench): Setting {
  const { table, rows, grid } = bench;
  const cap = usdPer1k / 1_000;
  const affordable = (_: number, usd: number) => usd <= cap;
  const constant = bestBy(bench, (quality, usd) => (affordable(quality, usd) ? quality : Number.NEGATIVE_INFINITY));
  if (constant < 0) throw impossible(usdPer1k, table, rows);
  for (const weight of grid) {
    const choices = choicesAt(bench, weight, rows);
    const costs = Array.from(rows, (row) => table.models[choices[row] as number]?.usd[row] ?? Number.NaN);
    const mean = clusteredMean(costs, clustersOf(table, rows));
    if (!isGap(mean) && mean.mean + SURE * mean.se <= cap) return { usdWeight: weight, constant };
  }
  return { usdWeight: null, constant };
}

function impossible(usdPer1k: number, { models }: OutcomeTable, rows: Int32Array): RouterError {
  const costs = models.map(({ usd }) => meanOver(usd, rows) * 1_000).filter((usd) => !Number.isNaN(usd));
  const found = costs.length === 0 ? 'no model has a known cost' : `the cheapest model costs $${Math.min(...costs).toPrecision(3)}`;
  return new RouterError('options.invalid', `no model costs at most $${usdPer1k} per 1,000 requests: ${found}`, {
    where: '--max-usd-per-1k',
    advice: costs.length === 0 ? 'give prices and token counts, or `--assume-output-tokens N`' : 'raise the cap, or add a cheaper model',
  });
}

/** @throws RouterError `options.invalid` for a model the table does not have */
export function modelAt({ models }: OutcomeTable, name: string): number {
  const at = models.findIndex((model) => model.name === name);
  if (at >= 0) return at;
  const advice = `use one of ${models.map((model) => model.name).join(', ')}`;
  throw new RouterError('options.invalid', `model \`${name.slice(0, 100)}\` is not in the table`, { where: '--of', advice });
}
