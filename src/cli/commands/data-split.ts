import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import { SPLIT_NAMES, type SplitResult, splitLabels } from '../../eval/data/split.ts';
import { nodeFiles } from '../../eval/files.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { taxonomyOf } from '../project.ts';
import { isTable, tablePath } from './data-check.ts';

const SEED = 7;
const SHARES = [0.6, 0.2, 0.2] as const;

/** Cuts one labelled set into train, dev and test, or an outcome table in two. */
export async function splitCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  const [given, ...more] = positionals;
  const out = flags.text('out');
  if (given === undefined || more.length > 0) throw usage(`expected one FILE or DIR/NAME, found ${positionals.length}`);
  if (out === undefined) throw usage('expected `--out DIR`');
  const path = tablePath(given, io);
  if (isTable(path)) {
    const { splitTableCommand } = await import('./data-split-table.ts');
    return splitTableCommand(path, out, flags.number('seed') ?? SEED, flags, io);
  }
  const files = nodeFiles();
  const folder = resolve(io.cwd, out);
  refuseExisting(folder);
  const options = {
    taxonomy: await taxonomyOf(flags, io),
    shares: sharesOf(flags),
    seed: flags.number('seed') ?? SEED,
    skipBad: flags.on('skip-bad'),
    plain: flags.on('plain'),
  };
  const result = await splitLabels(resolve(io.cwd, given), options, files);
  const written = SPLIT_NAMES.map((split) => join(folder, result.files[split].name));
  for (const split of SPLIT_NAMES) files.createNew(join(folder, result.files[split].name), result.files[split].text);
  const { files: _, ...report } = result;
  await io.out(flags.on('json') ? `${JSON.stringify({ ...report, seed: options.seed, written })}\n` : screenOf(result, out));
  return 0;
}

function sharesOf(flags: Flags): [number, number, number] {
  const given = flags.list('shares')?.map(Number) ?? [...SHARES];
  const [train, dev, test] = given;
  if (given.length === 3 && given.every((share) => share > 0 && share < Number.POSITIVE_INFINITY))
    return [train as number, dev as number, test as number];
  throw usage(
    `expected three numbers above 0 for \`--shares\`, such as 0.6,0.2,0.2; found \`${flags.list('shares')?.join(',').slice(0, 60)}\``,
  );
}

function refuseExisting(folder: string): void {
  const there = SPLIT_NAMES.flatMap((split) => ['csv', 'jsonl'].map((ending) => join(folder, `${split}.${ending}`))).filter((path) =>
    existsSync(path),
  );
  if (there.length === 0) return;
  throw new RouterError('input.exists', `${there.map((path) => `\`${path}\``).join(', ')} would be written over: nothing was written`, {
    where: folder,
    advice: 'name another folder; a test split that was looked at should not change under its name',
  });
}

function screenOf({ files, rows, counts, families, skipped }: SplitResult, out: string): string {
  const all = SPLIT_NAMES.reduce((sum, split) => sum + rows[split], 0);
  const values = Object.entries(counts).flatMap(([axis, own]) =>
    Object.entries(own).map(([value, count]) => [`  ${axis} ${value}`, ...SPLIT_NAMES.map((split) => String(count[split]))]),
  );
  const missing = values.filter(([, ...cells]) => cells.includes('0')).map(([name = '']) => name.trim());
  const table = [['', ...SPLIT_NAMES], ['rows', ...SPLIT_NAMES.map((split) => String(rows[split]))], ...values];
  const width = Math.max(...table.map(([name = '']) => name.length));
  return [
    `written to ${out}: ${SPLIT_NAMES.map((split) => files[split].name).join(', ')}; ${all} rows in ${families} families, none of them cut${skipped > 0 ? `; ${skipped} bad rows left out` : ''}`,
    ...table.map(([name = '', ...cells]) => `${name.padEnd(width)}${cells.map((text) => text.padStart(8)).join('')}`),
    ...(missing.length > 0 ? [`not in every split, for want of rows: ${missing.join(', ')}`] : []),
    '',
  ].join('\n');
}

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help data split`' });
