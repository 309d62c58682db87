import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import { nodeFiles } from '../../eval/files.ts';
import { redrawReport } from '../../eval/redraw.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';

/** Draws the report of a finished run again. */
export async function reportCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  const [run, ...more] = positionals;
  if (run === undefined || more.length > 0) {
    throw new RouterError('options.invalid', `expected one run folder, found ${positionals.length}`, {
      where: 'arguments',
      advice: 'see `pointsman help report`',
    });
  }
  const runsFolder = resolve(io.cwd, flags.text('runs') ?? '.pointsman/runs');
  const given = resolve(io.cwd, run);
  const path = redrawReport(existsSync(given) ? given : join(runsFolder, run), runsFolder, nodeFiles());
  if (path.endsWith('.md')) io.talk('a robustness run has no report.html: this is its report.md\n');
  await io.out(flags.on('json') ? `${JSON.stringify({ report: path })}\n` : `${path}\n`);
  return 0;
}
