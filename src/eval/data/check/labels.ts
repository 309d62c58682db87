import { axesOf, axisValues, type Taxonomy } from '../../../core/taxonomy.ts';
import { viewOf } from '../../../core/view.ts';
import { misspeltAxes } from '../../axis-columns.ts';
import { type Dataset, type DatasetRow, datasetOf } from '../../dataset.ts';
import { findLeaks, type SeenTexts } from '../../leakage.ts';
import { shortHash } from '../../load.ts';
import { isGap } from '../../metrics/gap.ts';
import { visibleEffect } from '../../metrics/visible.ts';
import type { EvalFiles } from '../../parts.ts';
import { type Finding, finder, found } from '../finding.ts';
import { type LabelFile, readLabelFile } from '../label-file.ts';
import { nearGroups } from '../near.ts';
import { textFindings } from './texts.ts';

export type LabelCheck = {
  kind: 'labels';
  name: string;
  hash: string;
  rows: number;
  /** Rows per value of each axis the file has. */
  counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Whether anything is left to evaluate on. */
  usable: boolean;
  findings: Finding[];
};

export type LabelCheckOptions = {
  taxonomy: Taxonomy;
  /** Texts somebody learned from: a row that equals one is an error. */
  seen: readonly SeenTexts[];
  /** Other splits, whose rows must not even be nearly the same. */
  others: readonly string[];
};

/**
 * Everything about a labelled set that would make figures on it wrong or weak. Reads the file and changes nothing.
 *
 * @throws RouterError `input.not-found`, `input.unreadable`, or `dataset.invalid` where not even the columns can be told
 */
export async function checkLabels(path: string, { taxonomy, seen, others }: LabelCheckOptions, files: EvalFiles): Promise<LabelCheck> {
  const file = await readLabelFile(path, files);
  const dataset = datasetOf(file.rows, file.bad, { name: file.name, hash: shortHash(file.bytes), taxonomy, skipBad: true });
  const counts = countsOf(dataset, taxonomy);
  const near = await nearTexts(dataset.rows, others, files);
  const findings = [
    ...columnFindings(file, dataset, taxonomy),
    badRows(dataset),
    ...textFindings(dataset, near.groups),
    leaks(dataset, seen),
    nearLeaks(dataset, near),
    ...countFindings(dataset, counts, taxonomy),
    powerNote(dataset),
  ];
  const { name, hash, rows } = dataset;
  return {
    kind: 'labels',
    name,
    hash,
    rows: rows.length,
    counts,
    usable: rows.length > 0 && dataset.axes.length > 0,
    findings: found(findings),
  };
}

function columnFindings({ name, columns }: LabelFile, { axes }: Dataset, taxonomy: Taxonomy): (Finding | null)[] {
  const say = finder(`${name}:1`);
  const missing = Object.keys(taxonomy).filter((axis) => !axes.includes(axis));
  const misspelt = misspeltAxes({ columns, axes }, taxonomy);
  const named = Object.keys(taxonomy).join(', ');
  const project = 'name each column of labels after its axis; other axes than these need a project (`pointsman init`)';
  return [
    say(
      'error',
      'misspelt-axis',
      misspelt.map(({ column }) => column),
      '# column(s) are nearly called like an axis, and not read as one',
      `write ${misspelt.map(({ axis }) => axis).join(', ')}`,
    ),
    say(
      'error',
      'no-axis',
      axes.length === 0 && columns.length > 0 ? [columns.join(', ')] : [],
      `no column is an axis (${named}); there are`,
      project,
    ),
    say(
      'note',
      'axis-without-column',
      axes.length === 0 ? [] : missing,
      '# axis(es) without a column are not scored',
      'label them, or leave it so',
    ),
  ];
}

function badRows({ name, skipped }: Dataset): Finding | null {
  const lines = skipped.map(({ where, message }) => `${where} ${message}`);
  return finder(name)('error', 'bad-rows', lines, '# bad row(s)', 'mend them; `eval --skip-bad` leaves them out and counts them');
}

function leaks({ name, rows }: Dataset, seen: readonly SeenTexts[]): Finding | null {
  const list = findLeaks(rows, seen).map(({ row, in: source }) => `${row.id} in ${source}`);
  const advice = 'remove each from one of the two places: a score on it is memory, not skill';
  return finder(name)('error', 'leak', list, '# text(s) were learned from, or stand in another split', advice);
}

type Near = { groups: Int32Array; other: ReadonlyMap<number, string> };

/** Groups over these rows and those of the other splits together. */
async function nearTexts(rows: readonly DatasetRow[], others: readonly string[], files: EvalFiles): Promise<Near> {
  const texts = rows.map(({ request }) => viewOf(request).text);
  const names: string[] = [];
  for (const path of others) {
    const file = await readLabelFile(path, files);
    for (const { text, id } of file.texts) {
      texts.push(text);
      names.push(`${id} of ${file.name}`);
    }
  }
  const groups = nearGroups(texts);
  const other = new Map(names.map((name, index) => [groups[rows.length + index] as number, name]));
  return { groups, other };
}

function nearLeaks({ name, rows }: Dataset, { groups, other }: Near): Finding | null {
  const list = rows.flatMap(({ id }, index) => {
    const twin = other.get(groups[index] as number);
    return twin === undefined ? [] : [`${id} is like ${twin}`];
  });
  const advice = 'move both into one split (`pointsman data split` keeps them together)';
  return finder(name)('warning', 'near-leak', list, '# row(s) are nearly a row of another split', advice);
}

function countsOf({ rows, axes }: Dataset, taxonomy: Taxonomy): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const [axis, definition] of axesOf(taxonomy)) {
    if (!axes.includes(axis)) continue;
    counts[axis] = Object.fromEntries(
      axisValues(definition).map((value) => [value, rows.filter(({ gold }) => gold[axis] === value).length]),
    );
  }
  return counts;
}

/** Below so many rows a value's recall is hardly more than a guess. */
const FEW = 10;

function countFindings({ name, rows }: Dataset, counts: LabelCheck['counts'], taxonomy: Taxonomy): (Finding | null)[] {
  if (rows.length === 0) return [];
  return Object.entries(counts).flatMap(([axis, values]) => {
    const say = finder(`${name} ${axis}`);
    const present = Object.entries(values).filter(([, count]) => count > 0);
    const shown = (list: readonly (readonly [string, number])[]) => list.map(([value, count]) => `${value} ${count}`);
    if (present.length === 1)
      return [
        say('error', 'one-value', shown(present), 'every row has one value, so nothing can be told apart', 'add rows of other values'),
      ];
    const absent = Object.keys(values).filter((value) => values[value] === 0);
    const top = taxonomy[axis]?.ordered === true ? 'add rows, of the highest value first' : 'add rows: their recall is unknown';
    return [
      say('warning', 'no-rows', absent, '# value(s) have no row', top),
      say(
        'note',
        'few-rows',
        shown(present.filter(([, count]) => count < FEW)),
        `# value(s) have fewer than ${FEW} rows`,
        'their recall will have a wide interval',
      ),
    ];
  });
}

/** Sets of so many rows show what anybody would chase. */
const PLENTY = 2_000;

function powerNote({ name, rows }: Dataset): Finding | null {
  if (rows.length === 0 || rows.length >= PLENTY) return null;
  const visible = visibleEffect(rows.length);
  const enough = !isGap(visible);
  const size = enough ? `${(100 * visible).toFixed(1)} points` : 'none';
  const advice = enough ? 'do not chase smaller ones' : 'add rows before comparing systems';
  return finder(name)('note', 'power', [size], `smallest difference two systems can show on ${rows.length} rows`, advice);
}
