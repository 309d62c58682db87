import type { Predicted } from './predict.ts';
import type { Verdict } from './result.ts';
import { countStates } from './score.ts';

/** Above this share of rows lost to the provider, the rest is no fair sample. */
const LOST = 0.01;

const RULE = `INVALID when more than ${LOST * 100} % of a classifier's rows are lost to its provider: what is left is no fair sample`;

/** The verdict INVALID where too many rows were lost to a provider; null where the run counts. */
export function invalidVerdict(predictions: ReadonlyMap<string, readonly Predicted[]>): Verdict | null {
  for (const [name, rows] of predictions) {
    const states = countStates(rows);
    const asked = states.ok + states.parse_failed + states.provider_error;
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
