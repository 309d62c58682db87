import { type AxisCalibration, calibratedProbabilities, type Evidence, type LlmCalibration, logOf } from '../core/llm-calibration.ts';
import { type AxisDefinition, axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import type { DatasetRow } from '../eval/dataset.ts';
import { adaptiveCalibrationError, brierScore, type Forecast } from '../eval/metrics/calibration.ts';
import { denseIndex } from '../eval/metrics/resample.ts';
import type { LoggedRow } from '../eval/run-log.ts';
import { fitTemperature } from './calibrate.ts';

/** Fewer rows than this tell too little of how often a model is right. */
export const LEAST_ROWS = 100;
const FOLDS = 5;
const BINS = 5;
/** No value is kept this surely; see `AxisCalibration.least`. */
const MOST_KEPT = 0.05;

/** What a model said of one axis of a row, and what it is. */
export type ToldRow = { probabilities: Readonly<Record<string, number>>; gold: string; cluster: string };

/** A fit, or why there is none. */
export type AxisFit = { axis: string; fit: AxisCalibration } | { axis: string; why: string };
export type GroupFit = Omit<LlmCalibration, 'axes' | 'data'> & { fits: AxisFit[] };

export type CalibrationInput = {
  rows: readonly LoggedRow[];
  dataset: readonly DatasetRow[];
  taxonomy: Taxonomy;
  /** Ids of rows on whose rising axes somebody else had a say, so that they tell nothing of the model. */
  raised: ReadonlySet<string>;
};

const CONFIDENCE = 'confidence:';

/** Calibrations of every model, prompt and kind of evidence found in a run. Source of the temperature: Guo et al. 2017, arXiv:1706.04599. */
export function calibrateRun({ rows, dataset, taxonomy, raised }: CalibrationInput): GroupFit[] {
  const byId = new Map(dataset.map((row) => [row.id, row]));
  const groups = new Map<string, { model: string; promptHash: string; evidence: Evidence; rows: LoggedRow[] }>();
  for (const row of rows) {
    const evidence = evidenceOf(row);
    // Repeats of a row are no further rows.
    if (row.repeat !== 0) continue;
    if (row.state !== 'ok' || row.model === null || row.promptHash === null || evidence === null) continue;
    const { model, promptHash } = row;
    const key = JSON.stringify([model, promptHash, evidence]);
    const group = groups.get(key) ?? { model, promptHash, evidence, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ rows: own, ...which }) => {
    const fits = axesOf(taxonomy).flatMap(([axis, definition]): AxisFit[] => {
      const told = own.flatMap((row) => toldOf(row, axis, definition, byId, raised));
      return own.every(({ id }) => byId.get(id)?.gold[axis] === undefined) ? [] : [{ axis, ...fitAxis(told, axisValues(definition)) }];
    });
    return { ...which, fits };
  });
}

/** Null where a label rests on several kinds at once: a mixture of confidence kinds fits noise. */
export function evidenceOf({ flags = [] }: Pick<LoggedRow, 'flags'>): Evidence | null {
  const kinds = flags.flatMap((flag) => (flag.startsWith(CONFIDENCE) ? [flag.slice(CONFIDENCE.length) as Evidence] : []));
  return kinds.length === 1 ? (kinds[0] ?? null) : null;
}

function toldOf(
  { id, label }: LoggedRow,
  axis: string,
  { ordered, reads }: AxisDefinition,
  byId: ReadonlyMap<string, DatasetRow>,
  raised: ReadonlySet<string>,
): ToldRow[] {
  const row = byId.get(id);
  const own = label?.[axis];
  const gold = row?.gold[axis];
  const changed = own?.unsure != null && own.unsure !== 'low-confidence';
  if (row === undefined || own === undefined || gold === undefined || changed || (ordered && reads === 'segments' && raised.has(id)))
    return [];
  return [{ probabilities: own.probabilities, gold, cluster: row.cluster }];
}

type Fitted = { fit: AxisCalibration } | { why: string };

/** The temperature of all rows, and what it does to rows of other clusters than those it is fitted on; 1 where it does no good. */
export function fitAxis(rows: readonly ToldRow[], values: readonly string[]): Fitted {
  if (rows.length < LEAST_ROWS) return { why: `${rows.length} rows, ${LEAST_ROWS} are needed` };
  const scored = rows.map(({ probabilities, gold }) => ({
    scores: Float64Array.from(values, (value) => logOf(probabilities[value] ?? 0)),
    target: values.indexOf(gold),
  }));
  const least = Math.min(MOST_KEPT, 1 / (rows.length + values.length));
  const clusters = denseIndex(rows.map(({ cluster }) => cluster));
  const crossFitted = rows.map(() => 1);
  for (let fold = 0; fold < FOLDS; fold++) {
    const temperature = fitTemperature(scored.filter((_, at) => (clusters[at] ?? 0) % FOLDS !== fold));
    for (const at of rows.keys()) if ((clusters[at] ?? 0) % FOLDS === fold) crossFitted[at] = temperature;
  }
  const told = (temperatureOf: (at: number) => number) =>
    rows.map(({ probabilities }, at) => calibratedProbabilities(probabilities, { temperature: temperatureOf(at), least }));
  const [raw, fitted] = [told(() => 1), told((at) => crossFitted[at] ?? 1)];
  const better = logLoss(fitted, rows) < logLoss(raw, rows);
  const before = qualityOf(
    rows.map(({ probabilities }) => probabilities),
    rows,
  );
  const temperature = better ? fitTemperature(scored) : 1;
  return {
    fit: {
      rows: rows.length,
      temperature: rounded(temperature),
      least: rounded(least),
      before,
      after: qualityOf(better ? fitted : raw, rows),
    },
  };
}

const rounded = (value: number): number => Number(value.toPrecision(4));

function logLoss(told: readonly Readonly<Record<string, number>>[], rows: readonly ToldRow[]): number {
  return rows.reduce((sum, { gold }, at) => sum - logOf(told[at]?.[gold] ?? 0), 0) / rows.length;
}

function qualityOf(told: readonly Readonly<Record<string, number>>[], rows: readonly ToldRow[]): AxisCalibration['before'] {
  const forecasts = rows.map(({ gold }, at): Forecast => {
    const [value, p] = likeliest(told[at] ?? {});
    return { p, y: value === gold ? 1 : 0 };
  });
  return { ace: numberOf(adaptiveCalibrationError(forecasts, BINS)), brier: numberOf(brierScore(forecasts)) };
}

const numberOf = (figure: ReturnType<typeof brierScore>): number => (typeof figure === 'number' ? rounded(figure) : 1);

const likeliest = (probabilities: Readonly<Record<string, number>>): [string, number] =>
  Object.entries(probabilities).reduce((best, each) => (each[1] >= best[1] ? each : best), ['', 0]);
