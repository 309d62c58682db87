import { RouterError } from '../core/errors.ts';
import type { EvalParts } from './parts.ts';

/** One look at a sealed split. */
export type LedgerEntry = { at: string; dataset: string; hash: string; classifiers: string[]; policy: string };

/** Looks at this dataset so far. Lines of other datasets and torn lines do not count. */
export function looksAt(hash: string, ledgerFile: string, files: EvalParts['files']): number {
  if (!files.exists(ledgerFile)) return 0;
  const lines = Buffer.from(files.read(ledgerFile)).toString('utf8').split('\n');
  return lines.filter((line) => parsed(line)?.hash === hash).length;
}

function parsed(line: string): Partial<LedgerEntry> | null {
  try {
    return line.trim() === '' ? null : (JSON.parse(line) as Partial<LedgerEntry>);
  } catch {
    return null;
  }
}

/**
 * The test split wears out with every look, so each one is asked for and written down before it happens.
 *
 * @returns how many looks there have been, this one included
 * @throws RouterError `options.invalid` when nobody is there to ask, `eval.interrupted` when the answer is no
 */
export async function openTestSplit(
  entry: LedgerEntry,
  ledgerFile: string,
  yes: boolean,
  parts: Pick<EvalParts, 'files' | 'confirm'>,
): Promise<number> {
  const before = looksAt(entry.hash, ledgerFile, parts.files);
  const question = sealedQuestion(entry.dataset, before);
  if (!yes) {
    if (parts.confirm === undefined) {
      const advice = 'pass `--yes` to look, or evaluate on `--split dev`';
      throw new RouterError('options.invalid', `${question} Nobody is here to answer`, { where: '--split test', advice });
    }
    if (!(await parts.confirm(question))) {
      throw new RouterError('eval.interrupted', 'the test split stays closed', {
        where: '--split test',
        advice: 'evaluate on `--split dev`',
      });
    }
  }
  parts.files.append(ledgerFile, JSON.stringify(entry));
  return before + 1;
}

/** @example sealedQuestion('test.csv', 2) // => '`test.csv` is sealed and was looked at 2 times. Each look makes its figures a little less honest. Look again?' */
function sealedQuestion(dataset: string, before: number): string {
  const cost = 'Each look makes its figures a little less honest.';
  if (before === 0) return `\`${dataset}\` is sealed and was never looked at. ${cost} Look?`;
  return `\`${dataset}\` is sealed and was looked at ${before === 1 ? 'once' : `${before} times`}. ${cost} Look again?`;
}
