import { join } from 'node:path';
import { seededRandom, shuffled } from '../core/random.ts';
import type { Dataset, DatasetRow } from './dataset.ts';
import { isWrong } from './next-step.ts';
import type { EvalFiles } from './parts.ts';
import type { Predicted, PredictResult } from './predict.ts';
import { plainText, table, usdText } from './report/format.ts';
import { headOf, newestFirst } from './run-folder.ts';
import { decodeServed, type ServedRow, servedLabels } from './served.ts';
import { metricsIn, unfitRun } from './unfit.ts';
import { isAnswered } from './validity.ts';

/** Rows of a preview: few enough to wait for. */
export const PREVIEW_ROWS = 60;
const SHOWN = 12;

/** What a preview is drawn from: the newest complete, valid run on the same rows, if there is one. */
export type PreviewBase = { folder: string; served: ServedRow[] };

export function previewBase(dataset: Dataset, runsFolder: string, files: EvalFiles): PreviewBase | null {
  for (const name of newestFirst(runsFolder, files)) {
    const folder = join(runsFolder, name);
    const head = headOf(folder, files);
    const path = join(folder, 'served.jsonl');
    if (head?.status !== 'complete' || head.identity.dataset !== `${dataset.name} ${dataset.hash}` || !files.exists(path)) continue;
    if (head.identity.prompt === undefined) continue;
    const served = decodeServed(Buffer.from(files.read(path)).toString('utf8'));
    if (unfitRun(head, metricsIn(folder, files), served) === null) return { folder, served: served.filter(isAnswered) };
  }
  return null;
}

/** Errors of the base first, at most four fifths, then rows it got right, both drawn with the seed; without a base, any rows. */
export function previewRows(dataset: Dataset, base: PreviewBase | null, seed: number, most = PREVIEW_ROWS): DatasetRow[] {
  const drawn = shuffled(dataset.rows, seededRandom(seed));
  const known = new Map((base?.served ?? []).map((row) => [row.id, row]));
  const errors = drawn.filter(({ id }) => known.has(id) && isWrong(known.get(id) as ServedRow));
  const first = errors.slice(0, Math.floor(most * 0.8));
  const rest = drawn.filter((row) => !errors.includes(row)).slice(0, most - first.length);
  const chosen = new Set([...first, ...rest]);
  return dataset.rows.filter((row) => chosen.has(row));
}

export type Preview = {
  rows: number;
  /** Rows the base had wrong, and how many of them are right now; likewise for those it had right. */
  errors: number;
  mended: number;
  right: number;
  broken: number;
  /** Changed rows, older → newer. */
  flips: { kind: 'fixed' | 'broken'; id: string; step: string; text: string }[];
  served: ServedRow[];
};

/** What an edit changed on a few rows. Without a base the first preview with fair rows becomes it. */
export function previewOf(dataset: Dataset, predicted: readonly Predicted[], before: readonly ServedRow[] | null): Preview {
  const served = servedLabels(dataset, predicted, null).filter(isAnswered);
  const known = new Map((before ?? served).filter(isAnswered).map((row) => [row.id, row]));
  const pairs = served.flatMap((row) => {
    const was = known.get(row.id);
    return was === undefined ? [] : [{ was, row, wasWrong: isWrong(was), isWrong: isWrong(row) }];
  });
  const errors = pairs.filter(({ wasWrong }) => wasWrong);
  const right = pairs.filter(({ wasWrong }) => !wasWrong);
  const flipped = pairs.filter((pair) => pair.wasWrong !== pair.isWrong).sort((a, b) => Number(a.wasWrong) - Number(b.wasWrong));
  return {
    rows: served.length,
    errors: errors.length,
    mended: errors.filter((pair) => !pair.isWrong).length,
    right: right.length,
    broken: right.filter((pair) => pair.isWrong).length,
    flips: flipped.map(({ was, row, wasWrong }) => ({
      kind: wasWrong ? 'fixed' : 'broken',
      id: row.id,
      step: stepOf(was, row),
      text: row.text,
    })),
    served,
  };
}

function stepOf(was: ServedRow, row: ServedRow): string {
  const moved = Object.keys(row.gold).filter((axis) => was.label[axis]?.value !== row.label[axis]?.value);
  return moved
    .map((axis) => `${axis}: ${was.label[axis]?.value ?? '–'} → ${row.label[axis]?.value ?? '–'} (gold ${row.gold[axis]})`)
    .join('; ');
}

/** The preview as the terminal shows it, marked for what it is. */
export function previewText(preview: Preview, hash: string, base: PreviewBase | null, { rows, spentUsd }: PredictResult): string {
  const remembered = rows.filter(({ cached }) => cached).length;
  const unasked = rows.filter(({ state }) => state === 'skipped_budget').length;
  const lost = rows.filter(({ state }) => state === 'provider_error').length;
  const from = base === null ? 'drawn at random: no earlier run on these rows' : `errors of ${base.folder} first`;
  const head = [
    `PREVIEW  biased preview, no significance · ${preview.rows} rows, ${from}`,
    `         prompt ${hash} · ${preview.mended} of ${preview.errors} errors mended · ${preview.broken} of ${preview.right} right ones broken · ${usdText(spentUsd)}, ${remembered} remembered${lost === 0 ? '' : ` · ${lost} lost to the provider`}${unasked === 0 ? '' : ` · ${unasked} not asked: budget`}`,
  ];
  const shown = preview.flips
    .slice(0, SHOWN)
    .map(({ kind, id, step, text }) => [`  ${kind}`, plainText(id, 30), step, plainText(text, 60)]);
  const more = preview.flips.length > SHOWN ? [`  … and ${preview.flips.length - SHOWN} more`] : [];
  return `${[...head, ...(shown.length === 0 ? [] : [leftAligned(shown)]), ...more].join('\n')}\n`;
}

/** `table` aligns figures right; these are words. */
function leftAligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  const [header = [], ...rest] = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return table(header, rest);
}
