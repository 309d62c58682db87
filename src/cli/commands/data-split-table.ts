import { join, relative, resolve } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import { HALVES, splitTable, type TableSplit } from '../../eval/data/table-split.ts';
import { nodeFiles } from '../../eval/files.ts';
import type { EvalFiles } from '../../eval/parts.ts';
import type { Flags } from '../flags.ts';
import type { Io } from '../io.ts';

/** Most questions go to fitting: what is scored needs to tell two systems apart, what is fitted many models on many kinds. */
const SHARES: readonly [number, number] = [0.6, 0.4];

/** Cuts an outcome table into one to fit on and one to score. */
export async function splitTableCommand(base: string, out: string, seed: number, flags: Flags, io: Io): Promise<number> {
  if (flags.on('plain')) throw usage('`--plain` is for labelled sets, found an outcome table');
  const files = nodeFiles();
  const folder = resolve(io.cwd, out);
  const split = await splitTable(base, { shares: sharesOf(flags), seed, skipBad: flags.on('skip-bad') }, files);
  const fresh = split.files.filter(({ name, text }) => !isSame(join(folder, name), text, files));
  refuseExisting(folder, fresh, files);
  for (const { name, text } of fresh) files.createNew(join(folder, name), text);
  const written = split.files.map(({ name }) => join(folder, name));
  const { files: _, ...report } = split;
  await io.out(flags.on('json') ? `${JSON.stringify({ kind: 'table', ...report, seed, written })}\n` : screenOf(split, folder, io));
  return 0;
}

function sharesOf(flags: Flags): readonly [number, number] {
  const given = flags.list('shares')?.map(Number) ?? SHARES;
  const [fit, score] = given;
  if (given.length === 2 && given.every((share) => share > 0 && share < Number.POSITIVE_INFINITY)) return [fit as number, score as number];
  throw usage(
    `expected two numbers above 0 for \`--shares\` of an outcome table (to fit on, to score), such as 0.6,0.4; found \`${flags.list('shares')?.join(',').slice(0, 60)}\``,
  );
}

/** Prices that several tables of a folder share may stand there already. */
const isSame = (path: string, text: string, files: EvalFiles): boolean =>
  path.endsWith('models.csv') && files.exists(path) && Buffer.from(files.read(path)).toString('utf8') === text;

function refuseExisting(folder: string, made: TableSplit['files'], files: EvalFiles): void {
  const there = made.flatMap(({ name }) => [name, `${name}.gz`]).filter((name) => files.exists(join(folder, name)));
  if (there.length === 0) return;
  throw new RouterError('input.exists', `${there.map((name) => `\`${name}\``).join(', ')} would be written over: nothing was written`, {
    where: folder,
    advice: 'name another folder; questions that were looked at should not change under their name',
  });
}

function screenOf({ names, rows, counts, families, largest, skipped }: TableSplit, folder: string, io: Io): string {
  const count = (value: number) => value.toLocaleString('en');
  const all = rows.fit + rows.score;
  const lines = Object.entries(counts).map(([name, own]) => [`  ${name}`, count(own.fit), count(own.score)]);
  const table = [['', ...HALVES], ['questions', count(rows.fit), count(rows.score)], ...lines];
  const width = Math.max(...table.map(([name = '']) => name.length));
  const base = (half: (typeof HALVES)[number]) => relative(io.cwd, join(folder, names[half])) || names[half];
  return [
    `written to ${relative(io.cwd, folder) || '.'}: tables ${names.fit} and ${names.score}; ${count(all)} questions in ${count(families)} families, none of them cut${skipped > 0 ? `; ${count(skipped)} bad lines left out` : ''}`,
    ...table.map(([name = '', ...cells]) => `${name.padEnd(width)}${cells.map((text) => text.padStart(8)).join('')}`),
    ...(largest > all / 10
      ? [`one family holds ${count(largest)} of the questions: nearly alike, so they stay together and count as little more than one`]
      : []),
    `next: pointsman fit --outcomes ${base('fit')}`,
    `      pointsman eval --outcomes ${base('score')} --policy policy.fitted.json`,
    '',
  ].join('\n');
}

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help data split`' });
