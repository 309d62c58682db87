import { type AxisDefinition, axisValues, type Taxonomy } from '../../core/taxonomy.ts';
import type { DatasetRow } from '../../eval/dataset.ts';
import type { Predicted } from '../../eval/predict.ts';

/** A row and what was said of it. */
export type Answered = { row: DatasetRow; predicted: Predicted };

/** Errors of one kind: `axis` was `gold` and `said` was said. */
export type ConfusionGroup = {
  axis: string;
  gold: string;
  said: string;
  /** How far off, and which way. */
  direction: string;
  errors: Answered[];
  /** Errors times what one of them costs. */
  cost: number;
};

/**
 * What an error costs, in units of one nominal error: levels off on ordered axes, twice that when too low (a hard request answered by a
 * weak model), and twice again when the axis only rises and its top value was missed (a high risk let through).
 *
 * @example errorCost({ question: '', ordered: true, reads: 'view', values: { low: { meaning: '', examples: [] }, high: { meaning: '', examples: [] } } }, 'high', 'low') // => 2
 */
export function errorCost(definition: AxisDefinition, gold: string, said: string): number {
  if (!definition.ordered) return 1;
  const values: string[] = axisValues(definition);
  const levels = values.indexOf(said) - values.indexOf(gold);
  const missedTop = definition.reads === 'segments' && gold === values.at(-1);
  return Math.abs(levels) * (levels < 0 ? 2 : 1) * (missedTop ? 2 : 1);
}

/** Errors by axis, right value and value said; the dearest group first. Answers that could not be read belong to no pair. */
export function confusionGroups(answers: readonly Answered[], taxonomy: Taxonomy, axes: readonly string[]): ConfusionGroup[] {
  const groups = new Map<string, ConfusionGroup>();
  for (const answer of answers) {
    for (const axis of axes) {
      const definition = taxonomy[axis];
      const gold = answer.row.gold[axis];
      const said = answer.predicted.label?.[axis]?.value;
      if (definition === undefined || gold === undefined || said === undefined || said === gold) continue;
      const key = `${axis} ${gold} ${said}`;
      const group = groups.get(key) ?? { axis, gold, said, direction: directionOf(definition, gold, said), errors: [], cost: 0 };
      group.errors.push(answer);
      group.cost += errorCost(definition, gold, said);
      groups.set(key, group);
    }
  }
  return [...groups.values()].sort((a, b) => b.cost - a.cost || (`${a.axis}${a.gold}${a.said}` < `${b.axis}${b.gold}${b.said}` ? -1 : 1));
}

const NUMBERS = ['no', 'one', 'two', 'three', 'four'];

/** @example directionOf(risk, 'high', 'low') // 'two levels too low' */
export function directionOf(definition: AxisDefinition, gold: string, said: string): string {
  if (!definition.ordered) return `says ${said} where it is ${gold}`;
  const values: string[] = axisValues(definition);
  const levels = values.indexOf(said) - values.indexOf(gold);
  const count = Math.abs(levels);
  return `${NUMBERS[count] ?? count} level${count === 1 ? '' : 's'} too ${levels < 0 ? 'low' : 'high'}`;
}

/** The right values of a row in one word, for drawing as many of each. */
export const labelKey = ({ gold }: Pick<DatasetRow, 'gold'>, axes: readonly string[]): string =>
  axes.map((axis) => gold[axis] ?? '').join(' ');
