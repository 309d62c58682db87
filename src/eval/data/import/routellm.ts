import { csvRows } from '../../rows-csv.ts';
import { SeenIds } from '../../rows-ids.ts';
import { type ImportFormat, rowsOptions, stemOf, textOf } from './items.ts';
import { wideRows } from './wide.ts';

/** Columns that are not models. */
const OTHERS: ReadonlySet<string> = new Set(['prompt', 'id', 'category', 'subject', 'domain']);
const isModel = (column: string): boolean => !OTHERS.has(column) && !column.endsWith('_response');

/**
 * RouteLLM's released responses (`routellm/evals/mmlu/responses/*.csv`, `gsm8k/gsm8k_responses.csv`): `prompt`, then for each model a column
 * of True and False, and perhaps `<model>_response`. Tokens and prices are not in them. The subject is read off `mmlu_<subject>.csv`.
 */
export const ROUTELLM: ImportFormat = {
  usd: false,
  open: ({ models: wanted }) => {
    const ids = new SeenIds();
    return (source, notes) => {
      const stem = stemOf(source.name);
      const subject = /^mmlu_(.+)$/.exec(stem)?.[1] ?? null;
      const shape = {
        modelsOf: (columns: readonly string[]) => modelsIn(columns, wanted),
        usdColumn: () => null,
        idOf: (fields: Readonly<Record<string, unknown>>, row: number) => textOf(fields.id) ?? `${stem}:${row}`,
        categoryOf: (fields: Readonly<Record<string, unknown>>) => textOf(fields.category) ?? textOf(fields.subject) ?? subject,
      };
      return wideRows(csvRows(source.bytes, rowsOptions(source, notes)), source, shape, ids, notes);
    };
  },
};

function modelsIn(columns: readonly string[], wanted: readonly string[] | undefined): readonly string[] | string {
  const missing = wanted?.find((model) => !columns.includes(model));
  if (missing !== undefined) return `no column \`${missing}\``;
  const models = wanted ?? columns.filter(isModel);
  return models.length > 0 ? models : 'expected a column for each model';
}
