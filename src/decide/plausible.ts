import type { Level } from '../core/default-taxonomy.ts';
import { LEVELS } from '../core/default-taxonomy.ts';
import type { AnyLabel, AxisLabel } from '../core/label.ts';
import { DEFAULT_SURE_AT, PLAUSIBLE, type ReadyPolicy } from '../core/policy.ts';

/**
 * The values of one axis a request is routed for: one when the axis is sure; every value of probability ≥ .15 when it is not;
 * the policy's `whenUnsure` value when the classifier gave no evidence at all.
 */
export function plausibleValues(axis: string, label: AxisLabel, policy: Pick<ReadyPolicy, 'sureAt' | 'whenUnsure'>): string[] {
  if (hasEvidence(label) === false) {
    const declared = policy.whenUnsure[axis];
    if (declared !== undefined) return [declared];
    return Object.keys(label.probabilities);
  }
  if (label.unsure === null && label.confidence >= (policy.sureAt[axis] ?? DEFAULT_SURE_AT)) return [label.value];
  const plausible = Object.entries(label.probabilities).filter(([, probability]) => probability >= PLAUSIBLE);
  return plausible.length === 0 ? [label.value] : plausible.map(([value]) => value);
}

/** Low confidence and disagreement are weak evidence; a failure, a timeout or an empty text is none. */
function hasEvidence(label: AxisLabel): boolean {
  return label.unsure === null || label.unsure === 'low-confidence' || label.unsure === 'disagreement' || label.unsure === 'beyond-limit';
}

/** Every combination of plausible values over the axes, each with its probability taken as a product over axes. */
export function plausibleLabels(label: AnyLabel, policy: ReadyPolicy): { values: Record<string, string>; weight: number }[] {
  let combinations: { values: Record<string, string>; weight: number }[] = [{ values: {}, weight: 1 }];
  for (const [axis, axisLabel] of Object.entries(label)) {
    const options = plausibleValues(axis, axisLabel, policy);
    const single = options.length === 1;
    combinations = combinations.flatMap((combination) =>
      options.map((value) => ({
        values: { ...combination.values, [axis]: value },
        weight: combination.weight * (single ? 1 : (axisLabel.probabilities[value] ?? 0)),
      })),
    );
  }
  return combinations.sort((a, b) => b.weight - a.weight);
}

/** Probabilities of the three complexity levels as routed for; even when the taxonomy has no such axis. */
export function levelProbabilities(label: AnyLabel, policy: Pick<ReadyPolicy, 'sureAt' | 'whenUnsure'>): Record<Level, number> {
  const axis = label.complexity;
  const even = { low: 1 / 3, medium: 1 / 3, high: 1 / 3 };
  if (axis === undefined || LEVELS.some((level) => axis.probabilities[level] === undefined)) return even;
  if (hasEvidence(axis))
    return { low: axis.probabilities.low ?? 0, medium: axis.probabilities.medium ?? 0, high: axis.probabilities.high ?? 0 };
  const declared = policy.whenUnsure.complexity;
  if (declared === undefined) return even;
  return { low: 0, medium: 0, high: 0, [declared]: 1 };
}

/** The risk a model must be cleared for: the highest plausible one, never below the policy's floor. */
export function requiredClearance(label: AnyLabel, policy: ReadyPolicy): Level {
  const axis = label.risk;
  const values = axis === undefined ? [] : plausibleValues('risk', axis, policy);
  const highest = Math.max(LEVELS.indexOf(policy.riskFloor), ...values.map((value) => LEVELS.indexOf(value as Level)));
  return LEVELS[highest] ?? 'high';
}
