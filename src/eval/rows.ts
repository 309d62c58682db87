import { isRouterError } from '../core/errors.ts';
import { type RouteInput, toRequest } from '../core/request.ts';
import { csvRows } from './rows-csv.ts';
import { SeenIds } from './rows-ids.ts';
import { jsonlRows } from './rows-jsonl.ts';
import { datasetError, type RawRow, type RowsOptions, refuseRow } from './rows-raw.ts';
import type { Bytes } from './rows-text.ts';

export type RowFormat = 'csv' | 'jsonl';

/** A row that can be labelled: its id as written, the request, and every other cell or field by name. */
export type RequestRow = { line: number; id: string; input: RouteInput; fields: Readonly<Record<string, unknown>> };

/**
 * The rows of a prompt set in batches: CSV or JSONL, `.gz` of either. A request is the column `messages` (and `tools`) in the
 * OpenAI chat shape, else `text`, else `prompt`, whichever a row has first; a text cell that is a JSON array of messages is read as messages.
 * Memory does not grow with the file, but for 24 bytes an id.
 *
 * @throws RouterError `dataset.invalid` with `file:line` for whatever is wrong; with `onBad`, bad rows are handed over and left out
 */
export async function* readRows(source: Bytes, options: RowsOptions & { format?: RowFormat }): AsyncGenerator<RequestRow[]> {
  const format = options.format ?? formatOf(options.name);
  const ids = new SeenIds();
  let first = true;
  for await (const batch of format === 'csv' ? csvRows(source, options) : jsonlRows(source, options)) {
    const [row] = batch;
    if (first && row !== undefined) {
      if (format === 'csv') requireColumns(row, options.name);
      first = false;
    }
    const rows: RequestRow[] = [];
    for (const raw of batch) {
      const read = readRow(raw, ids);
      if (typeof read === 'string') refuseRow({ line: raw.line, lastLine: raw.line, message: read }, options);
      else rows.push(read);
    }
    yield rows;
  }
}

/** Every batch in one array: for files that fit in memory. */
export async function collectRows<R>(batches: AsyncIterable<readonly R[]>): Promise<R[]> {
  const all: R[] = [];
  for await (const batch of batches) for (const row of batch) all.push(row);
  return all;
}

/** The format a file's name tells. @example formatOf('dev.csv.gz') // => 'csv' */
export function formatOf(name: string): RowFormat {
  const bare = name.toLowerCase().replace(/\.gz$/, '');
  if (/\.(csv|tsv|txt)$/.test(bare)) return 'csv';
  if (/\.(jsonl|ndjson|json)$/.test(bare)) return 'jsonl';
  throw datasetError(name, 1, 'cannot tell the format from the name', 'call it `.csv`, `.jsonl` or either with `.gz`, or pass `--format`');
}

function requireColumns({ fields }: RawRow, name: string): void {
  const columns = Object.keys(fields);
  const missing = !columns.includes('id')
    ? '`id`'
    : TEXT_FIELDS.some((field) => columns.includes(field))
      ? null
      : '`text`, `prompt` or `messages`';
  if (missing === null) return;
  const found = columns.map((column) => `\`${column.slice(0, 40)}\``).join(', ');
  throw datasetError(name, 1, `expected a column ${missing}, found ${found}`, 'name the columns `id` and `text`');
}

const TEXT_FIELDS = ['text', 'prompt', 'messages'];

/** The row, or what is wrong with it. */
function readRow({ line, fields }: RawRow, ids: SeenIds): RequestRow | string {
  const id = idOf(fields.id);
  if (id === null) return `expected an \`id\`, a text or a number, found ${kindOf(fields.id)}`;
  const earlier = ids.add(id, line);
  if (earlier !== null) return `id \`${id.slice(0, 100)}\` stands on line ${earlier} already`;
  const input = inputOf(fields);
  return 'fault' in input ? input.fault : { line, id, input: input.request, fields };
}

function idOf(id: unknown): string | null {
  if (typeof id === 'number' && Number.isFinite(id)) return String(id);
  return typeof id === 'string' && id !== '' ? id : null;
}

/** @example kindOf([]) // => 'a list' */
function kindOf(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

type Read = { request: RouteInput } | { fault: string };

function inputOf(fields: Readonly<Record<string, unknown>>): Read {
  const { messages } = fields;
  if (messages !== undefined && messages !== null && messages !== '') return readRequest(fields, messages);
  const text = fields.text ?? fields.prompt;
  if (Array.isArray(text)) return readRequest(fields, text);
  if (text === undefined || text === null) return { fault: 'expected `text`, `prompt` or `messages`, found none' };
  if (typeof text !== 'string')
    return {
      fault: `expected \`${fields.text === undefined || fields.text === null ? 'prompt' : 'text'}\` to be a text, found ${kindOf(text)}`,
    };
  const turns = text.startsWith('[{') ? messagesIn(text) : null;
  if (turns !== null) return readRequest(fields, turns);
  return checked(text);
}

/** Messages written as JSON in a text cell; any other text that looks like JSON stays a text. */
function messagesIn(text: string): unknown[] | null {
  const value = parsed(text);
  const isMessage = (item: unknown) => typeof item === 'object' && item !== null && 'role' in item && 'content' in item;
  return Array.isArray(value) && value.every(isMessage) ? value : null;
}

/** What a row may bring besides messages; other columns, such as `n` or `user`, are the data set's own. */
const REQUEST_FIELDS = ['tools', 'tool_choice', 'response_format', 'max_tokens', 'max_completion_tokens'];

function readRequest(fields: Readonly<Record<string, unknown>>, messages: unknown): Read {
  const request: Record<string, unknown> = { messages: typeof messages === 'string' ? parsed(messages) : messages };
  for (const field of REQUEST_FIELDS) {
    const value = fields[field];
    if (value === undefined || value === null || value === '') continue;
    request[field] = typeof value === 'string' ? parsed(value) : value;
  }
  return checked(request);
}

/** The request as it was given once it is known to be good. */
function checked(input: unknown): Read {
  try {
    toRequest(input);
    return { request: input as RouteInput };
  } catch (error) {
    if (isRouterError(error)) return { fault: error.message };
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
