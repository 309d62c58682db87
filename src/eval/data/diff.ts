import { canonicalJson } from '../../core/canonical.ts';
import { toRequest } from '../../core/request.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { requestFingerprint } from '../fingerprint.ts';
import type { EvalFiles } from '../parts.ts';
import type { RequestRow } from '../rows.ts';
import { type LabelFile, readLabelFile } from './label-file.ts';

/** One label that changed. */
export type Relabelled = { id: string; axis: string; from: string; to: string };

export type LabelDiff = {
  from: string;
  to: string;
  rows: { from: number; to: number; same: number };
  added: string[];
  removed: string[];
  /** Rows whose text stands in both under another id. */
  renamed: { from: string; to: string }[];
  textChanged: string[];
  relabelled: Relabelled[];
  /** How often each value became another, by axis: `from → to`. */
  confusion: Record<string, Record<string, number>>;
  columns: { added: string[]; removed: string[] };
  /** Bad rows of either file, which are not compared. */
  bad: number;
};

/**
 * What changed from one version of a labelled set to another, rows joined by id.
 *
 * @throws RouterError `input.not-found`, `input.unreadable` or `dataset.invalid`
 */
export async function diffLabels(from: string, to: string, taxonomy: Taxonomy, files: EvalFiles): Promise<LabelDiff> {
  const [older, newer] = [await readLabelFile(from, files), await readLabelFile(to, files)];
  const [before, after] = [byId(older), byId(newer)];
  const gone = older.rows.filter(({ id }) => !after.has(id));
  const fresh = newer.rows.filter(({ id }) => !before.has(id));
  const renamed = renamedRows(gone, fresh);
  const kept = older.rows.flatMap((row) => {
    const now = after.get(row.id);
    return now === undefined ? [] : [{ before: row, after: now }];
  });
  const relabelled = kept.flatMap((pair) => relabelledIn(pair, taxonomy));
  const textChanged = kept.filter((pair) => textOf(pair.before) !== textOf(pair.after)).map((pair) => pair.before.id);
  const touched = new Set([...textChanged, ...relabelled.map(({ id }) => id)]);
  return {
    from: older.name,
    to: newer.name,
    rows: { from: older.rows.length, to: newer.rows.length, same: kept.length - touched.size },
    added: fresh.map(({ id }) => id).filter((id) => !renamed.some((one) => one.to === id)),
    removed: gone.map(({ id }) => id).filter((id) => !renamed.some((one) => one.from === id)),
    renamed,
    textChanged,
    relabelled,
    confusion: confusionOf(relabelled),
    columns: { added: newer.columns.filter(notIn(older.columns)), removed: older.columns.filter(notIn(newer.columns)) },
    bad: older.bad.length + newer.bad.length,
  };
}

const byId = ({ rows }: LabelFile): Map<string, RequestRow> => new Map(rows.map((row) => [row.id, row]));
const notIn = (list: readonly string[]) => (item: string) => !list.includes(item);
const textOf = ({ input }: RequestRow): string => (typeof input === 'string' ? input : canonicalJson(input));

function renamedRows(gone: readonly RequestRow[], fresh: readonly RequestRow[]): LabelDiff['renamed'] {
  const print = ({ input }: RequestRow) => requestFingerprint(toRequest(input));
  const now = new Map(fresh.map((row) => [print(row), row.id]));
  return gone.flatMap((row) => {
    const key = print(row);
    const to = now.get(key);
    now.delete(key);
    return to === undefined ? [] : [{ from: row.id, to }];
  });
}

function relabelledIn({ before, after }: { before: RequestRow; after: RequestRow }, taxonomy: Taxonomy): Relabelled[] {
  return Object.keys(taxonomy).flatMap((axis) => {
    const [from, to] = [before, after].map(({ fields }) => String(fields[axis] ?? '')) as [string, string];
    return from === to ? [] : [{ id: before.id, axis, from, to }];
  });
}

function confusionOf(changes: readonly Relabelled[]): LabelDiff['confusion'] {
  const confusion: LabelDiff['confusion'] = {};
  for (const { axis, from, to } of changes) {
    const cells = confusion[axis] ?? {};
    const key = `${from || 'nothing'} → ${to || 'nothing'}`;
    cells[key] = (cells[key] ?? 0) + 1;
    confusion[axis] = cells;
  }
  return confusion;
}
