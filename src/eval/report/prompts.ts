import type { EvalMetrics } from '../result.ts';
import { pointsText, table } from './format.ts';

/** Prompts side by side: the first against each other one on every axis, paired; empty unless there are several. */
export function promptsTable({ comparisons }: EvalMetrics, prompts: readonly string[]): string {
  const rows = comparisons
    .filter(({ classifier, against }) => prompts.includes(classifier) && prompts.includes(against))
    .map(({ classifier, against, axis, difference, fixed, broken, p, holm }) => [
      `${classifier} against ${against}`,
      axis,
      pointsText(difference),
      `${fixed} / ${broken}`,
      p.exact.toPrecision(2),
      holm.toPrecision(2),
    ]);
  return rows.length === 0 ? '' : table(['prompts side by side', 'axis', 'pts', 'fixed / broken', 'p (exact)', 'p (Holm)'], rows);
}

/** Every pair of classifiers on every axis: who is right where the other is wrong, and whether that is chance. */
export function pairedRows({ comparisons }: EvalMetrics): { header: string[]; rows: string[][] } {
  return {
    header: ['paired, exact McNemar', 'n', 'points', 'fixed / broken', 'p', 'mid-p', 'p (Holm, per axis)'],
    rows: comparisons.map(({ axis, classifier, against, n, fixed, broken, difference, p, holm }) => [
      `${axis}: ${classifier} vs ${against}`,
      String(n),
      pointsText(difference),
      `${fixed} / ${broken}`,
      p.exact.toPrecision(2),
      p.midp.toPrecision(2),
      holm.toPrecision(2),
    ]),
  };
}
