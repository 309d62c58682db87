import type { FittedCell } from '../core/fitted.ts';
import type { AnyLabel } from '../core/label.ts';
import { addEffects, groupEffects, type Members, type Membership } from '../eval/table/groups.ts';

/** Memberships lighter than this are left out. */
const NEGLIGIBLE = 0.01;

type Axis = { values: string[]; grouping: Membership };

/**
 * Expected quality by domain and complexity: each axis alone, then what the two together add, every row weighed by its label's
 * probabilities. None when the labels lack either axis.
 */
export function fitCells(
  labels: readonly AnyLabel[],
  rows: Int32Array,
  quality: Float64Array,
  base: Float64Array,
  ids: readonly string[],
): FittedCell[] {
  const [domain, complexity] = [axisOf('domain', labels), axisOf('complexity', labels)];
  if (domain === null || complexity === null) return [];
  const width = ids.length;
  const left = new Float64Array(rows.length * width);
  for (const [index, row] of rows.entries())
    for (let model = 0; model < width; model++)
      left[index * width + model] = (quality[row * width + model] as number) - (base[model] as number);
  const both = crossed(domain, complexity);
  const [first, second, third] = [domain.grouping, complexity.grouping, both].map((grouping) => {
    const effects = groupEffects(grouping, rows, left, width);
    addEffects(grouping, rows, effects, left, width, -1);
    return effects;
  }) as [Float64Array, Float64Array, Float64Array];
  const weights = weightsOf(both, rows);
  return domain.values.flatMap((domainValue, one) =>
    complexity.values.map((complexityValue, two) => {
      const cell = one * complexity.values.length + two;
      const effect = (model: number) =>
        (first[one * width + model] as number) + (second[two * width + model] as number) + (third[cell * width + model] as number);
      const means = ids.map((id, model) => [id, rounded((base[model] as number) + effect(model))] as const);
      return {
        domain: domainValue,
        complexity: complexityValue,
        rows: rounded(weights[cell] as number),
        quality: Object.fromEntries(means),
      };
    }),
  );
}

const rounded = (value: number): number => Math.max(0, Math.round(value * 1e4) / 1e4);

function axisOf(axis: string, labels: readonly AnyLabel[]): Axis | null {
  const first = labels[0]?.[axis];
  if (first === undefined) return null;
  const values = Object.keys(first.probabilities);
  const members = labels.map((label) => {
    const probabilities = label[axis]?.probabilities ?? {};
    return values.map((value, group) => ({ group, weight: probabilities[value] ?? 0 })).filter(({ weight }) => weight >= NEGLIGIBLE);
  });
  return { values, grouping: { groups: values.length, of: (row) => members[row] ?? [] } };
}

function crossed(one: Axis, two: Axis): Membership {
  const [first, second] = [one.grouping, two.grouping];
  const cross = (row: number): Members =>
    first.of(row).flatMap((a) => second.of(row).map((b) => ({ group: a.group * second.groups + b.group, weight: a.weight * b.weight })));
  return { groups: first.groups * second.groups, of: cross };
}

function weightsOf({ groups, of }: Membership, rows: Int32Array): Float64Array {
  const weights = new Float64Array(groups);
  for (const row of rows) for (const { group, weight } of of(row)) weights[group] = (weights[group] as number) + weight;
  return weights;
}
