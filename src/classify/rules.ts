import type { Classifier } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import { type AxisLabel, axisLabel, type Classification, localSource, unsureAxis } from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
import { type AxisDefinition, type AxisName, axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import { type View, viewOf } from '../core/view.ts';
import { refuseAborted } from './abort.ts';
import type { RiskMark } from './marks.ts';
import { axisOf, FORCED_TAG, mapAxes, onlyRises, raiseUnread } from './raise.ts';

/** Probability of the value a pattern points at. Patterns were tuned for precision: see `test/classify/rules.test.ts`. */
const FOUND = 0.9;
/** Probability of the lowest value when no pattern was found, which says little. */
const NOT_FOUND = 0.7;

/** A dozen files of patterns and words, loaded by the first request so that whoever only imports the package does not wait for them. */
let patterns: typeof import('./marks.ts') | undefined;

export type RulesOptions<T extends Taxonomy> = {
  /**
   * Tags of your application: a latest user turn with a line that begins or ends with one gets these values, as `{ '#hard': { complexity: 'high' } }`.
   * On ordered axes a tag can only raise, so the lowest value is refused. @default none
   */
  tags?: Readonly<Record<string, Readonly<Partial<Record<AxisName<T>, string>>>>>;
};

/**
 * Patterns and structure alone, in microseconds and in time linear in the text: injection phrases, secrets, personal data, tags of the application.
 * A floor for risk: what it finds is sure; finding nothing proves nothing, so its low is unsure, and so are all other axes (`not-scored`).
 *
 * @throws RouterError `options.invalid` for a tag with an unknown axis or value, or with the lowest value of an ordered axis
 */
export function rulesClassifier<T extends Taxonomy>(taxonomy: T, { tags = {} }: RulesOptions<T> = {}): Classifier<T> {
  const unscored = mapAxes(taxonomy, (definition) => frozen(unsureAxis(definition, 'not-scored')));
  const forced = Object.entries(tags).map(([tag, values]) => ({ tag, values: checkTag(taxonomy, tag, values) }));
  return {
    name: 'rules',
    async classify(request: RouteRequest, signal?: AbortSignal): Promise<Classification<T>> {
      refuseAborted(signal);
      const view = viewOf(request);
      patterns ??= await import('./marks.ts');
      const marks = patterns.marksOf(view);
      const tag = forced.find((candidate) => isTagged(view.latest, candidate.tag));
      const label = mapAxes(taxonomy, (definition, axis) => {
        const value = tag?.values[axis];
        const own = onlyRises(definition) ? riskAxis(definition, marks, view) : axisOf(unscored, axis);
        return value === undefined ? own : forcedAxis(definition, own, value);
      });
      return { label, source: localSource('rules', tag === undefined ? marks : [...marks, FORCED_TAG]) };
    },
  };
}

function riskAxis(definition: AxisDefinition, marks: readonly RiskMark[], view: View): AxisLabel {
  const values = axisValues(definition);
  const found = marks.includes('injection') ? values.length - 1 : marks.includes('secret') || marks.includes('personal-data') ? 1 : 0;
  const likely = found === 0 ? NOT_FOUND : FOUND;
  const rest = (1 - likely) / (values.length - 1);
  const label = axisLabel(
    Object.fromEntries(values.map((value, index) => [value, index === found ? likely : rest])),
    found === 0 ? 'not-scored' : null,
  );
  return raiseUnread(definition, label, view);
}

/** Shared by every label, so nobody may write to it. */
function frozen(axis: AxisLabel): AxisLabel {
  Object.freeze(axis.probabilities);
  return Object.freeze(axis);
}

function isTagged(latest: string, tag: string): boolean {
  if (!latest.includes(tag)) return false;
  return latest.split('\n').some((line) => line.trim().startsWith(tag) || line.trim().endsWith(tag));
}

/** The application speaks with certainty. */
function forcedAxis(definition: AxisDefinition, own: AxisLabel, value: string): AxisLabel {
  const values = axisValues(definition);
  if (onlyRises(definition) && values.indexOf(own.value as never) >= values.indexOf(value as never)) return own;
  return axisLabel(Object.fromEntries(values.map((candidate) => [candidate, candidate === value ? 1 : 0])));
}

function checkTag<T extends Taxonomy>(
  taxonomy: T,
  tag: string,
  values: Readonly<Partial<Record<string, string>>>,
): Readonly<Record<string, string>> {
  if (tag.trim() === '') throw invalidTag('tags', 'a tag of at least one visible character', tag);
  const axes = new Map<string, AxisDefinition>(axesOf(taxonomy));
  for (const [axis, value = ''] of Object.entries(values)) {
    const definition = axes.get(axis);
    if (definition === undefined) throw invalidTag(`tags.${tag}.${axis}`, `an axis: ${[...axes.keys()].join(', ')}`, axis);
    const allowed: string[] = definition.ordered ? axisValues(definition).slice(1) : axisValues(definition);
    if (!allowed.includes(value)) throw invalidTag(`tags.${tag}.${axis}`, `one of ${allowed.join(', ')}`, value);
  }
  return values as Readonly<Record<string, string>>;
}

const invalidTag = (where: string, expected: string, found: string) =>
  new RouterError('options.invalid', `expected ${expected}, found \`${found}\``, { where, advice: 'see `RulesOptions.tags`' });
