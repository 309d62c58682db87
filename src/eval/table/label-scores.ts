import { toRequest } from '../../core/request.ts';
import { axisValues, type Taxonomy } from '../../core/taxonomy.ts';
import type { DatasetRow } from '../dataset.ts';
import type { Predicted } from '../predict.ts';
import { type AxisScore, scoreClassifier } from '../score.ts';
import type { TableGold } from './gold.ts';
import type { OutcomeTable } from './table.ts';

/** The labels a table itself implies, row by row and axis by axis; only values the taxonomy has. */
export function impliedLabels(table: OutcomeTable, gold: TableGold, taxonomy: Taxonomy): Record<string, string>[] {
  const axes = (['complexity', 'domain'] as const).flatMap((axis) => {
    const definition = taxonomy[axis];
    return definition === undefined ? [] : [{ axis, known: new Set<string>(axisValues(definition)) }];
  });
  return table.ids.map((_, row) =>
    Object.fromEntries(
      axes.flatMap(({ axis, known }) => {
        const value = gold[axis][row];
        return value !== null && value !== undefined && known.has(value) ? [[axis, value]] : [];
      }),
    ),
  );
}

/** A classifier scored on what the outcomes imply, on each axis over the rows that imply something. */
export function scoreImplied(
  classifier: string,
  table: OutcomeTable,
  implied: readonly Record<string, string>[],
  predicted: readonly Predicted[],
  taxonomy: Taxonomy,
): Record<string, AxisScore> {
  const axes = [...new Set(implied.flatMap((gold) => Object.keys(gold)))];
  const scores = axes.flatMap((axis) => {
    const at = implied.flatMap((gold, row) => (Object.hasOwn(gold, axis) && predicted[row] !== undefined ? [row] : []));
    const rows = at.map((row) => rowOf(table, implied[row] ?? {}, row));
    const answers = at.flatMap((row) => predicted[row] ?? []);
    const score = scoreClassifier(classifier, rows, answers, [axis], taxonomy).axes[axis];
    return score === undefined ? [] : [[axis, score] as const];
  });
  return Object.fromEntries(scores);
}

function rowOf({ ids, clusterOf, fingerprints }: OutcomeTable, gold: Record<string, string>, row: number): DatasetRow {
  const id = ids[row] ?? '';
  const none = { language: null, slices: [], labeler: null, line: row + 1, request: toRequest('') };
  return { ...none, id, gold, cluster: String(clusterOf[row]), fingerprint: fingerprints[row] ?? id };
}
