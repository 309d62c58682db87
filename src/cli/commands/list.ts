import { existsSync } from 'node:fs';
import { RouterError } from '../../core/errors.ts';
import { nodeFiles } from '../../eval/files.ts';
import { plainText, pointsText, shareText, table, usdText } from '../../eval/report/format.ts';
import { type ListedRun, listRuns } from '../../eval/runs-list.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';
import { runsFolderOf } from '../runs.ts';

/** Runs a screen shows unless told otherwise. */
const SHOWN = 20;

/** Lists the runs there are, the newest first. */
export async function listCommand({ flags }: Arguments, io: Io): Promise<number> {
  const folder = runsFolderOf(flags, io);
  if (flags.text('runs') !== undefined && !existsSync(folder))
    throw new RouterError('input.not-found', `there is no folder \`${folder}\``, { where: '--runs', advice: 'name a folder of runs' });
  const all = listRuns(folder, nodeFiles());
  const limit = flags.number('limit');
  if (flags.on('json')) {
    await io.out(`${JSON.stringify({ schemaVersion: 1, runs: all.slice(0, limit) })}\n`);
    return 0;
  }
  const shown = all.slice(0, limit ?? SHOWN);
  if (shown.length > 0) await io.out(`${table(HEADER, shown.map(lineOf))}\n`);
  if (all.length === 0) io.talk(`no runs in ${folder} yet: \`pointsman eval\` makes one\n`);
  else if (shown.length < all.length) io.talk(`${all.length - shown.length} older: \`--limit ${all.length}\`\n`);
  return 0;
}

const HEADER = ['run', 'started (UTC)', 'what', 'rows', 'verdict', 'figure', 'spent'];

function lineOf(run: ListedRun): string[] {
  const { name, startedAt, kind, data, rows, spentUsd, regradedFrom } = run;
  return [
    plainText(name),
    startedAt === null ? '–' : plainText(startedAt).slice(0, 16).replace('T', ' '),
    [kind ?? '', plainText(data ?? '', 40), regradedFrom === null ? '' : '(regraded)'].filter((part) => part !== '').join(' ') || '–',
    rows === null ? '–' : String(rows),
    verdictText(run),
    figureText(run.figure),
    spentUsd === null ? '–' : usdText(spentUsd),
  ];
}

const STATUS: Readonly<Record<ListedRun['status'], string>> = {
  complete: '',
  partial: 'stopped early',
  running: 'unfinished',
  unreadable: 'manifest damaged',
};

const verdictText = ({ verdict, status, changed }: ListedRun): string =>
  [plainText(verdict ?? ''), STATUS[status], changed ? 'changed on the way' : ''].filter((part) => part !== '').join(', ') || '–';

function figureText(figure: ListedRun['figure']): string {
  if (figure === null) return '–';
  const written = figure.name.endsWith('points') ? `${pointsText(figure.value)} pts` : shareText(figure.value);
  return `${SHORT[figure.name] ?? figure.name} ${written}`;
}

/** The columns of a screen are narrow. */
const SHORT: Readonly<Record<string, string>> = {
  'share of rows with all axes right': 'all right',
  'lift over the free mix, points': 'lift',
};
