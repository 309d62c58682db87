import { resolve } from 'node:path';
import { RouterError } from '../core/errors.ts';
import type { Flags } from './flags.ts';
import type { Io } from './io.ts';

/** Where run folders are. */
export const runsFolderOf = (flags: Flags, io: Io): string => resolve(io.cwd, flags.text('runs') ?? '.pointsman/runs');

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
