import type { Predicted, RowState } from './predict.ts';
import type { Verdict } from './result.ts';
import { countStates } from './score.ts';

/** Above this share of rows lost to the provider, the rest is no fair sample. */
const LOST = 0.01;

const RULE = `INVALID when more than ${LOST * 100} % of a classifier's rows are lost to its provider: what is left is no fair sample`;

/** How many rows a run has, and how many of them have an answer. */
export type AnsweredRows = { all: number; answered: number };

/** Rows with an answer, if only one that could not be read; the others say nothing of a classifier. */
export const isAnswered = ({ state }: { state: RowState }): boolean => state === 'ok' || state === 'parse_failed';

/** Why rows are no fair sample to hold others against; null when they are. @example unfitRows([{ state: 'ok' }]) // => null */
export function unfitRows(rows: readonly { state: RowState }[]): string | null {
  const { ok, parse_failed, provider_error, skipped_budget } = countStates(rows);
  const answered = ok + parse_failed;
  if (answered === 0) return `none of its ${rows.length} rows was answered`;
  if (skipped_budget > 0) return `${skipped_budget} of its ${rows.length} rows were not asked: budget`;
  return provider_error > LOST * (answered + provider_error)
    ? `${provider_error} of its ${rows.length} rows were lost to the provider`
    : null;
}

/** The verdict INVALID where no row was answered, or too many were lost to a provider; null where the run counts. */
export function invalidVerdict(predictions: ReadonlyMap<string, readonly Predicted[]>): Verdict | null {
  for (const [name, rows] of predictions) {
    const states = countStates(rows);
    const asked = states.ok + states.parse_failed + states.provider_error;
    if (asked === 0 && states.skipped_budget > 0) return unasked(name, states.skipped_budget);
    if (states.provider_error <= LOST * asked) continue;
    const share = ((states.provider_error / asked) * 100).toFixed(1);
    return {
      word: 'INVALID',
      text: `${states.provider_error} of ${asked} rows of ${name} (${share} %) lost to the provider: nothing below may be quoted`,
      rule: RULE,
      advice: 'run the same command again with `--retry-errors`: rows that have an answer are kept',
    };
  }
  return null;
}

const unasked = (name: string, rows: number): Verdict => ({
  word: 'INVALID',
  text: `none of ${rows} rows of ${name} was asked: the budget was reached before the first`,
  rule: RULE,
  advice: 'raise `--max-usd` and run the same command again',
});
