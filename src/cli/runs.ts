import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RouterError } from '../core/errors.ts';
import { nodeFiles } from '../eval/files.ts';
import { headOf, newestFirst } from '../eval/run-folder.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';

/** Where run folders are. */
export const runsFolderOf = (flags: Flags, io: Io): string => resolve(io.cwd, flags.text('runs') ?? '.pointsman/runs');

/**
 * The folder of the run a command was given: a path, a name `pointsman list` tells, or `last`, the newest finished run there is.
 *
 * @param holding a file without which the command can do nothing with the newest run, such as `served.jsonl`
 * @throws RouterError `input.not-found`
 */
export function runFolderOf(named: string, holding: string, flags: Flags, io: Io): string {
  const runsFolder = runsFolderOf(flags, io);
  const found =
    named === 'last'
      ? newestHolding(runsFolder, holding)
      : [resolve(io.cwd, named), join(runsFolder, named)].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new RouterError('input.not-found', named === 'last' ? `no finished run in \`${runsFolder}\`` : `no run in \`${named}\``, {
    where: named,
    advice: 'name a run folder: `pointsman list` names those there are, `last` is the newest, `pointsman eval` makes one',
  });
}

function newestHolding(runsFolder: string, file: string): string | undefined {
  const files = nodeFiles();
  return newestFirst(runsFolder, files)
    .map((name) => join(runsFolder, name))
    .find((folder) => headOf(folder, files)?.status === 'complete' && files.exists(join(folder, file)));
}

const NUMBERS: readonly string[] = ['no', 'one', 'two'];

/** @throws RouterError `options.invalid` unless there are as many as the command takes */
export function expectRuns(positionals: readonly string[], command: string, least: number, most = least): void {
  if (positionals.length >= least && positionals.length <= most) return;
  const words = (least === most ? [most] : [least, most]).map((count) => NUMBERS[count] ?? String(count));
  throw new RouterError(
    'options.invalid',
    `expected ${words.join(' or ')} run folder${most === 1 ? '' : 's'}, found ${positionals.length}`,
    {
      where: 'arguments',
      advice: `see \`pointsman help ${command}\`; \`pointsman list\` names the runs`,
    },
  );
}
