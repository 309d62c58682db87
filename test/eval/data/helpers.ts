import { type ImportOptions, type ImportReport, importTable } from '../../../src/eval/data/import/import.ts';
import { loadTable } from '../../../src/eval/table/load.ts';
import type { OutcomeTable } from '../../../src/eval/table/table.ts';
import { memoryFiles } from '../helpers.ts';
import { pieces } from '../row-files.ts';

export type Imported = { report: ImportReport; prompts: string; outcomes: string; table: () => Promise<OutcomeTable> };

/** Imports files given as text, and keeps what would be written. */
export async function imported(files: Record<string, string | Uint8Array>, options: ImportOptions, models?: string): Promise<Imported> {
  const written = { prompts: '', outcomes: '' };
  const sources = Object.entries(files).map(([name, content]) => ({ name, bytes: pieces(Buffer.from(content as string), 61) }));
  const report = await importTable(sources, options, {
    prompts: async (text) => {
      written.prompts += text;
    },
    outcomes: async (text) => {
      written.outcomes += text;
    },
  });
  const table = () =>
    loadTable(
      't/x',
      {},
      memoryFiles({
        't/x.prompts.jsonl': written.prompts,
        't/x.outcomes.csv': written.outcomes,
        ...(models === undefined ? {} : { 't/models.csv': models }),
      }),
    );
  return { report, ...written, table };
}

/** One line a cell list, quoted where needed. */
export const csv = (...rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.map((value) => `"${String(value).replaceAll('"', '""')}"`).join(',')).join('\n');

export const jsonl = (...rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** What an import that fails says, with its code and place. */
export const failure = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => ({ code: 'none', where: '', message: 'no error', advice: '' }),
    (cause) => cause,
  );
  return `${error.code} ${error.where} ${error.message} ${error.advice}`;
};
