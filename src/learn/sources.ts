import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { RouterError } from '../core/errors.ts';
import { type RouteRequest, toRequest } from '../core/request.ts';
import { axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import { viewOf } from '../core/view.ts';
import type { TrainingRow } from './heads.ts';

/** How much of a labelled request a term teaches: one that points to a field a little, to a level a whole one, to harm more: alarms rest on words. */
const TERM_WEIGHT = { field: 0.45, level: 1, alarm: 2 } as const;
/** Terms of view axes also count as harmless, a little: detectors must not be alarmed by any word they have not met. */
const HARMLESS_WEIGHT = 0.2;
/** Weight of a row from outside the project's own datasets. */
const OUTSIDE_WEIGHT = 0.3;

export type Sources = { rows: TrainingRow[]; hash: string; counts: { requests: number; terms: number; outside: number } };

/**
 * Everything weights are learnt from: `requests/train.csv`, `lexicon/<axis>.<value>.txt` if there is one, and rows of `also` when given.
 *
 * @throws RouterError `dataset.invalid` for an axis or value the taxonomy does not have, `input.not-found` for a missing folder
 */
export async function readSources(datasets: string, taxonomy: Taxonomy, also?: string): Promise<Sources> {
  const digest = createHash('sha256');
  const requests = await readRequests(join(datasets, 'requests/train.csv'), taxonomy, digest);
  const lexicon = join(datasets, 'lexicon');
  const terms = existsSync(lexicon) ? readLexicon(lexicon, taxonomy, digest) : [];
  const outside = also === undefined ? [] : await readOutside(also, taxonomy, digest);
  const counts = { requests: requests.length, terms: terms.length, outside: outside.length };
  return { rows: [...requests, ...terms, ...outside], hash: digest.digest('hex').slice(0, 12), counts };
}

type Digest = ReturnType<typeof createHash>;

async function readCsv(file: string, digest: Digest): Promise<Record<string, string>[]> {
  const { parse } = await import('csv-parse/sync');
  const bytes = readBytes(file);
  digest.update(bytes);
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  return parse(text, { columns: true, bom: true }) as Record<string, string>[];
}

async function readRequests(file: string, taxonomy: Taxonomy, digest: Digest): Promise<TrainingRow[]> {
  const rows = await readCsv(file, digest);
  if (rows.some((row) => row.text === undefined))
    throw new RouterError('dataset.invalid', `\`${file}\` has no column \`text\``, {
      where: `${file}:1`,
      advice: 'call the column with the request `text`',
    });
  return rows.map((row, index) => {
    const labels = Object.fromEntries(Object.keys(taxonomy).flatMap((axis) => (row[axis] ? [[axis, row[axis]] as const] : [])));
    for (const [axis, value] of Object.entries(labels)) checkValue(taxonomy, axis, value, `${file}:${index + 2}`);
    const slices = (row.slices ?? '').split(' ');
    return {
      view: viewOf(requestOf(row.text ?? '')),
      labels: taughtBy(labels, slices, taxonomy),
      orders: slices.includes(ORDERS_SLICE),
      cluster: row.cluster || String(index),
      weight: AGAINST_LENGTH.some((slice) => slices.includes(slice)) ? AGAINST_LENGTH_WEIGHT : 1,
      kind: 'request',
    };
  });
}

/** Rows that show that length is not difficulty are few in any traffic, and count for more. */
const AGAINST_LENGTH = ['short-but-hard', 'long-but-easy'];
const AGAINST_LENGTH_WEIGHT = 3;
/** Rows of this slice share their words with a twin of another risk: they teach risk alone. */
const CONTRAST_SLICE = 'contrast';

/** Rows of this slice give orders to the model that answers, in the request itself or in what it is asked about. */
const ORDERS_SLICE = 'injection';

/** A request for harm teaches only that it is one: its field is loose, and its complexity is that of declining. */
function taughtBy(labels: Record<string, string>, slices: readonly string[], taxonomy: Taxonomy): Record<string, string> {
  const harmful = axesOf(taxonomy).some(
    ([axis, definition]) => definition.reads === 'segments' && labels[axis] === axisValues(definition).at(-1),
  );
  if (!harmful && !slices.includes(CONTRAST_SLICE)) return labels;
  return Object.fromEntries(Object.entries(labels).filter(([axis]) => taxonomy[axis]?.reads === 'segments'));
}

/** A cell holds a text, or the messages of a conversation as a JSON array. */
export function requestOf(cell: string): RouteRequest {
  if (!cell.startsWith('[{')) return toRequest(cell);
  try {
    return toRequest({ messages: JSON.parse(cell) });
  } catch {
    return toRequest(cell);
  }
}

function readLexicon(folder: string, taxonomy: Taxonomy, digest: Digest): TrainingRow[] {
  return list(folder, '.txt').flatMap((name) => {
    const [axis, value] = name.split('.') as [string, string];
    checkValue(taxonomy, axis, value, join(folder, name));
    const bytes = readBytes(join(folder, name));
    digest.update(bytes);
    const terms = bytes
      .toString('utf8')
      .split('\n')
      .filter((term) => term.trim() !== '');
    return terms.flatMap((term) => termRows(term, axis, value, taxonomy));
  });
}

function termRows(term: string, axis: string, value: string, taxonomy: Taxonomy): TrainingRow[] {
  const { reads = 'view', ordered = false } = taxonomy[axis] ?? {};
  const base = { view: viewOf(toRequest(term)), cluster: term, kind: 'term' as const };
  const own: TrainingRow = {
    ...base,
    labels: { [axis]: value },
    weight: TERM_WEIGHT[reads === 'segments' ? 'alarm' : ordered ? 'level' : 'field'],
  };
  if (reads === 'segments') return [own];
  const harmless = axesOf(taxonomy).flatMap(([name, definition]) =>
    definition.reads === 'segments' ? [[name, axisValues(definition)[0] as string] as const] : [],
  );
  return harmless.length === 0 ? [own] : [own, { ...base, labels: Object.fromEntries(harmless), weight: HARMLESS_WEIGHT }];
}

/** Label sets of others as `<axis>.<source>.csv[.gz]` with columns `text` and `label`. */
async function readOutside(folder: string, taxonomy: Taxonomy, digest: Digest): Promise<TrainingRow[]> {
  const rows: TrainingRow[] = [];
  for (const name of list(folder, '.csv.gz', '.csv')) {
    const axis = name.split('.')[0] as string;
    if (taxonomy[axis] === undefined) continue;
    for (const { text = '', label = '' } of await readCsv(join(folder, name), digest)) {
      checkValue(taxonomy, axis, label, join(folder, name));
      rows.push({ view: viewOf(toRequest(text)), labels: { [axis]: label }, cluster: name, weight: OUTSIDE_WEIGHT, kind: 'outside' });
    }
  }
  return rows;
}

function list(folder: string, ...endings: string[]): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => endings.some((ending) => name.endsWith(ending)))
      .sort();
  } catch (cause) {
    throw new RouterError('input.not-found', `cannot read folder \`${folder}\``, { where: folder, advice: 'check the path', cause });
  }
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new RouterError('input.not-found', `cannot read \`${file}\``, { where: file, advice: 'check the path', cause });
  }
}

function checkValue(taxonomy: Taxonomy, axis: string, value: string, where: string): void {
  const definition = taxonomy[axis];
  const allowed = definition === undefined ? [] : axisValues(definition);
  if (allowed.includes(value)) return;
  const expected = definition === undefined ? `an axis of ${Object.keys(taxonomy).join(', ')}` : `one of ${allowed.join(', ')}`;
  throw new RouterError('dataset.invalid', `expected ${expected}, found \`${definition === undefined ? axis : value}\``, {
    where,
    advice: 'mend the label',
  });
}
