import { z } from 'zod';
import type { DefaultTaxonomy } from './default-taxonomy.ts';
import { type AxisDefinition, type AxisName, type AxisValue, axesOf, axisValues, type Taxonomy } from './taxonomy.ts';

/** Why an axis has no trustworthy value. */
export const UnsureReason = z.enum([
  'low-confidence',
  'empty',
  'failed',
  'timeout',
  'refused',
  'beyond-limit',
  'non-text',
  'disagreement',
  'not-scored',
]);
export type UnsureReason = z.infer<typeof UnsureReason>;

/** One axis of a label: the chosen value, a calibrated confidence and a probability for every value, each 0..1; `unsure` is null when the value can be trusted. */
export type AxisLabel<V extends string = string> = {
  value: V;
  confidence: number;
  probabilities: Record<V, number>;
  unsure: UnsureReason | null;
};

/** What a classifier says of a request, one entry per axis of the taxonomy. */
export type Label<T extends Taxonomy = DefaultTaxonomy> = { [A in AxisName<T>]: AxisLabel<AxisValue<T[A]>> };

/** A label of some taxonomy, for code that works on any. */
export type AnyLabel = Record<string, AxisLabel>;

/** Token counts by class; null is unknown, never zero. `input` includes the cached ones, `output` the reasoning ones, as OpenAI counts them. */
export type TokenUsage = { input: number | null; cachedInput: number | null; output: number | null; reasoning: number | null };

/** Where a label came from and what it cost. */
export type LabelSource = {
  classifier: string;
  /** The model that was asked, `provider/name`, or null for classifiers that ask none. */
  model: string | null;
  /** The model that says it answered, such as a dated version of the one asked. Left out when none did. */
  answeredBy?: string;
  promptHash: string | null;
  usage: TokenUsage | null;
  /** Dollars spent on this label; 0 for local classifiers, null when the price is unknown. */
  usd: number | null;
  cached: boolean;
  /** Marks that asked for attention without deciding anything, such as `hidden-characters`. */
  flags: readonly string[];
};

export type Classification<T extends Taxonomy = DefaultTaxonomy> = { label: Label<T>; source: LabelSource };

/** The schema of one axis as stored in files: strict, closed set of values. */
export function axisLabelSchema(axis: AxisDefinition) {
  const values = axisValues(axis) as [string, ...string[]];
  return z.strictObject({
    value: z.enum(values),
    confidence: z.number().min(0).max(1),
    probabilities: z.strictObject(Object.fromEntries(values.map((value) => [value, z.number().min(0).max(1)]))),
  });
}

/** The schema of one line of a predictions file, the contract between `classify --out` and `eval --predictions`. */
export function predictionSchema(taxonomy: Taxonomy) {
  return z.strictObject({
    id: z.string().min(1),
    label: z.strictObject(Object.fromEntries(axesOf(taxonomy).map(([axis, definition]) => [axis, axisLabelSchema(definition)]))),
    unsure: z.record(z.string(), UnsureReason),
    classifier: z.string(),
    model: z.string().nullable(),
  });
}

/** One line of a predictions file; `unsure` maps each doubtful axis to its reason and is empty when there is none. */
export type Prediction = {
  id: string;
  label: Record<string, Omit<AxisLabel, 'unsure'>>;
  unsure: Record<string, UnsureReason>;
  classifier: string;
  model: string | null;
};

/** Probabilities are stored to a millionth: more digits say nothing and double the file. */
const rounded = (probability: number): number => Math.round(probability * 1e6) / 1e6;

/** The stored form of a classification. */
export function predictionOf(id: string, { label, source }: { label: AnyLabel; source: LabelSource }): Prediction {
  const stored: Prediction['label'] = {};
  for (const [axis, { value, confidence, probabilities }] of Object.entries(label)) {
    const kept: Record<string, number> = {};
    for (const name in probabilities) kept[name] = rounded(probabilities[name] ?? 0);
    stored[axis] = { value, confidence: rounded(confidence), probabilities: kept };
  }
  return { id, label: stored, unsure: unsureAxes(label), classifier: source.classifier, model: source.model };
}

/** The doubtful axes with their reasons; empty when every axis can be trusted. */
export function unsureAxes(label: AnyLabel): Record<string, UnsureReason> {
  const doubtful: Record<string, UnsureReason> = {};
  for (const [axis, { unsure }] of Object.entries(label)) if (unsure !== null) doubtful[axis] = unsure;
  return doubtful;
}

/**
 * An axis label from probabilities: the most likely value (on ties the later one, so doubt goes up), confidence its probability.
 *
 * @param probabilities one per value, 0..1, summing to 1
 * @example axisLabel({ low: 0.2, high: 0.8 }).value // => 'high'
 */
export function axisLabel<V extends string>(probabilities: Record<V, number>, unsure: UnsureReason | null = null): AxisLabel<V> {
  let value: V | undefined;
  for (const candidate in probabilities) if (value === undefined || probabilities[candidate] >= probabilities[value]) value = candidate;
  if (value === undefined) throw new RangeError('an axis needs at least one value');
  return { value, confidence: probabilities[value], probabilities, unsure };
}

/** The uniform label of an axis nothing is known about. */
export function unsureAxis(axis: AxisDefinition, reason: UnsureReason): AxisLabel {
  const values = axisValues(axis);
  const even = Object.fromEntries(values.map((value) => [value, 1 / values.length]));
  return axisLabel(even, reason);
}

/** A label of which nothing is known, every axis unsure for `reason`. */
export function unsureLabel<T extends Taxonomy>(taxonomy: T, reason: UnsureReason): Label<T> {
  return Object.fromEntries(axesOf(taxonomy).map(([axis, definition]) => [axis, unsureAxis(definition, reason)])) as Label<T>;
}

/** The same label with every axis that was sure marked unsure for `reason`. */
export function markUnsure<L extends AnyLabel>(label: L, reason: UnsureReason): L {
  return Object.fromEntries(Object.entries(label).map(([axis, value]) => [axis, { ...value, unsure: value.unsure ?? reason }])) as L;
}

/** What a local classifier reports of itself: no model, no prompt, no cost. */
export function localSource(classifier: string, flags: readonly string[] = []): LabelSource {
  return { classifier, model: null, promptHash: null, usage: null, usd: 0, cached: false, flags };
}
