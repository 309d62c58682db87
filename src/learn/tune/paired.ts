import type { AxisDefinition, Taxonomy } from '../../core/taxonomy.ts';
import { axisValues } from '../../core/taxonomy.ts';
import type { DatasetRow } from '../../eval/dataset.ts';
import { denseClusteredMean } from '../../eval/metrics/clustered.ts';
import { type Interval, isGap } from '../../eval/metrics/gap.ts';
import { mcnemar } from '../../eval/metrics/mcnemar.ts';
import { denseIndex } from '../../eval/metrics/resample.ts';
import { studentCdf } from '../../eval/metrics/student.ts';
import type { Predicted } from '../../eval/predict.ts';

/** Whether a row came out right on every scored axis; null for rows lost to the provider. An answer that cannot be read is wrong. */
export type Right = boolean | null;

export function rightRows(rows: readonly DatasetRow[], predicted: readonly Predicted[], axes: readonly string[]): Right[] {
  return rows.map(({ gold }, index) => {
    const answer = predicted[index];
    if (answer === undefined || answer.state === 'provider_error' || answer.state === 'skipped_budget') return null;
    return axes.every((axis) => answer.label?.[axis]?.value === gold[axis]);
  });
}

/** Share of right rows among those that were answered; null when none was. */
export function shareRight(rights: readonly Right[]): number | null {
  const known = rights.filter((right) => right !== null);
  return known.length === 0 ? null : known.filter((right) => right).length / known.length;
}

/** A difference in the share of right rows, newer less older, on the same rows. */
export type PairedGain = {
  n: number;
  fixed: number;
  broken: number;
  gain: number;
  se: number;
  interval: Interval;
  /** Two-sided: the larger of the clustered t test and the exact McNemar test, which each err on the bold side somewhere. */
  p: number;
};

/**
 * @param level of the interval, 0..1 @default 0.95
 * @example pairedGain([true, true], [true, false], ['a', 'b']).gain // => 0.5
 */
export function pairedGain(after: readonly Right[], before: readonly Right[], clusters: readonly string[], level = 0.95): PairedGain {
  const kept = after.flatMap((right, index) => (right === null || (before[index] ?? null) === null ? [] : [index]));
  const steps = Float64Array.from(kept, (index) => Number(after[index]) - Number(before[index]));
  const fixed = steps.filter((step) => step > 0).length;
  const broken = steps.filter((step) => step < 0).length;
  const gain = steps.length === 0 ? 0 : (fixed - broken) / steps.length;
  const clusterOf = denseIndex(kept.map((index) => clusters[index] ?? `row:${index}`));
  const mean = denseClusteredMean(steps, clusterOf, level);
  const none = { n: steps.length, fixed, broken, gain };
  if (isGap(mean)) return { ...none, se: 0, interval: { low: -1, high: 1 }, p: 1 };
  const t = mean.se === 0 ? (gain === 0 ? 0 : Number.POSITIVE_INFINITY) : Math.abs(gain) / mean.se;
  const byT = t === 0 ? 1 : Number.isFinite(t) ? 2 * studentCdf(-t, mean.clusters - 1) : 0;
  return { ...none, se: mean.se, interval: mean.interval, p: Math.max(byT, mcnemar(fixed, broken).exact) };
}

/** The axes whose top value must not be missed: ordered, read off every segment, only ever raised. */
export function topAxes(taxonomy: Taxonomy, axes: readonly string[]): { axis: string; top: string }[] {
  return axes.flatMap((axis) => {
    const definition: AxisDefinition | undefined = taxonomy[axis];
    if (definition === undefined || !definition.ordered || definition.reads !== 'segments') return [];
    return [{ axis, top: axisValues(definition).at(-1) as string }];
  });
}

/** Rows of the top value of such an axis, right when the top value was said; null for every other row. */
export function topRights(rows: readonly DatasetRow[], predicted: readonly Predicted[], tops: ReturnType<typeof topAxes>): Right[] {
  return rows.map(({ gold }, index) => {
    const due = tops.filter(({ axis, top }) => gold[axis] === top);
    const answer = predicted[index];
    if (due.length === 0 || answer === undefined || answer.state === 'provider_error' || answer.state === 'skipped_budget') return null;
    return due.every(({ axis, top }) => answer.label?.[axis]?.value === top);
  });
}
