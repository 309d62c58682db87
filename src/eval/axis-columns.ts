import { RouterError } from '../core/errors.ts';
import { nearestName } from '../core/meant.ts';
import type { Taxonomy } from '../core/taxonomy.ts';

/** Columns that mean something else, however near their names come to that of an axis. */
const TAKEN = ['id', 'text', 'prompt', 'messages', 'tools', 'language', 'slices', 'cluster', 'labeler'];

/** The columns of a labelled set, and the axes among them. */
type Columns = { columns: readonly string[]; axes: readonly string[] };

/** Columns that are nearly called like an axis which has none: by capitals and signs, or a slip or two. */
export function misspeltAxes({ columns, axes }: Columns, taxonomy: Taxonomy): { column: string; axis: string }[] {
  const missing = Object.keys(taxonomy).filter((axis) => !axes.includes(axis));
  const bare = new Map(missing.map((axis) => [letters(axis), axis]));
  return columns.flatMap((column) => {
    if (axes.includes(column) || TAKEN.includes(column)) return [];
    const axis = bare.get(nearestName(letters(column).slice(0, 60), [...bare.keys()]) ?? '');
    return axis === undefined ? [] : [{ column, axis }];
  });
}

const letters = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** An axis whose column is misspelt is left out of every figure, which nobody would notice. */
export function misspeltWarnings(columns: Columns, taxonomy: Taxonomy): string[] {
  return misspeltAxes(columns, taxonomy).map(
    ({ column, axis }) => `column \`${column.slice(0, 60)}\` is no axis and was not read; did you mean \`${axis}\`?`,
  );
}

/**
 * Where no column is an axis there is nothing to score.
 *
 * @throws RouterError `dataset.invalid` naming the columns expected and found
 */
export function requireAxes({ name, axes, columns }: Columns & { name: string }, taxonomy: Taxonomy): void {
  if (axes.length > 0) return;
  if (columns.length === 0)
    throw new RouterError('dataset.invalid', `\`${name}\` has no row that can be read`, {
      where: name,
      advice: 'mend its rows: `pointsman data check FILE` names what is wrong',
    });
  const meant = new Map(misspeltAxes({ columns, axes }, taxonomy).map(({ column, axis }) => [column, axis]));
  const found = columns.map((column) => {
    const axis = meant.get(column);
    return `\`${column.slice(0, 60)}\`${axis === undefined ? '' : ` (did you mean \`${axis}\`?)`}`;
  });
  const expected = Object.keys(taxonomy).map((axis) => `\`${axis}\``);
  throw new RouterError(
    'dataset.invalid',
    `\`${name}\` has no column of labels: expected ${expected.join(', ')}; found ${found.join(', ')}`,
    {
      where: `${name}:1`,
      advice: 'name each column of labels after its axis; axes of your own need a project (`pointsman init DIR --data FILE`)',
    },
  );
}
