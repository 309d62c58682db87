import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readTextFile } from '../../config/files.ts';
import { loadCatalogue } from '../../config/policy.ts';
import { RouterError } from '../../core/errors.ts';
import { type ImportFormatName, type ImportReport, importTable } from '../../eval/data/import/import.ts';
import { priceLines } from '../../eval/data/import/prices.ts';
import { nodeFiles } from '../../eval/files.ts';
import { textFingerprint } from '../../eval/fingerprint.ts';
import { collectRows, formatOf } from '../../eval/rows.ts';
import { csvRows } from '../../eval/rows-csv.ts';
import { jsonlRows } from '../../eval/rows-jsonl.ts';
import { datasetError } from '../../eval/rows-raw.ts';
import { makeFolders } from '../../folders.ts';
import { fileBytes } from '../file-bytes.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { progress } from '../progress.ts';
import { openSink, type Sink } from '../sink.ts';

/** Turns somebody else's results into an outcome table. */
export async function importCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  const inputs = [...(flags.list('in') ?? []), ...positionals];
  const [from, out] = [flags.text('from') as ImportFormatName | undefined, flags.text('out')];
  if (from === undefined) throw usage('expected `--from FORMAT`');
  if (inputs.length === 0) throw usage('expected `--in FILE`');
  if (out === undefined || /[\\/]$/.test(out)) throw usage('expected `--out DIR/NAME`');
  const base = resolve(io.cwd, out);
  refuseExisting(base);
  const without = await withoutOf(flags, io);
  makeFolders(dirname(base));
  const report = await written(
    base,
    async (prompts, outcomes) => {
      const tell = progress(io, 'read', 'answers');
      const sources = inputs.map((name) => ({ name, bytes: interruptible(fileBytes(name, io), io.signal) }));
      const sink = { prompts: (text: string) => prompts.write(text), outcomes: (text: string) => outcomes.write(text) };
      return importTable(sources, { from, ...optionsOf(flags), ...without, progress: tell }, sink);
    },
    io,
  );
  const unpriced = await updatePrices(base, report, io);
  const result = { out, ...report, skipped: report.skipped.length, unpriced };
  await io.out(flags.on('json') ? `${JSON.stringify(result)}\n` : screenOf(out, report, unpriced));
  return 0;
}

function optionsOf(flags: Flags) {
  const models = flags.list('models');
  const rename = flags.list('rename')?.map((pair) => {
    const [old = '', name = '', ...more] = pair.split('=');
    if (old === '' || name === '' || more.length > 0) throw usage(`expected \`--rename old=new\`, found \`${pair.slice(0, 100)}\``);
    return [old, name] as const;
  });
  return {
    skipBad: flags.on('skip-bad'),
    ...(models === undefined ? {} : { models }),
    ...(rename === undefined ? {} : { rename: new Map(rename) }),
  };
}

/** Texts of the files named, whatever their column is called. */
async function withoutOf(flags: Flags, io: Io): Promise<{ without?: ReadonlySet<string> }> {
  const files = flags.list('without');
  if (files === undefined) return {};
  const without = new Set<string>();
  for (const file of files) {
    const rows = await collectRows((formatOf(file) === 'csv' ? csvRows : jsonlRows)(fileBytes(file, io), { name: file }));
    for (const { line, fields } of rows) {
      const text = TEXT_COLUMNS.map((column) => fields[column]).find((value) => typeof value === 'string');
      if (typeof text !== 'string') throw datasetError(file, line, `expected a text in ${TEXT_COLUMNS.join(', ')}`, 'name the column so');
      without.add(textFingerprint(text));
    }
  }
  return { without };
}

const TEXT_COLUMNS = ['eval_prompt', 'prompt', 'text'];
const ENDINGS = ['.prompts.jsonl', '.outcomes.csv'] as const;

function refuseExisting(base: string): void {
  const there = ENDINGS.flatMap((ending) => [`${base}${ending}`, `${base}${ending}.gz`]).find((path) => existsSync(path));
  if (there !== undefined)
    throw new RouterError('input.exists', `\`${there}\` is there already: nothing was written`, {
      where: there,
      advice: 'choose another name for `--out`, or move the old table away',
    });
}

/** Both files appear when both are whole, or neither does. */
async function written(base: string, fill: (prompts: Sink, outcomes: Sink) => Promise<ImportReport>, io: Io): Promise<ImportReport> {
  const prompts = await openSink(`${base}${ENDINGS[0]}`, '-', io);
  const outcomes = await openSink(`${base}${ENDINGS[1]}`, '-', io);
  try {
    const report = await fill(prompts, outcomes);
    await prompts.finish();
    await outcomes.finish();
    return report;
  } catch (error) {
    await prompts.abandon();
    await outcomes.abandon();
    if (!io.signal.aborted) throw error;
    throw new RouterError('eval.interrupted', 'interrupted: nothing was written', { advice: 'run it again', cause: error });
  }
}

async function* interruptible(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    signal.throwIfAborted();
    yield piece;
  }
}

/** Models that neither `models.csv` nor the catalogue has a price for, and whose dollars are not recorded either. */
async function updatePrices(base: string, { models }: ImportReport, io: Io): Promise<string[]> {
  const path = join(dirname(base), 'models.csv');
  const { text, unpriced } = await priceLines(
    existsSync(path) ? readTextFile(path) : null,
    models.map(({ model }) => model),
  );
  if (text !== null) nodeFiles().write(path, text);
  const catalogue = loadCatalogue();
  const recorded = new Set(models.filter(({ answers, withUsd }) => withUsd === answers).map(({ model }) => model));
  io.signal.throwIfAborted();
  return unpriced.filter((model) => !recorded.has(model) && catalogue.get(model) === undefined);
}

function screenOf(out: string, { prompts, categories, models, left, skipped }: ImportReport, unpriced: readonly string[]): string {
  const width = Math.max(...models.map(({ model }) => model.length), 5);
  const share = (count: number, all: number) => (count === all ? 'all' : count === 0 ? 'none' : `${((100 * count) / all).toFixed(0)} %`);
  const count = (value: number) => value.toLocaleString('en');
  return [
    `written: ${out}.prompts.jsonl (${count(prompts)} questions${categories === 0 ? '' : `, ${count(categories)} categories`}), ${out}.outcomes.csv, models.csv beside them`,
    `${'model'.padEnd(width)}   answers  quality  tokens  dollars`,
    ...models.map(
      ({ model, answers, quality, withTokens, withUsd }) =>
        `${model.padEnd(width)}  ${count(answers).padStart(8)}  ${quality.toFixed(3).padStart(7)}  ${share(withTokens, answers).padStart(6)}  ${share(withUsd, answers).padStart(7)}`,
    ),
    ...Object.entries(left).map(([reason, times]) => `left out or unknown: ${count(times)} × ${reason}`),
    ...(skipped.length > 0 ? [`bad rows left out: ${count(skipped.length)}, the first ${skipped[0]?.where}: ${skipped[0]?.message}`] : []),
    ...(unpriced.length > 0
      ? [`cost unknown until models.csv has prices (dollars per million tokens) and the table has tokens: ${unpriced.join(', ')}`]
      : []),
    ...(models.some(({ withTokens, withUsd }) => withUsd > withTokens)
      ? ['dollars without tokens stay as recorded (column `usd`): `eval` reckons with them, `fit` also needs prices in models.csv']
      : []),
    `next: pointsman data check ${out}`,
    '',
  ].join('\n');
}

const usage = (message: string): RouterError =>
  new RouterError('options.invalid', message, { where: 'arguments', advice: 'see `pointsman help data import`' });
