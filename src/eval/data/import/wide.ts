import type { SeenIds } from '../../rows-ids.ts';
import { datasetError, type RawRow } from '../../rows-raw.ts';
import { emptyBatch, type ImportBatch, type ImportNotes, type ImportSource, NO_ANSWER, promptText, scoreOf, usdOf } from './items.ts';

/** A table with one line a question and one column a model. */
export type WideShape = {
  /** Columns that hold scores, or what is wrong with the columns. */
  modelsOf(columns: readonly string[]): readonly string[] | string;
  /** Where the dollars of a model's answer stand. */
  usdColumn(model: string): string | null;
  /** Id and category; `row` counts the file's rows from 1. */
  idOf(fields: RawRow['fields'], row: number): string;
  categoryOf(fields: RawRow['fields']): string | null;
};

/** Reads one file of a wide table; `ids` spans all files of the import. */
export async function* wideRows(
  rows: AsyncIterable<readonly RawRow[]>,
  { name }: ImportSource,
  shape: WideShape,
  ids: SeenIds,
  notes: ImportNotes,
): AsyncGenerator<ImportBatch> {
  let models: readonly string[] | null = null;
  let row = 0;
  for await (const batch of rows) {
    const read = emptyBatch();
    for (const { line, fields } of batch) {
      models ??= checkedModels(fields, shape, name);
      row++;
      const fault = readWideRow({ fields, models, id: shape.idOf(fields, row), line }, shape, ids, notes, read);
      if (fault !== null) notes.bad({ where: `${name}:${line}`, message: fault });
    }
    yield read;
  }
}

function checkedModels(fields: RawRow['fields'], shape: WideShape, name: string): readonly string[] {
  const columns = Object.keys(fields);
  const advice = 'check that the file is of the format named with `--from`; `--models a,b` says which columns are models';
  if (!columns.includes('prompt')) throw datasetError(name, 1, `expected a column \`prompt\`, found ${listed(columns)}`, advice);
  const models = shape.modelsOf(columns);
  if (typeof models === 'string') throw datasetError(name, 1, `${models}; found ${listed(columns)}`, advice);
  return models;
}

const MOST_LISTED = 20;

const listed = (columns: readonly string[]): string =>
  `${columns
    .slice(0, MOST_LISTED)
    .map((column) => `\`${column.slice(0, 40)}\``)
    .join(', ')}${columns.length > MOST_LISTED ? ', …' : ''}`;

type WideRow = { fields: RawRow['fields']; models: readonly string[]; id: string; line: number };

/** What is wrong with the row, of which then nothing is kept. */
function readWideRow(row: WideRow, shape: WideShape, ids: SeenIds, notes: ImportNotes, into: ImportBatch): string | null {
  const { fields, models, id, line } = row;
  const prompt = promptText(fields.prompt);
  if (prompt === null) return 'expected a text in `prompt`, found none';
  const outcomes: ImportBatch['outcomes'] = [];
  for (const model of models) {
    const quality = scoreOf(fields[model]);
    if (typeof quality === 'string') return `\`${model}\` ${quality}`;
    if (quality === null) {
      notes.leave(NO_ANSWER);
      continue;
    }
    const column = shape.usdColumn(model);
    const usd = column === null ? null : usdOf(fields[column], notes);
    if (typeof usd === 'string') return `\`${column}\` ${usd}`;
    outcomes.push({ id, model, quality, inputTokens: null, outputTokens: null, usd });
  }
  const earlier = ids.add(id, line);
  if (earlier !== null) return `id \`${id.slice(0, 100)}\` stands on line ${earlier} already, of this file or one before it`;
  into.prompts.push({ id, prompt, category: shape.categoryOf(fields) });
  into.outcomes.push(...outcomes);
  return null;
}
