import { COLUMNS } from '../classify/embedded/weights.ts';
import { RouterError } from '../core/errors.ts';
import { type AxisDefinition, axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import type { View } from '../core/view.ts';
import type { Head } from './linear.ts';

/** One training row: a view and the axes it has labels for. Only whole requests of our own (`request`) calibrate; terms and outside rows only teach. */
export type TrainingRow = {
  view: View;
  labels: Readonly<Record<string, string>>;
  cluster: string;
  weight: number;
  kind: 'request' | 'term' | 'outside';
  /** True when a row labelled with the highest value of a segment axis is so because it gives orders to the model. */
  orders?: boolean;
};

/** Long texts hold more features: scores are divided by their number to this power, more strongly for detectors. */
const VIEW_POWER = 0.5;
const DETECTOR_POWER = 0.65;
const VIEW_L2 = 0.005;
/** Detectors meet many more texts without a hit than with one, and generalise better when held closer to zero. */
const DETECTOR_L2 = 0.01;
const ORDERS = 'orders';

/** The heads of a taxonomy; the detector of orders is left out where there is no column for it. */
export function headsOf(taxonomy: Taxonomy, rows: readonly TrainingRow[]): Head[] {
  const heads = laidOut(taxonomy, rows);
  if (columnsOf(heads) <= COLUMNS) return heads;
  const least = laidOut(taxonomy, []);
  if (columnsOf(least) <= COLUMNS) return least;
  throw new RouterError('taxonomy.invalid', `the taxonomy needs ${columnsOf(least)} columns, the embedded model has ${COLUMNS}`, {
    where: 'taxonomy',
    advice: 'use fewer axes or values, or classifier `semantic` or `llm`',
  });
}

const columnsOf = (heads: readonly Head[]): number => heads.reduce((sum, { columns }) => sum + columns, 0);

/** A softmax head per view axis; a logistic head per detector of a segment axis. */
function laidOut(taxonomy: Taxonomy, rows: readonly TrainingRow[]): Head[] {
  const heads: Head[] = [];
  const add = (head: Omit<Head, 'first'>) => heads.push({ ...head, first: columnsOf(heads) });
  for (const [name, definition] of axesOf(taxonomy)) {
    const columns = axisValues(definition).length;
    if (definition.reads === 'view') add({ name, kind: 'softmax', columns, useDense: definition.ordered, l2: VIEW_L2, power: VIEW_POWER });
    else
      for (const detector of detectorsOf(name, definition, rows))
        add({ name: detector, kind: 'logistic', columns: 1, useDense: false, l2: DETECTOR_L2, power: DETECTOR_POWER });
  }
  return heads;
}

/** One per value above the lowest, and for the highest one more for orders to the model, where rows teach them. */
function detectorsOf(axis: string, definition: AxisDefinition, rows: readonly TrainingRow[]): string[] {
  const values = axisValues(definition).slice(1);
  const top = values.at(-1);
  const taught = rows.some((row) => row.orders === true && row.labels[axis] === top);
  return [...values.map((value) => `${axis}:${value}`), ...(taught ? [`${axis}:${top}:${ORDERS}`] : [])];
}

/** The index of the row's value within a softmax head; for a detector 1 at its value, 0 below it, -1 above it, without a label, or for what another detector is there for. */
export function target(head: Head, row: TrainingRow, taxonomy: Taxonomy): number {
  const [axis, detected, aspect] = head.name.split(':') as [string, string | undefined, string | undefined];
  const label = row.labels[axis];
  const definition = taxonomy[axis];
  if (label === undefined || definition === undefined) return -1;
  const values = axisValues(definition);
  const index = values.indexOf(label);
  if (detected === undefined || index < 0) return index;
  const wanted = values.indexOf(detected);
  if (index < wanted) return 0;
  return index > wanted || (aspect === ORDERS && row.orders !== true) ? -1 : 1;
}

/** The value a detector is for. */
export const detectedValue = (head: Head): string => head.name.split(':')[1] as string;

/** Whether a detector is for orders to the model alone. */
export const forOrders = (head: Head): boolean => head.name.endsWith(`:${ORDERS}`);
