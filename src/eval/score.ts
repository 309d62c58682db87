import type { AxisDefinition, Taxonomy } from '../core/taxonomy.ts';
import { axisValues } from '../core/taxonomy.ts';
import type { DatasetRow } from './dataset.ts';
import { auroc } from './metrics/auroc.ts';
import {
  adaptiveCalibrationError,
  brierScore,
  type CalibrationBin,
  equalMassBins,
  expectedCalibrationError,
  type Forecast,
} from './metrics/calibration.ts';
import { clusteredMean } from './metrics/clustered.ts';
import { balancedAccuracy, type Confusion, confusionOf, macroF1, matthews, type ValueScore, valueScores } from './metrics/confusion.ts';
import { type Figure, type Gap, type Interval, isGap, ratio } from './metrics/gap.ts';
import { kappa } from './metrics/kappa.ts';
import { type OrdinalErrors, ordinalErrors } from './metrics/ordinal.ts';
import { wilson } from './metrics/wilson.ts';
import { type Predicted, ROW_STATES, type RowState } from './predict.ts';

/** A share with what it rests on. `interval` is Wilson's; `clustered` allows for rows that belong together. */
export type Rate = { value: Figure; hits: number; n: number; interval: Interval | Gap; clustered: Interval | Gap };

export type AxisScore = {
  axis: string;
  /** Rows scored: answered or parse-failed (counted wrong). Rows lost to the provider are left out. */
  n: number;
  /** Rows with an answer: confusion, F1, kappa and calibration rest on these. */
  answered: number;
  accuracy: Rate;
  balancedAccuracy: Figure;
  macroF1: Figure;
  matthews: Figure;
  kappa: { weights: 'quadratic' | 'nominal'; value: Figure };
  /** For ordered axes: errors in levels, and the recall of the highest value, which is the costly one to miss. */
  ordinal: (OrdinalErrors & { topRecall: Rate }) | null;
  values: ValueScore[];
  confusion: Confusion;
  calibration: { brier: Figure; ece: Figure; ace: Figure; auroc: Figure; bins: CalibrationBin[] };
  /** Rows the classifier itself called unsure. */
  unsure: number;
  /** Under `--repeat`, the share of rows whose answers all agree. */
  agreement?: Figure;
};

export type ClassifierScore = {
  classifier: string;
  states: Record<RowState, number>;
  axes: Record<string, AxisScore>;
  /** All scored axes right at once. */
  joint: Rate;
  /** Mean dollars a label, and the total; null when any price is unknown. */
  usdPer1k: number | null;
};

type Pair = { row: DatasetRow; predicted: Predicted };

/** Scores one classifier on every axis the dataset has gold labels for. */
export function scoreClassifier(
  classifier: string,
  rows: readonly DatasetRow[],
  predicted: readonly Predicted[],
  axes: readonly string[],
  taxonomy: Taxonomy,
): ClassifierScore {
  const pairs = pairsOf(rows, predicted);
  const scored = pairs.filter(isScored);
  const axisScores = axes.flatMap((axis) => {
    const definition = taxonomy[axis];
    return definition === undefined ? [] : [[axis, scoreAxis(axis, definition, scored)] as const];
  });
  const right = ({ row, predicted }: Pair) => axes.every((axis) => predicted.label?.[axis]?.value === row.gold[axis]);
  return {
    classifier,
    states: countStates(predicted),
    axes: Object.fromEntries(axisScores),
    joint: rateOf(scored, right),
    usdPer1k: meanUsdPer1k(predicted),
  };
}

export function pairsOf(rows: readonly DatasetRow[], predicted: readonly Predicted[]): Pair[] {
  return rows.flatMap((row, index) => {
    const answer = predicted[index];
    return answer === undefined ? [] : [{ row, predicted: answer }];
  });
}

/** Rows that count: an answer, or a failed one. */
export function isScored({ predicted }: Pair): boolean {
  return predicted.state === 'ok' || predicted.state === 'parse_failed';
}

function scoreAxis(axis: string, definition: AxisDefinition, scored: readonly Pair[]): AxisScore {
  const values = axisValues(definition);
  const answered = scored.filter(({ predicted }) => predicted.label?.[axis] !== undefined);
  const gold = answered.map(({ row }) => row.gold[axis] ?? '');
  const labels = answered.flatMap(({ predicted }) => predicted.label?.[axis] ?? []);
  const confusion = confusionOf(
    values,
    gold,
    labels.map(({ value }) => value),
  );
  const weights = definition.ordered ? 'quadratic' : 'nominal';
  return {
    axis,
    n: scored.length,
    answered: answered.length,
    accuracy: rateOf(scored, isRight(axis)),
    balancedAccuracy: balancedAccuracy(confusion),
    macroF1: macroF1(confusion),
    matthews: matthews(confusion),
    kappa: { weights, value: kappa(confusion, weights) },
    ordinal: definition.ordered ? { ...ordinalErrors(confusion), topRecall: topRecall(axis, values, scored) } : null,
    values: valueScores(confusion),
    confusion,
    calibration: calibrationOf(labels.map(({ confidence, value }, index) => ({ p: confidence, y: value === gold[index] ? 1 : 0 }))),
    unsure: labels.filter(({ unsure }) => unsure !== null).length,
    ...agreementOf(axis, answered),
  };
}

/** How far a label holds when the same question is asked again. */
function agreementOf(axis: string, answered: readonly Pair[]): { agreement?: Figure } {
  const repeated = answered.filter(({ predicted }) => (predicted.others?.length ?? 0) > 0);
  if (repeated.length === 0) return {};
  const agrees = ({ predicted }: Pair) =>
    (predicted.others ?? []).every(({ label }) => label?.[axis]?.value === predicted.label?.[axis]?.value);
  return { agreement: ratio(repeated.filter(agrees).length, repeated.length) };
}

const isRight =
  (axis: string) =>
  ({ row, predicted }: Pair): boolean =>
    predicted.label?.[axis]?.value === row.gold[axis];

function topRecall(axis: string, values: readonly string[], scored: readonly Pair[]): Rate {
  const top = values.at(-1);
  return rateOf(
    scored.filter(({ row }) => row.gold[axis] === top),
    isRight(axis),
  );
}

/** A share over rows, with Wilson's interval and the one that allows for clusters. Repeats are averaged within a row first, and never count as rows. */
export function rateOf(pairs: readonly Pair[], right: (pair: Pair) => boolean): Rate {
  const flags = pairs.map((pair) => shareRight(pair, right));
  // Thirds of repeats must add up to whole rows again.
  const hits = Math.round(flags.reduce((sum, flag) => sum + flag, 0) * 1e9) / 1e9;
  const mean = clusteredMean(
    flags,
    pairs.map(({ row }) => row.cluster),
  );
  const clustered = isGap(mean) ? mean : { low: Math.max(0, mean.interval.low), high: Math.min(1, mean.interval.high) };
  return { value: ratio(hits, flags.length), hits, n: flags.length, interval: wilson(hits, flags.length), clustered };
}

/** Of one row: 0 or 1, or with repeats the share of its answers that are right. */
export function shareRight({ row, predicted }: Pair, right: (pair: Pair) => boolean): number {
  const pairs = [predicted, ...(predicted.others ?? [])].map((answer) => ({ row, predicted: answer })).filter(isScored);
  return pairs.length === 0 ? 0 : pairs.filter(right).length / pairs.length;
}

function calibrationOf(forecasts: Forecast[]): AxisScore['calibration'] {
  return {
    brier: brierScore(forecasts),
    ece: expectedCalibrationError(forecasts, 10),
    ace: adaptiveCalibrationError(forecasts, 5),
    auroc: auroc(forecasts),
    bins: equalMassBins(forecasts, 10),
  };
}

export function countStates(predicted: readonly Pick<Predicted, 'state'>[]): Record<RowState, number> {
  const counts = Object.fromEntries(ROW_STATES.map((state) => [state, 0])) as Record<RowState, number>;
  for (const { state } of predicted) counts[state]++;
  return counts;
}

function meanUsdPer1k(predicted: readonly Predicted[]): number | null {
  const answered = predicted.filter(({ state }) => state === 'ok');
  if (answered.length === 0 || answered.some(({ usd }) => usd === null)) return null;
  return (answered.reduce((sum, { usd }) => sum + (usd ?? 0), 0) / answered.length) * 1_000;
}
