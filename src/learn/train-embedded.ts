import { BUCKETS, FEATURES_VERSION } from '../classify/embedded/features.ts';
import { COLUMNS, type EmbeddedAxis, encodeWeights, LAYOUT, type Weights } from '../classify/embedded/weights.ts';
import type { AxisDefinition, Taxonomy } from '../core/taxonomy.ts';
import { axesOf, axisValues } from '../core/taxonomy.ts';
import { type DetectedRow, fitPlatt, fitTemperature, type ScoredRow } from './calibrate.ts';
import { type Features, viewFeatures, windowFeatures } from './examples.ts';
import { detectedValue, forOrders, headsOf, type TrainingRow, target } from './heads.ts';
import { type Example, type Head, headScores, type Linear, type LinearOptions, trainLinear } from './linear.ts';
import { applyMixing, fitMixing, mixedScores } from './mix.ts';
import { withTypos } from './noise.ts';
import { quantise } from './quantise.ts';

export type TrainOptions = {
  seed: number;
  folds: number;
  epochs: number;
  unsureBelow: Readonly<Record<string, number>>;
  provenance: Readonly<Record<string, string | number>>;
};

export const DEFAULT_TRAIN_OPTIONS: TrainOptions = {
  seed: 20_260_101,
  folds: 3,
  epochs: 8,
  unsureBelow: { complexity: 0.45, domain: 0.3, risk: 0.55 },
  provenance: {},
};

const LEARNING_RATE = 0.3;
/** A detector's value is given from these probabilities on: a missed alarm costs more than a false one, most of all for the highest value. */
const TOP_ALARM = 0.21;
const LOWER_ALARM = 0.35;
/**
 * Log odds the highest value loses for every factor of e that a text has fewer features than `BRIEF`. Requests for harm are a sixth of our
 * rows and a hundredth of traffic, and of a few common words (“how to get …”) the rows cannot tell both kinds apart.
 */
const BRIEF_DOUBT = 0.75;
/** Held-out rows are of the same writers; texts of strangers are less alike. Confidence is lowered by this factor on the temperature. */
const STRANGERS = 1.2;
/** Weight of a row's copy with typing slips, against 1 for the row. */
const TYPO_WEIGHT = 0.5;
/** A long text labelled above the lowest value counts as many windows; which one is guilty is unknown, so none is learnt from beyond this. */
const GUILTY_WINDOWS = 1;

/** Learns weights for the axes of a taxonomy. Seeded: the same rows and options give the same bytes. */
export function trainEmbedded(taxonomy: Taxonomy, rows: readonly TrainingRow[], options: TrainOptions = DEFAULT_TRAIN_OPTIONS): Uint8Array {
  const heads = headsOf(taxonomy, rows);
  const documents = rows.flatMap((row, index) => [documentOf(row), ...slippedOf(row, index)]);
  const linear = linearOptions(heads, options);
  const model = trainLinear(examplesOf(documents, taxonomy, heads), heads, linear);
  const heldOut = crossValidate(documents, taxonomy, heads, linear, options);
  for (const head of heads) if (head.kind === 'softmax') mix(head, model, heldOut);
  const { table, steps, codes } = quantise(model);
  const header: Weights['header'] = {
    format: FEATURES_VERSION,
    layout: LAYOUT,
    buckets: BUCKETS,
    axes: axesOf(taxonomy).map(([axis, definition]) => calibratedAxis(axis, definition, heads, heldOut, model)),
    codes,
    steps,
    biases: padded(model.biases),
    dense: model.dense.map(padded),
    unsureBelow: { ...options.unsureBelow },
    provenance: { ...options.provenance, rows: rows.length, seed: options.seed },
  };
  return encodeWeights({ header, table });
}

type Document = { row: TrainingRow; view: Features; windows: Features[] };

const documentOf = (row: TrainingRow): Document => ({ row, view: viewFeatures(row.view), windows: windowFeatures(row.view) });

/** A request of our own is learnt from once more as a hurried typist would have written it; it does not calibrate. */
function slippedOf(row: TrainingRow, index: number): Document[] {
  if (row.kind !== 'request') return [];
  const slip = (text: string) => withTypos(text, index);
  const { latest, earlier, text, untrusted } = row.view;
  const view = { ...row.view, latest: slip(latest), earlier: earlier.map(slip), text: slip(text), untrusted: untrusted.map(slip) };
  return [documentOf({ ...row, view, weight: row.weight * TYPO_WEIGHT, kind: 'term' })];
}

const linearOptions = (heads: readonly Head[], { seed, epochs }: TrainOptions): LinearOptions => ({
  buckets: BUCKETS,
  columns: heads.reduce((sum, head) => sum + head.columns, 0),
  epochs,
  learningRate: LEARNING_RATE,
  seed,
});

function examplesOf(documents: readonly Document[], taxonomy: Taxonomy, heads: readonly Head[]): Example[] {
  return documents.flatMap(({ row, view, windows }) => {
    const base = { cluster: row.cluster, weight: row.weight };
    const examples: Example[] = [
      { ...base, ...view, targets: heads.map((head) => (head.kind === 'softmax' ? target(head, row, taxonomy) : -1)) },
    ];
    const targets = heads.map((head) => (head.kind === 'logistic' ? target(head, row, taxonomy) : -1));
    if (targets.every((value) => value < 0)) return examples;
    const guilty = targets.map((value) => (value === 1 && windows.length > GUILTY_WINDOWS ? -1 : value));
    for (const window of windows) examples.push({ ...base, ...window, weight: row.weight / Math.sqrt(windows.length), targets: guilty });
    return examples;
  });
}

/** Sets the columns of a softmax head right by its held-out rows, in the model and in those rows. */
function mix(head: Head, model: Linear, { scored }: HeldOut): void {
  const rows = scored.get(head.name);
  if (rows === undefined) return;
  const mixing = fitMixing(rows, head.columns);
  applyMixing(model, head, mixing);
  scored.set(
    head.name,
    rows.map(({ scores, target }) => ({ scores: mixedScores(mixing, scores), target })),
  );
}

type HeldOut = { scored: Map<string, ScoredRow[]>; detected: Map<string, DetectedRow[]> };

/** Scores of every labelled row by a model that has not seen its cluster. */
function crossValidate(
  documents: readonly Document[],
  taxonomy: Taxonomy,
  heads: readonly Head[],
  linear: LinearOptions,
  options: TrainOptions,
): HeldOut {
  const heldOut: HeldOut = { scored: new Map(), detected: new Map() };
  for (let fold = 0; fold < options.folds; fold++) {
    const inFold = ({ row }: Document) => foldOf(row.cluster, options.folds) === fold;
    const model = trainLinear(
      examplesOf(
        documents.filter((document) => !inFold(document)),
        taxonomy,
        heads,
      ),
      heads,
      linear,
    );
    for (const document of documents.filter(inFold))
      if (document.row.kind === 'request') collect(document, taxonomy, heads, model, heldOut);
  }
  return heldOut;
}

function collect({ row, view, windows }: Document, taxonomy: Taxonomy, heads: readonly Head[], model: Linear, heldOut: HeldOut): void {
  const example = (features: Features): Example => ({ ...features, cluster: '', weight: 1, targets: [] });
  for (const head of heads) {
    const wanted = target(head, row, taxonomy);
    if (wanted < 0) continue;
    if (head.kind === 'softmax') push(heldOut.scored, head.name, { scores: headScores(example(view), head, model), target: wanted });
    else if (windows.length > 0) {
      const score = Math.max(...windows.map((window) => headScores(example(window), head, model)[0] as number)) - biasOf(head, model);
      push(heldOut.detected, head.name, { score, hit: wanted === 1 ? 1 : 0 });
    }
  }
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** A stable fold of a cluster's name. FNV-1a. */
function foldOf(cluster: string, folds: number): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < cluster.length; at++) hash = Math.imul(hash ^ cluster.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % folds;
}

function calibratedAxis(axis: string, definition: AxisDefinition, heads: readonly Head[], heldOut: HeldOut, model: Linear): EmbeddedAxis {
  const values = axisValues(definition);
  const own = heads.filter((head) => head.name.split(':')[0] === axis);
  const first = own[0]?.first ?? 0;
  const power = own[0]?.power ?? 1;
  if (definition.reads === 'view')
    return { axis, reads: 'view', values, first, power, temperature: STRANGERS * fitTemperature(heldOut.scored.get(axis) ?? []) };
  const detectors = own.map((head) => {
    const calibration = shifted(fitPlatt(heldOut.detected.get(head.name) ?? []), biasOf(head, model));
    const top = detectedValue(head) === values.at(-1);
    const brief = top && !forOrders(head) ? BRIEF_DOUBT / calibration.slope : 0;
    return { value: detectedValue(head), ...calibration, brief, alarmAt: top ? TOP_ALARM : LOWER_ALARM };
  });
  return { axis, reads: 'segments', values, first, power, detectors };
}

/** A detector's bias moves with the number of steps taken, and folds take fewer: scores are calibrated above it, and told with it. */
const biasOf = (head: Head, model: Linear): number => model.biases[head.first] as number;
const shifted = ({ slope, offset }: { slope: number; offset: number }, bias: number) => ({ slope, offset: offset - slope * bias });

const padded = (values: Float64Array): number[] => Array.from({ length: COLUMNS }, (_, column) => values[column] ?? 0);
