import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nodeFiles } from '../../eval/files.ts';
import { redrawReport } from '../../eval/redraw.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';
import { expectRuns, runsFolderOf } from '../runs.ts';

/** Draws the report of a finished run again. */
export async function reportCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  expectRuns(positionals, 'report', 1);
  const [run = ''] = positionals;
  const runsFolder = runsFolderOf(flags, io);
  const given = resolve(io.cwd, run);
  const path = redrawReport(existsSync(given) ? given : join(runsFolder, run), runsFolder, nodeFiles());
  if (path.endsWith('.md')) io.talk('a robustness run has no report.html: this is its report.md\n');
  await io.out(flags.on('json') ? `${JSON.stringify({ report: path })}\n` : `${path}\n`);
  return 0;
}
