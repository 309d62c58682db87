import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

/** One labelled text of a public set. */
export type LabelledText = { id: string; text: string; label: string; source: string };

/** Every `<axis>.<source>.csv.gz` of a folder of public label sets, at most `limit` rows per source and label, in file order. */
export function labelSets(folder: string, axis: string, limit: number): LabelledText[] {
  const files = readdirSync(folder).filter((name) => name.startsWith(`${axis}.`) && name.endsWith('.csv.gz'));
  return files.sort().flatMap((name) => {
    const source = name.slice(axis.length + 1, -'.csv.gz'.length);
    const rows: Record<string, string>[] = parse(gunzipSync(readFileSync(join(folder, name))), { columns: true });
    const counts = new Map<string, number>();
    return rows.flatMap(({ id = '', text = '', label = '' }) => {
      const count = (counts.get(label) ?? 0) + 1;
      counts.set(label, count);
      return count > limit ? [] : [{ id, text, label, source }];
    });
  });
}

/** One prompt of an outcome table with the mean quality over the table's models. */
export type MeasuredText = { id: string; text: string; quality: number };

/** The outcome tables of a folder by name. Rows a model is missing on are left out of that prompt's mean. */
export function outcomeTables(folder: string): Map<string, MeasuredText[]> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.outcomes.csv.gz'));
  return new Map(names.sort().map((name) => [name.slice(0, -'.outcomes.csv.gz'.length), outcomeTable(folder, name)]));
}

function outcomeTable(folder: string, name: string): MeasuredText[] {
  const outcomes: Record<string, string>[] = parse(gunzipSync(readFileSync(join(folder, name))), { columns: true });
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { id = '', quality = '' } of outcomes) {
    const entry = sums.get(id) ?? { sum: 0, count: 0 };
    sums.set(id, { sum: entry.sum + Number(quality), count: entry.count + 1 });
  }
  const prompts = gunzipSync(readFileSync(join(folder, name.replace('.outcomes.csv.gz', '.prompts.jsonl.gz')))).toString('utf8');
  return prompts.split('\n').flatMap((line) => {
    if (line === '') return [];
    const { id, prompt } = JSON.parse(line) as { id: string; prompt: string };
    const entry = sums.get(id);
    return entry === undefined ? [] : [{ id, text: prompt, quality: entry.sum / entry.count }];
  });
}
