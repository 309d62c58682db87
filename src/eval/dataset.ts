import { failWithProblems, type Problem } from '../core/errors.ts';
import { type RouteRequest, toRequest } from '../core/request.ts';
import { axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';
import { misspeltWarnings } from './axis-columns.ts';
import { requestFingerprint } from './fingerprint.ts';
import type { RequestRow } from './rows.ts';

/** One labelled request. */
export type DatasetRow = {
  id: string;
  line: number;
  request: RouteRequest;
  /** Gold value per scored axis. */
  gold: Readonly<Record<string, string>>;
  language: string | null;
  slices: readonly string[];
  /** Rows of one cluster (conversation, paraphrase family, source document) are not independent. */
  cluster: string;
  labeler: string | null;
  /** Same view, same fingerprint. */
  fingerprint: string;
};

export type Dataset = {
  /** File name, as given. */
  name: string;
  /** Content hash of the file. */
  hash: string;
  rows: DatasetRow[];
  /** Axes of the taxonomy for which the file has a column. */
  axes: string[];
  /** Columns or fields of the file, in the order they are met. */
  columns: string[];
  /** What looks wrong without making the figures wrong. */
  warnings: string[];
  /** Bad rows left out on request (`skipBad`). */
  skipped: Problem[];
};

export type DatasetOptions = {
  name: string;
  hash: string;
  taxonomy: Taxonomy;
  /** Leave bad rows out and count them, instead of failing. @default false */
  skipBad?: boolean;
};

/**
 * Labelled rows checked against the taxonomy: every wrong label is listed with its line and the values allowed.
 *
 * @throws RouterError `dataset.invalid` naming every bad row, unless `skipBad`
 */
export function datasetOf(source: readonly RequestRow[], bad: readonly Problem[], options: DatasetOptions): Dataset {
  const axes = axesOf(options.taxonomy)
    .map(([axis]) => axis)
    .filter((axis) => source.some(({ fields }) => Object.hasOwn(fields, axis)));
  const problems: Problem[] = [...bad];
  const rows: DatasetRow[] = [];
  for (const row of source) {
    const found = labelProblems(row, axes, options);
    if (found.length === 0) rows.push(datasetRow(row, axes));
    else problems.push(...found);
  }
  if (problems.length > 0 && options.skipBad !== true) {
    const advice = 'mend the rows named above, or pass `--skip-bad` to leave them out and count them';
    failWithProblems('dataset.invalid', `dataset \`${options.name}\``, problems, advice);
  }
  const columns = columnsOf(source);
  const warnings = [...misspeltWarnings({ columns, axes }, options.taxonomy), ...repeatedTexts(rows)];
  return { name: options.name, hash: options.hash, rows, axes, columns, warnings, skipped: problems };
}

function columnsOf(source: readonly RequestRow[]): string[] {
  const columns = new Set<string>();
  for (const { fields } of source) for (const column of Object.keys(fields)) columns.add(column);
  return [...columns];
}

function datasetRow({ id, line, input, fields }: RequestRow, axes: readonly string[]): DatasetRow {
  const request = { ...toRequest(input), id: id.slice(0, 256) };
  return {
    id,
    line,
    request,
    gold: Object.fromEntries(axes.map((axis) => [axis, String(fields[axis])])),
    language: textIn(fields, 'language'),
    slices: slicesIn(fields.slices),
    cluster: textIn(fields, 'cluster') ?? `row:${id}`,
    labeler: textIn(fields, 'labeler'),
    fingerprint: requestFingerprint(request),
  };
}

function textIn(fields: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

function slicesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? [...new Set(value.split(/[\s,;|]+/).filter((slice) => slice !== ''))] : [];
}

function labelProblems({ line, fields }: RequestRow, axes: readonly string[], { taxonomy, name }: DatasetOptions): Problem[] {
  return axes.flatMap((axis) => {
    const definition = taxonomy[axis];
    const allowed = definition === undefined ? [] : axisValues(definition);
    const value = fields[axis];
    if (typeof value === 'string' && allowed.includes(value)) return [];
    const found = value === undefined || value === '' ? 'nothing' : `\`${String(value).slice(0, 60)}\``;
    return [{ where: `${name}:${line}`, message: `\`${axis}\` must be one of ${allowed.join(', ')}; found ${found}` }];
  });
}

/** The same words twice are counted; with two labels they are a question for whoever labels. */
function repeatedTexts(rows: readonly DatasetRow[]): string[] {
  const first = new Map<string, DatasetRow>();
  const [repeated, contradicting]: [string[], string[]] = [[], []];
  for (const row of rows) {
    const earlier = first.get(row.fingerprint);
    if (earlier === undefined) first.set(row.fingerprint, row);
    else if (Object.keys(row.gold).every((axis) => row.gold[axis] === earlier.gold[axis])) repeated.push(row.id);
    else contradicting.push(`${earlier.id} / ${row.id}`);
  }
  const named = (list: readonly string[]) => `${list.slice(0, 5).join(', ')}${list.length > 5 ? ', …' : ''}`;
  return [
    ...(repeated.length > 0 ? [`${repeated.length} row(s) repeat an earlier text: ${named(repeated)}`] : []),
    ...(contradicting.length > 0 ? [`${contradicting.length} text(s) carry two different labels: ${named(contradicting)}`] : []),
  ];
}
