import type { Classifier } from '../../core/contracts.ts';
import { RouterError } from '../../core/errors.ts';
import { type AnyLabel, type AxisLabel, axisLabel, type Label, localSource, unsureAxis } from '../../core/label.ts';
import type { RouteRequest } from '../../core/request.ts';
import { axesOf, axisValues, type Taxonomy } from '../../core/taxonomy.ts';
import { type View, viewOf } from '../../core/view.ts';
import { segmentProbabilities, viewProbabilities } from './calibrate.ts';
import { scoreView } from './predict.ts';
import type { EmbeddedAxis, Weights } from './weights.ts';

/**
 * Our own small linear model over hashed n-grams: no key, no network, tens of microseconds.
 * Axes of the taxonomy that the weights were not trained for come back unsure, `not-scored`.
 *
 * @throws RouterError `weights.invalid` when an axis of the weights has other values than the taxonomy's.
 */
export function embeddedClassifier<T extends Taxonomy>(taxonomy: T, weights: Weights): Classifier<T> {
  const trained = new Map(weights.header.axes.map((axis) => [axis.axis, axis]));
  const named = axesOf(taxonomy);
  for (const [name, definition] of named) checkAxis(name, axisValues(definition), trained.get(name));
  return {
    name: 'embedded',
    async classify(request: RouteRequest, signal?: AbortSignal) {
      if (signal?.aborted)
        throw new RouterError('classify.aborted', 'classification was aborted', { advice: 'nothing to do', cause: signal.reason });
      const view = viewOf(request);
      const { scores, flags } = scoreView(view, weights);
      const label: AnyLabel = {};
      for (const [name, definition] of named) {
        const axis = trained.get(name);
        label[name] = axis === undefined ? unsureAxis(definition, 'not-scored') : labelAxis(axis, scores, view, weights);
      }
      return { label: label as Label<T>, source: localSource('embedded', flags) };
    },
  };
}

/** Text decides an axis; without any, or with unread parts, the label says so. */
function labelAxis(axis: EmbeddedAxis, scores: Float64Array, view: View, weights: Weights): AxisLabel {
  if (axis.reads === 'segments') {
    const label = alarmed(axis, axisLabel(segmentProbabilities(axis, scores)));
    if (view.beyondLimit) return { ...atLeastSecond(label, axis.values), unsure: 'beyond-limit' };
    if (view.nonText) return { ...atLeastSecond(label, axis.values), unsure: 'non-text' };
    return withDoubt(label, weights.header.unsureBelow[axis.axis]);
  }
  if (view.text.trim() === '')
    return unsureAxis(
      { question: '', ordered: false, reads: 'view', values: emptyValues(axis.values) },
      view.nonText ? 'non-text' : 'empty',
    );
  return withDoubt(axisLabel(viewProbabilities(axis, scores)), weights.header.unsureBelow[axis.axis]);
}

/** Doubt goes up: the highest value that is at least as likely, with all above it, as its detector's alarm. */
function alarmed(axis: Extract<EmbeddedAxis, { reads: 'segments' }>, label: AxisLabel): AxisLabel {
  let above = 0;
  for (const value of axis.values.slice(1).toReversed()) {
    above += label.probabilities[value] ?? 0;
    const alarmAt = axis.detectors.find((detector) => detector.value === value)?.alarmAt ?? 1;
    if (above >= alarmAt) return { ...label, value, confidence: label.probabilities[value] ?? 0 };
  }
  const lowest = axis.values[0] as string;
  return { ...label, value: lowest, confidence: label.probabilities[lowest] ?? 0 };
}

const emptyValues = (values: readonly string[]) => Object.fromEntries(values.map((value) => [value, { meaning: '', examples: [] }]));

const withDoubt = (label: AxisLabel, below: number | undefined): AxisLabel =>
  below !== undefined && label.confidence < below ? { ...label, unsure: 'low-confidence' } : label;

/** What was not read may hold anything: the lowest value's probability moves to the second lowest. */
function atLeastSecond(label: AxisLabel, values: readonly string[]): AxisLabel {
  const [lowest, second] = values as [string, string];
  if (label.value !== lowest) return label;
  const moved = { ...label.probabilities, [lowest]: 0, [second]: (label.probabilities[lowest] ?? 0) + (label.probabilities[second] ?? 0) };
  return { ...label, value: second, confidence: moved[second] as number, probabilities: moved };
}

function checkAxis(name: string, values: readonly string[], axis: EmbeddedAxis | undefined): void {
  if (axis === undefined || axis.values.join() === values.join()) return;
  throw new RouterError('weights.invalid', `axis \`${name}\` has values ${values.join(', ')}, the weights know ${axis.values.join(', ')}`, {
    where: name,
    advice: 'train weights for this taxonomy, or use classifier `llm` or `semantic`',
  });
}
