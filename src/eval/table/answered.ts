import { RouterError } from '../../core/errors.ts';
import type { AskedRow, Predicted, PredictResult } from '../predict.ts';
import { isAnswered, unfitRows } from '../validity.ts';
import type { TableInput } from './measure.ts';
import { type OutcomeTable, pickRows } from './table.ts';

type Whole = {
  table: OutcomeTable;
  asked: readonly AskedRow[];
  input: Omit<TableInput, 'labels'>;
  results: ReadonlyMap<string, PredictResult>;
};

/** Rows a classifier answered, with the labels of every classifier, and where each row of the whole table stands among them. */
export type Answered = {
  table: OutcomeTable;
  asked: readonly AskedRow[];
  input: Omit<TableInput, 'labels'>;
  answers: Map<string, readonly Predicted[]>;
  at: (number | undefined)[];
};

/**
 * A router says nothing of rows that its classifier never labelled: they are left out of every figure.
 *
 * @throws RouterError `eval.invalid` when no row was answered, `budget.exceeded` when none was even asked
 */
export function answeredRows({ table, asked, input, results }: Whole, classifier: string): Answered {
  const predicted = results.get(classifier)?.rows ?? [];
  const kept = predicted.flatMap((row, index) => (isAnswered(row) ? [index] : []));
  if (kept.length === 0) throw unanswered(classifier, predicted);
  const at: (number | undefined)[] = table.ids.map(() => undefined);
  for (const [place, index] of kept.entries()) at[index] = place;
  const pick = <T>(values: readonly T[]): T[] => kept.map((index) => values[index] as T);
  const answers = new Map([...results].map(([name, { rows }]): [string, Predicted[]] => [name, pick(rows)]));
  const cut = kept.length === table.ids.length ? table : pickRows(table, kept);
  return { table: cut, asked: pick(asked), input: { ...input, table: cut }, answers, at };
}

function unanswered(classifier: string, predicted: readonly Predicted[]): RouterError {
  const asked = predicted.some(({ state }) => state !== 'skipped_budget');
  return new RouterError(
    asked ? 'eval.invalid' : 'budget.exceeded',
    `INVALID: there is nothing to judge \`${classifier}\` by: ${unfitRows(predicted) ?? 'no row was answered'}`,
    { where: classifier, advice: 'run the same command again with `--retry-errors`, or with more `--max-usd`' },
  );
}
