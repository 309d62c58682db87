import type { Classifier } from '../core/contracts.ts';
import type { AnyLabel, AxisLabel, Classification, Label, LabelSource, UnsureReason } from '../core/label.ts';
import type { RouteRequest } from '../core/request.ts';
import { type AxisDefinition, type AxisName, axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import type { View } from '../core/view.ts';

/** Flag of a label whose view axes were set by a tag of the application itself; they then count in `withRiskFloor` too. */
export const FORCED_TAG = 'forced-tag';

/** True for axes that can only rise: ordered, and read off every segment. The default taxonomy has one, risk. */
export const onlyRises = ({ ordered, reads }: AxisDefinition): boolean => ordered && reads === 'segments';

/**
 * A classifier with the name and the label of `main`, whose risk is the maximum of both: nothing `main` is told or says can lower what `floor` found.
 * Axes the application forced by a tag (see `rulesClassifier`) are taken from `floor` as well, ordered ones only upwards.
 *
 * @param floor a local classifier such as `rules`; when it fails, so does the whole
 */
export function withRiskFloor<T extends Taxonomy>(floor: Classifier<T>, main: Classifier<T>, taxonomy: T): Classifier<T> {
  return {
    name: main.name,
    async classify(request: RouteRequest, signal?: AbortSignal): Promise<Classification<T>> {
      const least = await floor.classify(request, signal);
      const { label, source } = await main.classify(request, signal);
      const forced = least.source.flags.includes(FORCED_TAG);
      const merged = mapAxes(taxonomy, (definition, axis) => {
        const own = axisOf(label, axis);
        const other = axisOf(least.label, axis);
        if (onlyRises(definition)) return higherAxis(definition, own, other);
        if (!forced || other.unsure !== null) return own;
        return definition.ordered ? higherAxis(definition, own, other) : other;
      });
      return { label: merged, source: withFlags(source, least.source) };
    },
  };
}

/** A label built axis by axis. */
export function mapAxes<T extends Taxonomy>(taxonomy: T, build: (definition: AxisDefinition, axis: AxisName<T>) => AxisLabel): Label<T> {
  return Object.fromEntries(axesOf(taxonomy).map(([axis, definition]) => [axis, build(definition, axis)])) as Label<T>;
}

/** One axis of a label whose axes are only known by name. */
export function axisOf(label: AnyLabel, axis: string): AxisLabel {
  const found = label[axis];
  if (found === undefined) throw new RangeError(`label has no axis \`${axis}\``);
  return found;
}

/** The one with the higher value; of equal values the sure one; of two sure ones the one that leaves more room for higher values. */
export function higherAxis(definition: AxisDefinition, a: AxisLabel, b: AxisLabel): AxisLabel {
  const values = axisValues(definition);
  const difference = values.indexOf(a.value as never) - values.indexOf(b.value as never);
  if (difference !== 0) return difference > 0 ? a : b;
  if (a.unsure !== null || b.unsure !== null) return a.unsure === null || b.unsure !== null ? a : b;
  return massAbove(values, a) >= massAbove(values, b) ? a : b;
}

function massAbove(values: readonly string[], { value, probabilities }: AxisLabel): number {
  return values.slice(values.indexOf(value) + 1).reduce((sum, higher) => sum + (probabilities[higher] ?? 0), 0);
}

/**
 * What was not read may hold anything: on axes that only rise, the lowest value's probability moves to the second lowest and the axis is unsure.
 * A label at the top stays as it is, since nothing unread could raise it.
 */
export function raiseUnread(definition: AxisDefinition, label: AxisLabel, view: Pick<View, 'beyondLimit' | 'nonText'>): AxisLabel {
  if (!onlyRises(definition) || !(view.beyondLimit || view.nonText)) return label;
  return raiseToSecond(definition, label, view.beyondLimit ? 'beyond-limit' : 'non-text');
}

/** At least the second value, unsure for `reason`; the top value is left alone. */
export function raiseToSecond(definition: AxisDefinition, label: AxisLabel, reason: UnsureReason): AxisLabel {
  const values = axisValues(definition);
  const [lowest, second] = values as [string, string];
  if (label.value === values.at(-1) && label.unsure === null) return label;
  if (label.value !== lowest) return { ...label, unsure: reason };
  const moved = { ...label.probabilities, [lowest]: 0, [second]: (label.probabilities[lowest] ?? 0) + (label.probabilities[second] ?? 0) };
  return { value: second, confidence: moved[second] ?? 0, probabilities: moved, unsure: reason };
}

/** A source with another's flags added; costs add up, and an unknown one makes the sum unknown. */
export function withFlags(source: LabelSource, other: LabelSource): LabelSource {
  const usd = source.usd === null || other.usd === null ? null : source.usd + other.usd;
  return { ...source, usd, flags: [...new Set([...source.flags, ...other.flags])] };
}
