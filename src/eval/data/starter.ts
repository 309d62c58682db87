import { failWithProblems, type Problem, RouterError } from '../../core/errors.ts';
import type { AxisDefinition, Taxonomy } from '../../core/taxonomy.ts';
import type { LabelFile } from './label-file.ts';

/** Columns that are never labels. */
const OTHERS: ReadonlySet<string> = new Set(
  'id text prompt messages tools tool_choice response_format cluster slices language labeler source source_label signal line row index'.split(
    ' ',
  ),
);
/** More values than this are no label anybody can learn. */
const MOST_VALUES = 20;
const NAME = /^[a-z][a-zA-Z0-9_-]{0,63}$/;
/** Values that say by themselves which is more. */
const ORDERS: readonly (readonly string[])[] = [
  ['low', 'medium', 'high'],
  ['low', 'high'],
  ['none', 'low', 'medium', 'high'],
  ['low', 'medium', 'high', 'critical'],
  ['negative', 'neutral', 'positive'],
  ['easy', 'medium', 'hard'],
  ['no', 'yes'],
];

/**
 * Axes read off the columns of a labelled set: every column with 2 to 20 different values, or those named. What a value means is for a
 * person to say; until then it is its name.
 *
 * @param wanted columns that are axes; by default whichever can be
 * @throws RouterError `dataset.invalid` when no column can be an axis, or a named one is not there, blank in places or oddly named
 */
export function taxonomyFrom({ name, columns, rows }: LabelFile, wanted?: readonly string[]): Taxonomy {
  const problems: Problem[] = [];
  const valuesOf = (column: string) => [...new Set(rows.map(({ fields }) => String(fields[column] ?? '')))];
  const able = (column: string) => !OTHERS.has(column.toLowerCase()) && faultOf(column, valuesOf(column)) === null;
  for (const column of wanted ?? []) {
    const fault = columns.includes(column) ? faultOf(column, valuesOf(column)) : 'is no column';
    if (fault !== null) problems.push({ where: column, message: fault });
  }
  const listed = `the columns are ${columns.join(', ')}`;
  if (problems.length > 0) failWithProblems('dataset.invalid', `\`${name}\``, problems, listed);
  const axes = wanted ?? columns.filter(able);
  if (axes.length === 0)
    throw new RouterError(
      'dataset.invalid',
      `no column of \`${name}\` can be an axis: none has 2 to ${MOST_VALUES} values that are plain words`,
      {
        where: `${name}:1`,
        advice: `name them with \`--axes\` to hear what is wrong with each; ${listed}`,
      },
    );
  return Object.fromEntries(axes.map((column) => [column, axisOf(column, valuesOf(column))]));
}

function faultOf(column: string, values: readonly string[]): string | null {
  if (!NAME.test(column)) return 'is no axis name: use small letters, digits, `-` and `_`';
  if (values.includes('')) return 'is blank in some rows';
  if (values.length < 2 || values.length > MOST_VALUES) return `has ${values.length} value(s), expected 2 to ${MOST_VALUES}`;
  const odd = values.find((value) => !NAME.test(value));
  return odd === undefined
    ? null
    : `has the value \`${odd.slice(0, 40)}\`: use small letters, digits, \`-\` and \`_\`, beginning with a letter`;
}

function axisOf(column: string, values: readonly string[]): AxisDefinition {
  const order = ORDERS.find((one) => one.length === values.length && one.every((value) => values.includes(value)));
  const meanings = (order ?? [...values].sort()).map((value) => [value, { meaning: value.replace(/[_-]+/g, ' '), examples: [] }] as const);
  return {
    question: `Which ${column.replace(/[_-]+/g, ' ')} is it?`,
    ordered: order !== undefined,
    reads: 'view',
    values: Object.fromEntries(meanings),
  };
}
