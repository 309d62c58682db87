import { type AxisLabel, axisLabel, unsureAxis } from '../../core/label.ts';
import { type AxisDefinition, axesOf, axisValues, type Taxonomy } from '../../core/taxonomy.ts';

/** Share of each value, by axis, among labelled rows: 0..1, summing to 1 on each axis. */
export type Prior = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Gold values of one row by axis; axes left out are not counted. */
export type GoldLabel = Readonly<Record<string, string | undefined>>;

/**
 * Shares of the values among rows, every value counted once more than seen (add-one), so that none is impossible.
 *
 * @example priorOf(defineTaxonomy({ tone: { question: '?', ordered: false, reads: 'view', values: { warm: { meaning: '', examples: [] }, cold: { meaning: '', examples: [] } } } }), [{ tone: 'warm' }]).tone
 * // => { warm: 2 / 3, cold: 1 / 3 }
 */
export function priorOf(taxonomy: Taxonomy, rows: Iterable<GoldLabel>): Prior {
  const counts = new Map(
    axesOf(taxonomy).map(([axis, definition]) => [axis, new Map<string, number>(axisValues(definition).map((value) => [value, 1]))]),
  );
  for (const row of rows) {
    for (const [axis, value = ''] of Object.entries(row)) {
      const seen = counts.get(axis)?.get(value);
      if (seen !== undefined) counts.get(axis)?.set(value, seen + 1);
    }
  }
  return Object.fromEntries([...counts].map(([axis, values]) => [axis, shares(values)]));
}

function shares(counts: ReadonlyMap<string, number>): Record<string, number> {
  const sum = [...counts.values()].reduce((total, count) => total + count, 0);
  return Object.fromEntries([...counts].map(([value, count]) => [value, count / sum]));
}

/** An axis that says what is commonest; `not-scored` and even when the prior does not know the axis. */
export function majorityAxis(definition: AxisDefinition, shares: Readonly<Record<string, number>> | undefined): AxisLabel {
  if (shares === undefined) return unsureAxis(definition, 'not-scored');
  return axisLabel(Object.fromEntries(axisValues(definition).map((value) => [value, shares[value] ?? 0])));
}
