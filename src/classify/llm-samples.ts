import { isRouterError, withSpent } from '../core/errors.ts';
import { axisLabel, type TokenUsage } from '../core/label.ts';
import { axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import type { Scored, ScoredAxis } from './llm-label.ts';

/** One answer out of several to the same question. */
export type Drawn = {
  scored: Scored;
  usage: TokenUsage;
  usd: number | null;
  /** The model that says it answered. */
  answeredBy: string;
};
/**
 * How far several answers agree, per axis: every answer is one vote, and one more vote is shared evenly by all values, so that no number of
 * answers is certain. An answer that cannot be read is shared evenly too: it is doubt, not silence.
 *
 * @throws RouterError of the first failure when fewer than half of the answers can be read, with what all of them cost
 */
export function agreed(taxonomy: Taxonomy, settled: readonly PromiseSettledResult<Drawn>[]): Drawn {
  const drawn = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const errors = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
  const spent = [...drawn.map(({ usd }) => usd), ...errors.map((error) => (isRouterError(error) ? (error.spentUsd ?? 0) : 0))];
  const usd = spent.some((each) => each === null) ? null : spent.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const [first] = errors;
  if (2 * drawn.length < settled.length) throw isRouterError(first) ? withSpent(first, usd) : first;
  const scored = Object.fromEntries(
    axesOf(taxonomy).map(([axis, definition]): [string, ScoredAxis] => {
      const values = axisValues(definition);
      const votes = drawn.map((each) => each.scored[axis]?.label.value);
      const shared = (1 + errors.length) / values.length;
      const probabilities = values.map((value) => [value, (votes.filter((vote) => vote === value).length + shared) / (settled.length + 1)]);
      return [axis, { label: axisLabel(Object.fromEntries(probabilities)), evidence: `samples:${settled.length}` }];
    }),
  );
  const answeredBy = [...new Set(drawn.map((each) => each.answeredBy))].join(', ');
  return { scored, usage: drawn.map(({ usage }) => usage).reduce(addUsage), usd, answeredBy };
}

/** A count that is unknown once is unknown in all. */
function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  const sum = (x: number | null, y: number | null) => (x === null || y === null ? null : x + y);
  return {
    input: sum(a.input, b.input),
    cachedInput: sum(a.cachedInput, b.cachedInput),
    output: sum(a.output, b.output),
    reasoning: sum(a.reasoning, b.reasoning),
  };
}
