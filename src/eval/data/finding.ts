/** How bad: an error makes figures wrong, a warning makes them weaker, a note is worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** One thing found: what it is, where, and what to do. */
export type Finding = {
  severity: Severity;
  /** Stable name, for machines. */
  code: string;
  message: string;
  where: string;
  advice: string;
  /** How many rows, models or the like it concerns. */
  count: number;
  /** The first of them. */
  examples: readonly string[];
};

const SHOWN = 5;

type Finder = (severity: Severity, code: string, items: readonly string[], message: string, advice: string) => Finding | null;

/**
 * Makes findings about one place, each over a list of what it concerns: null when the list is empty.
 *
 * @param where file, table or folder
 * @example finder('dev.csv')('warning', 'blank', ['r7'], '# row(s) have no text', 'remove them')?.message // => '1 row(s) have no text'
 */
export const finder =
  (where: string): Finder =>
  (severity, code, items, message, advice) =>
    items.length === 0
      ? null
      : {
          severity,
          code,
          where,
          message: message.replace('#', items.length.toLocaleString('en')),
          advice,
          count: items.length,
          examples: items.slice(0, SHOWN),
        };

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** What was found, worst first, else as it came. */
export function found(findings: readonly (Finding | null)[]): Finding[] {
  return findings.filter((finding) => finding !== null).sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

/** Exit code of a check: 1 when anything found is an error. */
export const exitCodeOf = (findings: readonly Finding[]): 0 | 1 => (findings.some(({ severity }) => severity === 'error') ? 1 : 0);

/** Findings as a person reads them, worst first; one line says that there are none. */
export function findingsText(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing found\n';
  return found(findings)
    .map(({ severity, message, where, advice, examples, count }) => {
      const shown =
        examples.length === 0
          ? ''
          : `: ${examples.map((example) => example.replace(/\s+/g, ' ').slice(0, 100)).join('; ')}${count > examples.length ? '; …' : ''}`;
      return `${severity.toUpperCase().padEnd(8)} ${where}: ${message}${shown}\n         ${advice}\n`;
    })
    .join('');
}
