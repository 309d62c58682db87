import { type Problem, RouterError } from '../core/errors.ts';
import type { DatasetRow } from './dataset.ts';

/** Texts somebody learned from: another split, few-shot examples, the rows a policy was fitted on. */
export type SeenTexts = { name: string; fingerprints: ReadonlySet<string> };

/** Rows of a set whose text was seen elsewhere. */
export function findLeaks(rows: readonly DatasetRow[], seen: readonly SeenTexts[]): { row: DatasetRow; in: string }[] {
  return rows.flatMap((row) => {
    const source = seen.find(({ fingerprints }) => fingerprints.has(row.fingerprint));
    return source === undefined ? [] : [{ row, in: source.name }];
  });
}

/**
 * A score on texts the classifier learned from means nothing, so a leak ends the run.
 *
 * @throws RouterError `dataset.leak` listing the rows
 */
export function refuseLeaks(name: string, rows: readonly DatasetRow[], seen: readonly SeenTexts[]): void {
  const leaks = findLeaks(rows, seen);
  if (leaks.length === 0) return;
  const problems: Problem[] = leaks.map(({ row, in: source }) => ({
    where: `${name}:${row.line}`,
    message: `\`${row.id.slice(0, 100)}\` also stands in ${source}`,
  }));
  const lines = problems.slice(0, 20).map(({ where, message }) => `  ${where}: ${message}`);
  const more = problems.length > 20 ? [`  … and ${problems.length - 20} more`] : [];
  throw new RouterError('dataset.leak', [`${leaks.length} row(s) of \`${name}\` were seen in training:`, ...lines, ...more].join('\n'), {
    advice: 'remove each text from one of the two places; figures on such rows would be memory, not skill',
    where: problems[0]?.where ?? name,
  });
}
