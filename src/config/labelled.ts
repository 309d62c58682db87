import { toRequest } from '../core/request.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { viewOf } from '../core/view.ts';
import { packageFile, readBytesFile } from './files.ts';

export const TRAIN_FILE = 'datasets/requests/train.csv';

/** A labelled request: the latest user turn, and the gold value of each axis the file has. */
export type LabelledRow = { text: string; gold: Readonly<Record<string, string>> };

/** Labelled rows the baselines take their shares and hit rates from. */
export async function labelledRows(taxonomy: Taxonomy, file = packageFile(TRAIN_FILE)): Promise<LabelledRow[]> {
  const { parse } = await import('csv-parse/sync');
  const rows = parse<Record<string, string>>(Buffer.from(readBytesFile(file)), { columns: true, bom: true });
  return rows.map((row) => {
    const gold = Object.keys(taxonomy).flatMap((axis) => (row[axis] ? [[axis, row[axis]] as const] : []));
    return { text: latestTurn(row.text ?? ''), gold: Object.fromEntries(gold) };
  });
}

/** A cell holds a text, or messages as JSON. */
function latestTurn(cell: string): string {
  if (!cell.startsWith('[{')) return cell;
  try {
    return viewOf(toRequest({ messages: JSON.parse(cell) })).latest;
  } catch {
    return cell;
  }
}
