import { gunzipSync } from 'node:zlib';
import { type DefaultTaxonomy, defaultTaxonomy } from '../core/default-taxonomy.ts';
import { failWithProblems, type Problem, RouterError } from '../core/errors.ts';
import { RouteRequest } from '../core/request.ts';
import { axesOf, axisValues, type Examples, type Taxonomy } from '../core/taxonomy.ts';
import { viewOf } from '../core/view.ts';
import { readBytesFile } from './files.ts';

type Row = { line: number; cells: Record<string, unknown> };
type Collected = Record<string, Record<string, string[]>>;

const ADVICE = 'give it a column `text` and one for each axis, such as `domain`; a cell may be empty';

/**
 * Labelled examples from a file in the shape of the shipped datasets: CSV or JSONL, plain or `.gz`, with `text` and a column for each
 * axis of the taxonomy it has labels for. Other columns are left alone; of a conversation the latest user turn counts.
 *
 * @param path name of a file whose name ends in `.csv` or `.jsonl`, each with or without `.gz`
 * @throws RouterError `input.not-found`, `input.unreadable`, or `dataset.invalid` listing what is wrong by line
 */
export async function loadExamples<const T extends Taxonomy = DefaultTaxonomy>(path: string, taxonomy?: T): Promise<Examples<T>> {
  const axes = new Map<string, readonly string[]>(
    axesOf(taxonomy ?? defaultTaxonomy).map(([axis, definition]) => [axis, axisValues(definition)]),
  );
  const bare = path.toLowerCase().replace(/\.gz$/, '');
  const text = readText(path).replace(/^\uFEFF/, '');
  const problems: Problem[] = [];
  const rows = bare.endsWith('.csv') ? await csvRows(text, path) : bare.endsWith('.jsonl') ? jsonlRows(text, path, problems) : null;
  if (rows === null) throw invalid(path, 'cannot tell the format from the name', 'call it `.csv` or `.jsonl`, either with `.gz`');
  const collected = collect(rows, axes, path, problems);
  if (problems.length > 0) failWithProblems('dataset.invalid', `\`${path}\``, problems, ADVICE);
  if (Object.keys(collected).length === 0)
    throw invalid(path, `expected a label in a column of ${[...axes.keys()].join(', ')}, found none`, ADVICE);
  return collected as Examples<T>;
}

function collect(rows: readonly Row[], axes: ReadonlyMap<string, readonly string[]>, path: string, problems: Problem[]): Collected {
  const collected: Collected = {};
  for (const { line, cells } of rows) {
    const where = `${path}:${line}`;
    const text = textOf(cells);
    if (text === null || text.trim() === '') {
      problems.push({ where, message: 'expected a `text`, found none' });
      continue;
    }
    for (const [axis, values] of axes) {
      const value = cells[axis] ?? '';
      if (value === '') continue;
      if (typeof value !== 'string' || !values.includes(value))
        problems.push({
          where,
          message: `expected \`${axis}\` to be one of ${values.join(', ')}, found \`${String(value).slice(0, 60)}\``,
        });
      else add(collected, axis, value, text);
    }
  }
  return collected;
}

function add(collected: Collected, axis: string, value: string, text: string): void {
  const values = collected[axis] ?? {};
  collected[axis] = values;
  const texts = values[value] ?? [];
  values[value] = texts;
  texts.push(text);
}

/** A text, or the latest user turn of messages, which a text cell may hold as JSON; null when there is neither. */
function textOf({ text, messages }: Record<string, unknown>): string | null {
  if (Array.isArray(messages)) return latestOf(messages);
  if (Array.isArray(text)) return latestOf(text);
  if (typeof text !== 'string') return null;
  return (text.startsWith('[{') ? latestOf(parsed(text)) : null) ?? text;
}

function latestOf(messages: unknown): string | null {
  const request = RouteRequest.safeParse({ messages });
  return request.success ? viewOf(request.data).latest : null;
}

async function csvRows(text: string, path: string): Promise<Row[]> {
  const { parse } = await import('csv-parse/sync');
  try {
    const records = parse<{ record: Record<string, string>; info: { lines: number } }>(text, {
      columns: true,
      info: true,
      skip_empty_lines: true,
    });
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), 'mend the CSV', cause);
  }
}

function jsonlRows(text: string, path: string, problems: Problem[]): Row[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return [];
    const cells = parsed(line);
    if (typeof cells === 'object' && cells !== null && !Array.isArray(cells))
      return [{ line: at + 1, cells: cells as Record<string, unknown> }];
    problems.push({ where: `${path}:${at + 1}`, message: 'expected a JSON object' });
    return [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readText(path: string): string {
  const bytes = readBytesFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(path.toLowerCase().endsWith('.gz') ? gunzipSync(bytes) : bytes);
  } catch (cause) {
    throw new RouterError('input.unreadable', `cannot read \`${path}\`: it is not ${path.endsWith('.gz') ? 'gzip of ' : ''}UTF-8 text`, {
      where: path,
      advice: 'save it as UTF-8',
      cause,
    });
  }
}

const invalid = (where: string, message: string, advice: string, cause?: unknown) =>
  new RouterError('dataset.invalid', `\`${where}\`: ${message}`, { where, advice, ...(cause === undefined ? {} : { cause }) });
