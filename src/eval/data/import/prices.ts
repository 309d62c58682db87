import { csvRows } from '../../rows-csv.ts';
import { cell } from '../cells.ts';

const HEADER = 'model,input_usd_per_mtok,output_usd_per_mtok,price_source,note';

/**
 * `models.csv` with a line for every model: lines that are there stay as they are, new ones have no price, which is unknown and never 0.
 *
 * @param text the file as it is, or null
 * @returns the new text, null when nothing is missing; and the models still without a price
 */
export async function priceLines(text: string | null, models: readonly string[]): Promise<{ text: string | null; unpriced: string[] }> {
  const known = text === null || text.trim() === '' ? new Map<string, boolean>() : await pricedModels(text);
  const missing = models.filter((model) => !known.has(model));
  const unpriced = models.filter((model) => known.get(model) !== true);
  if (missing.length === 0) return { text: null, unpriced };
  const columns = text === null ? HEADER : (text.split(/\r?\n/, 1)[0] ?? HEADER);
  const blanks = ','.repeat(columns.split(',').length - 1);
  const start = text === null || text.trim() === '' ? `${HEADER}\n` : text.endsWith('\n') ? text : `${text}\n`;
  return { text: `${start}${missing.map((model) => `${cell(model)}${blanks}\n`).join('')}`, unpriced };
}

async function pricedModels(text: string): Promise<Map<string, boolean>> {
  const known = new Map<string, boolean>();
  const filled = (value: unknown) => typeof value === 'string' && value.trim() !== '';
  for await (const rows of csvRows(once(text), { name: 'models.csv' }))
    for (const { fields } of rows) known.set(String(fields.model), filled(fields.input_usd_per_mtok) && filled(fields.output_usd_per_mtok));
  return known;
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
