import { formatOf } from '../../rows.ts';
import { csvRows } from '../../rows-csv.ts';
import { SeenIds } from '../../rows-ids.ts';
import { jsonlRows } from '../../rows-jsonl.ts';
import { datasetError } from '../../rows-raw.ts';
import { type ImportFormat, rowsOptions, stemOf, textOf } from './items.ts';
import { wideRows } from './wide.ts';

const COST = '|total_cost';
const RESPONSE = '|model_response';

/** How a table that only Python reads becomes one that everybody does. Opening a pickle runs what is in it, so we do not. */
const CONVERT = (name: string): string =>
  `convert it, if you trust where it comes from: python -c "import pandas; pandas.read_pickle('${name}').to_json('${stemOf(name)}.jsonl', orient='records', lines=True)"`;

/**
 * RouterBench, as CSV or JSONL: `sample_id`, `prompt`, `eval_name`, for each model a column of its name with a score of 0 to 1, and
 * `<model>|total_cost` in dollars. It has no token counts: the dollars are kept as they are.
 */
export const ROUTERBENCH: ImportFormat = {
  usd: true,
  open: ({ models: wanted }) => {
    const ids = new SeenIds();
    return (source, notes) => {
      if (/\.(pkl|pickle)(\.gz)?$/i.test(source.name))
        throw datasetError(source.name, 1, 'a pickle can run any program when it is opened, so it is not read', CONVERT(source.name));
      const read = formatOf(source.name) === 'csv' ? csvRows : jsonlRows;
      const shape = {
        modelsOf: (columns: readonly string[]) => modelsIn(columns, wanted),
        usdColumn: (model: string) => `${model}${COST}`,
        idOf: (fields: Readonly<Record<string, unknown>>, row: number) => idIn(fields.sample_id) ?? `${stemOf(source.name)}:${row}`,
        categoryOf: (fields: Readonly<Record<string, unknown>>) => textOf(fields.eval_name),
      };
      return wideRows(read(source.bytes, rowsOptions(source, notes)), source, shape, ids, notes);
    };
  },
};

const idIn = (value: unknown): string | null => (typeof value === 'number' ? String(value) : textOf(value));

function modelsIn(columns: readonly string[], wanted: readonly string[] | undefined): readonly string[] | string {
  const models = columns.filter((column) => columns.includes(`${column}${COST}`) || columns.includes(`${column}${RESPONSE}`));
  const missing = wanted?.find((model) => !columns.includes(model));
  if (missing !== undefined) return `no column \`${missing}\``;
  const kept = wanted ?? models;
  return kept.length > 0 ? kept : `expected for each model a column of its name and \`<model>${COST}\``;
}
