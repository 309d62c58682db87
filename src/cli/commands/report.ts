import { nodeFiles } from '../../eval/files.ts';
import { redrawReport } from '../../eval/redraw.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';
import { expectRuns, runFolderOf, runsFolderOf } from '../runs.ts';

/** Draws the report of a finished run again. */
export async function reportCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  expectRuns(positionals, 'report', 1);
  const [run = ''] = positionals;
  const path = redrawReport(runFolderOf(run, 'metrics.json', flags, io), runsFolderOf(flags, io), nodeFiles());
  if (path.endsWith('.md')) io.talk('a robustness run has no report.html: this is its report.md\n');
  await io.out(flags.on('json') ? `${JSON.stringify({ report: path })}\n` : `${path}\n`);
  return 0;
}
