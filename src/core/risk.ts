import { LEVELS, type Level, levelIndex } from './default-taxonomy.ts';
import type { AnyLabel, AxisLabel } from './label.ts';

/**
 * The higher of two readings of the risk axis: the chance of at least medium, and of high, is the larger of the two.
 * Risk only rises, so neither reading can lower what the other saw.
 *
 * @example higherRisk(surely('low'), surely('high')).value // => 'high'
 */
export function higherRisk(first: AxisLabel, second: AxisLabel): AxisLabel {
  const tail = ({ probabilities: p }: AxisLabel) => ({ medium: (p.medium ?? 0) + (p.high ?? 0), high: p.high ?? 0 });
  const [a, b] = [tail(first), tail(second)];
  const high = Math.max(a.high, b.high);
  const medium = Math.max(a.medium, b.medium);
  const probabilities = { low: Math.max(0, 1 - medium), medium: Math.max(0, medium - high), high };
  const upper = levelIndex(second.value as Level) > levelIndex(first.value as Level) ? second : first;
  const other = upper === first ? second : first;
  // Doubt of either reading is kept where it could still mean more than the value says.
  const unsure = upper.unsure ?? (upper.value === 'high' ? null : other.unsure);
  return { value: upper.value, confidence: probabilities[upper.value as Level], probabilities, unsure };
}

/** A label with the risk of `fresh` where that is higher; labels without a three-level risk axis stay as they are. */
export function raiseRisk<L extends AnyLabel>(label: L, fresh: AnyLabel): L {
  const [known, seen] = [label.risk, fresh.risk];
  if (known === undefined || seen === undefined || ![known, seen].every(isLevelled)) return label;
  return { ...label, risk: higherRisk(known, seen) };
}

const isLevelled = ({ probabilities }: AxisLabel): boolean => LEVELS.every((level) => probabilities[level] !== undefined);
