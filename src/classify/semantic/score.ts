import { type AxisLabel, axisLabel, unsureAxis } from '../../core/label.ts';
import { type AxisDefinition, axisValues } from '../../core/taxonomy.ts';
import type { View } from '../../core/view.ts';
import { raiseUnread } from '../raise.ts';
import { addTo, unitVector } from './nearest.ts';
import type { AxisModel } from './prepare.ts';
import { highestOf, type Windows, windowsOf } from './segments.ts';
import { softmax } from './temperature.ts';

/** A latest turn of fewer characters than this leans on the turns before it, the more the shorter it is. */
const STANDS_ALONE = 80;
/** Most weight the turns before it can have together, against 1 for the latest. */
const EARLIER_WEIGHT = 0.6;

/** What of a view is embedded. */
export type Pieces = { latest: string; earlier: readonly string[]; windows: Windows };

export type Thresholds = { unsureBelow: number; minSimilarity: number };

/** Texts to embed for a view; windows only when an axis is read off segments. */
export function piecesOf(view: View, readsSegments: boolean): Pieces {
  const latest = view.latest.trim();
  const earlier = latest.length < STANDS_ALONE ? view.earlier.map((turn) => turn.trim()).filter((turn) => turn !== '') : [];
  return { latest, earlier, windows: readsSegments ? windowsOf(view.untrusted) : { texts: [], beyondLimit: false } };
}

/** Every text of the pieces, none empty. */
export function textsOf({ latest, earlier, windows }: Pieces): string[] {
  return [latest, ...earlier, ...windows.texts].filter((text) => text !== '');
}

/** Unit vectors of the texts of the pieces. */
export type VectorOf = (text: string) => Float32Array;

/** The label of one axis. */
export function labelAxis(model: AxisModel, view: View, pieces: Pieces, vectorOf: VectorOf, thresholds: Thresholds): AxisLabel {
  if (model.definition.reads === 'segments') return labelSegments(model, view, pieces.windows, vectorOf, thresholds);
  if (pieces.latest === '' && pieces.earlier.length === 0) return labelNothing(model.definition, view);
  const { probabilities, similarity } = read(model, blend(pieces, vectorOf));
  return doubted(model, probabilities, similarity, thresholds);
}

/** The label of an axis when there is no text: nothing to go by, and for axes that only rise nothing to be alarmed at. */
export function labelNothing(definition: AxisDefinition, view: View): AxisLabel {
  if (definition.reads === 'view') return unsureAxis(definition, view.nonText ? 'non-text' : 'empty');
  return raiseUnread(definition, named(definition, highestOf([], axisValues(definition).length)), view);
}

function labelSegments(model: AxisModel, view: View, windows: Windows, vectorOf: VectorOf, thresholds: Thresholds): AxisLabel {
  const { definition } = model;
  if (windows.texts.length === 0) return labelNothing(definition, view);
  const found = windows.texts.map((text) => read(model, vectorOf(text)));
  const chances = found.map(({ probabilities }) => probabilities);
  const similarity = Math.max(...found.map((window) => window.similarity));
  const label = doubted(model, highestOf(chances, axisValues(definition).length), similarity, thresholds);
  return raiseUnread(definition, label, { ...view, beyondLimit: view.beyondLimit || windows.beyondLimit });
}

function read({ scorer, temperature }: AxisModel, vector: Float32Array): { probabilities: number[]; similarity: number } {
  const scores = scorer.score(vector);
  return { probabilities: softmax(scores, temperature), similarity: Math.max(...scores) };
}

function doubted({ definition }: AxisModel, probabilities: readonly number[], similarity: number, thresholds: Thresholds): AxisLabel {
  const label = named(definition, probabilities);
  const doubtful = label.confidence < thresholds.unsureBelow || similarity < thresholds.minSimilarity;
  return doubtful ? { ...label, unsure: 'low-confidence' } : label;
}

function named(definition: AxisDefinition, probabilities: readonly number[]): AxisLabel {
  return axisLabel(Object.fromEntries(axisValues(definition).map((value, at) => [value, probabilities[at] as number])));
}

/** The latest turn, and when it is short the mean of the turns before it, in the direction they point together. */
function blend({ latest, earlier }: Pieces, vectorOf: (text: string) => Float32Array): Float32Array {
  const own = latest === '' ? null : vectorOf(latest);
  if (own !== null && earlier.length === 0) return own;
  const vectors = earlier.map(vectorOf);
  const sum = new Float64Array((own ?? vectors[0])?.length ?? 0);
  if (own !== null) addTo(sum, own, 1);
  const weight = EARLIER_WEIGHT * (1 - latest.length / STANDS_ALONE);
  for (const vector of vectors) addTo(sum, vector, weight / vectors.length);
  return unitVector(Float32Array.from(sum));
}
