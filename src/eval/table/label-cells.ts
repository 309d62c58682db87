import type { AnyLabel } from '../../core/label.ts';
import { type AxisDefinition, axesOf, axisValues, type Taxonomy } from '../../core/taxonomy.ts';
import { groupPredictor, type Membership } from './groups.ts';
import type { Predictor } from './predictor.ts';
import type { OutcomeTable } from './table.ts';

/** Cells with less weight than this are left out of a row's membership. */
const NEGLIGIBLE = 0.01;

/**
 * Expected quality by label: each axis alone, then the cells of complexity and domain together, every row weighed by the label's
 * probabilities, so that a doubtful label is a blend and not a guess. A row without a label gets the models' means.
 */
export function labelPredictor(name: string, table: OutcomeTable, labels: readonly (AnyLabel | null)[], taxonomy: Taxonomy): Predictor {
  const axes = axesOf(taxonomy);
  const layers = axes.map(([axis, definition]) => axisMembership(axis, definition, labels));
  const pair = (['domain', 'complexity'] as const).flatMap((axis) => axes.find(([candidate]) => candidate === axis) ?? []);
  const cells = pair.length === 4 ? [crossMembership(layerOf(axes, layers, 'domain'), layerOf(axes, layers, 'complexity'))] : [];
  return groupPredictor(name, table, () => [...layers, ...cells]);
}

function layerOf(axes: readonly [string, AxisDefinition][], layers: readonly Membership[], axis: string): Membership {
  return layers[axes.findIndex(([candidate]) => candidate === axis)] ?? { groups: 0, of: () => [] };
}

function axisMembership(axis: string, definition: AxisDefinition, labels: readonly (AnyLabel | null)[]): Membership {
  const values = axisValues(definition);
  const members = labels.map((label) => {
    const probabilities = label?.[axis]?.probabilities;
    if (probabilities === undefined) return [];
    return values.map((value, group) => ({ group, weight: probabilities[value] ?? 0 })).filter(({ weight }) => weight >= NEGLIGIBLE);
  });
  return { groups: values.length, of: (row) => members[row] ?? [] };
}

function crossMembership(first: Membership, second: Membership): Membership {
  return {
    groups: first.groups * second.groups,
    of: (row) =>
      first
        .of(row)
        .flatMap((one) => second.of(row).map((two) => ({ group: one.group * second.groups + two.group, weight: one.weight * two.weight })))
        .filter(({ weight }) => weight >= NEGLIGIBLE),
  };
}
