import { join } from 'node:path';
import { type Problem, RouterError } from '../../core/errors.ts';
import type { Price } from '../../core/models.ts';
import type { EvalFiles } from '../parts.ts';
import { collectRows } from '../rows.ts';
import { csvRows } from '../rows-csv.ts';
import { jsonlRows } from '../rows-jsonl.ts';
import type { RawRow } from '../rows-raw.ts';
import type { Cell } from './cell.ts';
import { onDisk } from './log.ts';
import type { CollectRow } from './rows.ts';

/** What a table holds before anything is added to it. */
export type OldTable = { prompts: readonly RawRow[]; outcomes: readonly RawRow[] };

const fileOf = (base: string, part: 'prompts.jsonl' | 'outcomes.csv'): string => `${base}.${part}`;

/**
 * The table that is to be added to, empty when there is none.
 *
 * @throws RouterError `dataset.invalid` when it is packed, damaged, or says otherwise of a prompt of the same id
 */
export async function readOldTable(base: string, rows: readonly CollectRow[], files: EvalFiles): Promise<OldTable> {
  for (const part of ['prompts.jsonl', 'outcomes.csv'] as const) {
    if (!files.exists(`${fileOf(base, part)}.gz`)) continue;
    const advice = `unpack it with \`gunzip ${fileOf(base, part)}.gz\`, or give another --out`;
    throw new RouterError('dataset.invalid', `\`${fileOf(base, part)}.gz\` is packed: nothing can be added to it`, {
      where: '--out',
      advice,
    });
  }
  const prompts = await read(fileOf(base, 'prompts.jsonl'), jsonlRows, files);
  const outcomes = await read(fileOf(base, 'outcomes.csv'), csvRows, files);
  const problems = promptProblems(prompts, rows, base);
  if (problems.length === 0) return { prompts, outcomes };
  const [first] = problems as [Problem, ...Problem[]];
  throw new RouterError(
    'dataset.invalid',
    `${problems.length} id(s) stand for another prompt in \`${fileOf(base, 'prompts.jsonl')}\`, such as ${first.message}`,
    {
      where: first.where,
      advice: 'give another --out, or other ids',
    },
  );
}

function promptProblems(prompts: readonly RawRow[], rows: readonly CollectRow[], base: string): Problem[] {
  const wanted = new Map(rows.map(({ id, prompt }) => [id, prompt]));
  return prompts.flatMap(({ line, fields: { id, prompt } }) => {
    const own = wanted.get(String(id));
    return own === undefined || own === prompt
      ? []
      : [{ where: `${fileOf(base, 'prompts.jsonl')}:${line}`, message: `\`${String(id).slice(0, 60)}\`` }];
  });
}

const NEWLINE = 10;

async function read(path: string, reader: typeof jsonlRows, files: EvalFiles): Promise<RawRow[]> {
  const bytes = files.exists(path) ? files.read(path) : new Uint8Array();
  // A head alone is what is left of a table none of whose answers could be graded.
  const empty = bytes.length === 0 || (reader === csvRows && bytes.indexOf(NEWLINE) === bytes.length - 1);
  return empty ? [] : collectRows(reader(once(bytes), { name: path }));
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const cellText = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What the table held, with the graded cells in the place of what stood there for the same prompt and model. */
export function writeTable(base: string, old: OldTable, rows: readonly CollectRow[], cells: readonly Cell[], files: EvalFiles): void {
  const asked = new Set(rows.map(({ id }) => id));
  const graded = cells.filter(({ state }) => state === 'ok');
  // An answer that lost its grade leaves the table with it.
  const fresh = new Set(cells.filter(({ answer }) => answer !== null).map(({ id, model }) => JSON.stringify([id, model])));
  const prompts = [
    ...old.prompts.filter(({ fields }) => !asked.has(String(fields.id))).map(({ fields }) => JSON.stringify(fields)),
    ...rows.map(({ id, prompt, category, cluster }) =>
      JSON.stringify({ id, prompt, ...(category === null ? {} : { category }), ...(cluster === null ? {} : { cluster }) }),
    ),
  ];
  const kept = old.outcomes.filter(({ fields }) => !fresh.has(JSON.stringify([String(fields.id), String(fields.model)])));
  const outcomes = [
    'id,model,quality,input_tokens,output_tokens',
    ...kept.map(({ fields }) =>
      outcomeLine(['id', 'model', 'quality', 'input_tokens', 'output_tokens'].map((name) => String(fields[name] ?? ''))),
    ),
    ...graded.map(({ id, model, quality, tokens }) =>
      outcomeLine([id, model, String(quality), String(tokens?.input ?? ''), String(tokens?.output ?? '')]),
    ),
  ];
  onDisk(base, () => {
    files.write(fileOf(base, 'prompts.jsonl'), linesOf(prompts));
    files.write(fileOf(base, 'outcomes.csv'), linesOf(outcomes));
  });
}

const outcomeLine = (cells: readonly string[]): string => cells.map(cellText).join(',');
const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** Adds the list prices of models that `models.csv` beside the table does not name; what stands there already is left alone. */
export async function writePrices(base: string, models: readonly { id: string; price: Price }[], files: EvalFiles): Promise<void> {
  const path = join(base, '..', 'models.csv');
  const rows = await read(path, csvRows, files);
  const named = new Set(rows.map(({ fields }) => String(fields.model)));
  const columns = rows[0] === undefined ? ['model', 'input_usd_per_mtok', 'output_usd_per_mtok'] : Object.keys(rows[0].fields);
  const missing = models.filter(({ id, price }) => !named.has(id) && price.input !== null && price.output !== null);
  if (missing.length === 0) return;
  const added = missing.map(
    ({ id, price }): Record<string, string> => ({
      model: id,
      input_usd_per_mtok: String(price.input),
      output_usd_per_mtok: String(price.output),
    }),
  );
  const all = [...rows.map(({ fields }) => fields), ...added];
  files.write(
    path,
    linesOf([columns.map(cellText).join(','), ...all.map((row) => outcomeLine(columns.map((column) => String(row[column] ?? ''))))]),
  );
}
