import { join } from 'node:path';
import { failWithProblems, type Problem, RouterError } from '../../core/errors.ts';
import { textFingerprint } from '../fingerprint.ts';
import { shortHash } from '../load.ts';
import { denseIndex } from '../metrics/resample.ts';
import type { EvalFiles } from '../parts.ts';
import { collectRows } from '../rows.ts';
import { csvRows } from '../rows-csv.ts';
import { jsonlRows } from '../rows-jsonl.ts';
import type { RawRow } from '../rows-raw.ts';
import { type Answers, answersOf } from './answers.ts';
import { impliedTokens, usdByEvidence, usdEvidence } from './cost.ts';
import type { OutcomeTable, TableModel, TablePrice } from './table.ts';

export type TableOptions = {
  /** Only these models, in this order. Default: all. */
  models?: readonly string[];
  /** Output tokens to assume where the table has none; makes the cost MODELLED. */
  assumeOutputTokens?: number;
  /** Prices by model where the folder's `models.csv` has none. */
  priceOf?: (model: string) => TablePrice | null;
  /** What named the models, for the message when one is unknown. @default `--models` */
  modelsFrom?: string;
  /** Leave bad lines out and count them. @default false */
  skipBad?: boolean;
};

/**
 * An outcome table: `NAME.prompts.jsonl` (`{id, prompt, category?}`) and `NAME.outcomes.csv` (`id,model,quality,input_tokens,output_tokens`),
 * `.gz` of either, and prices from `models.csv` beside them, blank where unknown. A column `usd` holds dollars somebody recorded in place of tokens. Only prompts every model answered are kept: models are never compared on unlike rows.
 *
 * @param base folder and name, such as `data/mmlu-pro`
 * @throws RouterError `input.not-found`, `dataset.invalid` with every bad line, `options.invalid` for an unknown model
 */
export async function loadTable(base: string, options: TableOptions, files: EvalFiles): Promise<OutcomeTable> {
  const { promptFile, outcomeFile, prompts, answers, problems } = await readTable(base, options.skipBad === true, files);
  const { prices, hash } = await pricesOf(base, files);
  const chosen = chosenModels(answers, options);
  const rows = completeRows(prompts.length, chosen);
  const kept = rows.map((row) => prompts[row]?.prompt ?? '');
  const models = chosen.map((answer) =>
    modelOf(answer, { rows, kept }, stated(prices.get(answer.model)) ?? options.priceOf?.(answer.model) ?? null, options),
  );
  const fingerprints = rows.map((row) => textFingerprint(prompts[row]?.prompt ?? ''));
  const clusters = rows.map((row, index) => prompts[row]?.cluster ?? fingerprints[index] ?? '');
  return {
    name: nameOf(base),
    hash: shortHash(`${shortHash(files.read(promptFile))} ${shortHash(files.read(outcomeFile))} ${hash}`),
    ids: rows.map((row) => prompts[row]?.id ?? ''),
    prompts: kept,
    categories: rows.map((row) => prompts[row]?.category ?? null),
    fingerprints,
    clusterOf: denseIndex(clusters),
    models,
    incomplete: prompts.length - rows.length,
    skipped: problems.length,
    evidence: { quality: 'MEASURED', usd: usdEvidence(models, kept, options.assumeOutputTokens) },
  };
}

/** A table as its files have it: every good line, and what is wrong with the others. */
export type TableFiles = {
  promptFile: string;
  outcomeFile: string;
  prompts: PromptRow[];
  outcomes: RawRow[];
  answers: Answers[];
  problems: Problem[];
};

/** @throws RouterError `input.not-found`, or `dataset.invalid` with every bad line unless `skipBad` */
export async function readTable(base: string, skipBad: boolean, files: EvalFiles): Promise<TableFiles> {
  const problems: Problem[] = [];
  const promptFile = existing(base, PROMPTS, files);
  const outcomeFile = existing(base, OUTCOMES, files);
  const prompts = promptsOf(await rowsIn(promptFile, files, problems, jsonlRows), promptFile, problems);
  const outcomes = await rowsIn(outcomeFile, files, problems, csvRows);
  const answers = answersOf(outcomes, outcomeFile, new Map(prompts.map(({ id }, index) => [id, index])), problems);
  if (problems.length > 0 && !skipBad) {
    failWithProblems('dataset.invalid', `table \`${nameOf(base)}\``, problems, 'mend the lines named above, or pass `--skip-bad`');
  }
  return { promptFile, outcomeFile, prompts, outcomes, answers, problems };
}

/** A line without any price says no more than no line. */
const stated = (price: TablePrice | undefined): TablePrice | null =>
  price === undefined || (price.input === null && price.output === null) ? null : price;

const nameOf = (base: string): string => base.split(/[\\/]/).at(-1) ?? base;

const [PROMPTS, OUTCOMES] = ['.prompts.jsonl', '.outcomes.csv'] as const;

function existing(base: string, ending: typeof PROMPTS | typeof OUTCOMES, files: EvalFiles): string {
  const path = `${base}${ending}`;
  for (const file of [path, `${path}.gz`]) if (files.exists(file)) return file;
  const inside = tablesIn(base, files);
  const beside = tablesIn(join(base, '..'), files);
  const folder = inside.length > 0;
  throw new RouterError('input.not-found', folder ? `\`${base}\` is a folder of tables` : `no \`${path}\` or \`${path}.gz\``, {
    where: path,
    advice: folder
      ? `name one of them, as in ${join(nameOf(base), inside[0] ?? '')}: ${inside.join(', ')}`
      : `name a table as DIR/NAME, without the ending${beside.length > 0 ? `; there are ${beside.join(', ')}` : ''}`,
  });
}

/** Names of the tables in a folder; none where it is no folder. */
function tablesIn(folder: string, files: EvalFiles): string[] {
  const ending = /\.prompts\.jsonl(\.gz)?$/;
  try {
    const names = files.list(folder).filter((name) => ending.test(name));
    return [...new Set(names.map((name) => name.replace(ending, '')))];
  } catch {
    return [];
  }
}

type Reader = typeof jsonlRows;

async function rowsIn(path: string, files: EvalFiles, problems: Problem[], reader: Reader): Promise<RawRow[]> {
  const name = nameOf(path);
  const onBad = ({ line, message }: { line: number; message: string }) => void problems.push({ where: `${name}:${line}`, message });
  return collectRows(reader(once(files.read(path)), { name, onBad }));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export type PromptRow = {
  id: string;
  prompt: string;
  category: string | null;
  cluster: string | null;
  /** The line as it stands. */
  fields: RawRow['fields'];
};

function promptsOf(rows: readonly RawRow[], file: string, problems: Problem[]): PromptRow[] {
  const seen = new Set<string>();
  return rows.flatMap(({ line, fields }) => {
    const { id, prompt, category, cluster } = fields;
    const where = `${nameOf(file)}:${line}`;
    const fault =
      typeof id !== 'string' || id === ''
        ? 'expected a text `id`'
        : typeof prompt !== 'string'
          ? 'expected a text `prompt`'
          : seen.has(id)
            ? `id \`${id.slice(0, 100)}\` stands twice`
            : null;
    if (fault !== null) {
      problems.push({ where, message: fault });
      return [];
    }
    seen.add(id as string);
    const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
    return [{ id: id as string, prompt: prompt as string, category: text(category), cluster: text(cluster), fields }];
  });
}

async function pricesOf(base: string, files: EvalFiles): Promise<{ prices: Map<string, TablePrice>; hash: string }> {
  const path = join(base, '..', 'models.csv');
  return files.exists(path) ? readPrices(path, files) : { prices: new Map(), hash: '' };
}

/** A file like `models.csv`: `model,input_usd_per_mtok,output_usd_per_mtok`, blank where unknown. */
export async function readPrices(path: string, files: EvalFiles): Promise<{ prices: Map<string, TablePrice>; hash: string }> {
  const rows = await rowsIn(path, files, [], csvRows);
  const price = (value: unknown) => (typeof value === 'string' && value.trim() !== '' && Number(value) >= 0 ? Number(value) : null);
  const prices = rows.map(
    ({ fields }) => [String(fields.model), { input: price(fields.input_usd_per_mtok), output: price(fields.output_usd_per_mtok) }] as const,
  );
  return { prices: new Map(prices), hash: shortHash(files.read(path)) };
}

function chosenModels(answers: readonly Answers[], { models: wanted, modelsFrom = '--models' }: TableOptions): Answers[] {
  if (wanted === undefined) return [...answers];
  const unknown = wanted.filter((name) => !answers.some(({ model }) => model === name)).map((name) => `\`${name.slice(0, 100)}\``);
  if (unknown.length > 0) {
    const message = unknown.length === 1 ? `model ${unknown[0]} is not in the table` : `models ${unknown.join(', ')} are not in the table`;
    const advice = `use names from the table: ${answers.map(({ model }) => model).join(', ')}`;
    throw new RouterError('options.invalid', message, { where: modelsFrom, advice });
  }
  return wanted.flatMap((name) => answers.filter(({ model }) => model === name));
}

/** Prompts answered by every chosen model. */
function completeRows(prompts: number, answers: readonly Answers[]): number[] {
  return Array.from({ length: prompts }, (_, row) => row).filter(
    (row) => answers.length > 0 && answers.every(({ quality }) => !Number.isNaN(quality[row] ?? Number.NaN)),
  );
}

function modelOf(
  answers: Answers,
  { rows, kept }: { rows: readonly number[]; kept: readonly string[] },
  price: TablePrice | null,
  options: TableOptions,
): TableModel {
  const { model, quality, inputTokens, outputTokens, usd: recorded } = answers;
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
  const assumed = options.assumeOutputTokens;
  const counted = { inputTokens: pick(inputTokens), outputTokens: pick(outputTokens) };
  const dollars = pick(recorded);
  const tokens = impliedTokens(price, counted, dollars, kept);
  const output = tokens.outputTokens.map((count) => (Number.isNaN(count) && assumed !== undefined ? assumed : count));
  const columns = { quality: pick(quality), inputTokens: tokens.inputTokens, outputTokens: output };
  const usd = usdByEvidence(price, counted, dollars, assumed);
  const costKnown = usd.length > 0 && !usd.some(Number.isNaN);
  return { name: model, price, ...columns, usd, costKnown, ...repeatsOf(answers, rows) };
}

/** The second answer to every row, and the mean of the others; null where some row has one answer only. */
function repeatsOf({ quality, second, count }: Answers, rows: readonly number[]): Pick<TableModel, 'first' | 'second'> {
  if (rows.some((row) => (count[row] ?? 0) < 2)) return { first: null, second: null };
  const again = (row: number) => second[row] as number;
  const others = (row: number) => ((quality[row] as number) * (count[row] as number) - again(row)) / ((count[row] as number) - 1);
  return { first: Float64Array.from(rows, others), second: Float64Array.from(rows, again) };
}
