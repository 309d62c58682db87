import type { Estimated } from './compete.ts';
import { clusteredMean } from './metrics/clustered.ts';
import { type Gap, isGap } from './metrics/gap.ts';
import { holm } from './metrics/multiplicity.ts';
import { studentCdf } from './metrics/student.ts';
import type { ServedRow } from './served.ts';
import { SLICE_ROWS } from './slices.ts';

/** A row's route less the route it is held against: quality 0..1 and dollars. */
export type RowLoss = { row: ServedRow; quality: number; usd: number | null };

/** Quality and dollars of each row above its reference; rows without one are left out. */
export function rowDifferences(rows: readonly ServedRow[]): RowLoss[] {
  return rows.flatMap((row) => {
    const { reference } = row;
    if (reference === undefined || reference === null || row.quality === null || reference.quality === null) return [];
    const usd = row.usd === null || reference.usd === null ? null : row.usd - reference.usd;
    return [{ row, quality: row.quality - reference.quality, usd }];
  });
}

/** The rows that lost most quality against their reference, the dearer first on ties. */
export function dearestRows(rows: readonly ServedRow[], count: number): RowLoss[] {
  return rowDifferences(rows)
    .filter(({ quality }) => quality < -1e-9)
    .sort((a, b) => a.quality - b.quality || (b.usd ?? 0) - (a.usd ?? 0))
    .slice(0, count);
}

/** One wrong cell of a confusion table, with its price: sums over its rows. */
export type PricedCell = { gold: string; said: string; rows: number; quality: number; usd: number | null };

/** Every wrong cell of one axis with what it cost against the route of gold labels, the dearest in quality first, then in dollars. */
export function pricedCells(rows: readonly ServedRow[], axis: string): PricedCell[] {
  const cells = new Map<string, PricedCell>();
  for (const { row, quality, usd } of rowDifferences(rows)) {
    const [gold, said] = [row.gold[axis], row.label[axis]?.value];
    if (gold === undefined || said === undefined || gold === said) continue;
    const key = JSON.stringify([gold, said]);
    const cell = cells.get(key) ?? { gold, said, rows: 0, quality: 0, usd: 0 };
    const sum = cell.usd === null || usd === null ? null : cell.usd + usd;
    cells.set(key, { gold, said, rows: cell.rows + 1, quality: cell.quality + quality, usd: sum });
  }
  return [...cells.values()].sort((a, b) => a.quality - b.quality || (b.usd ?? 0) - (a.usd ?? 0));
}

/** Quality above the reference in one slice; `holm` is adjusted over all slices compared. */
export type SliceLift = { slice: string; n: number; quality: Estimated; holm: number };

/** Slices of at least thirty rows, largest first: mean quality above the reference, clustered, two-sided t test, Holm over the slices. */
export function sliceLifts(rows: readonly ServedRow[]): SliceLift[] {
  const differences = rowDifferences(rows);
  const names = [...new Set(rows.flatMap(({ slices }) => slices))];
  const lifts = names.flatMap((slice) => {
    const group = differences.filter(({ row }) => row.slices.includes(slice));
    if (group.length < SLICE_ROWS || group.length === differences.length) return [];
    const found = clusteredMean(
      group.map(({ quality }) => quality),
      group.map(({ row }) => row.cluster),
    );
    return isGap(found) ? [] : [{ slice, n: group.length, quality: estimated(found.mean, found.interval), p: pOf(found) }];
  });
  const adjusted = holm(lifts.map(({ p }) => p));
  return lifts
    .map(({ p: _, ...lift }, index) => ({ ...lift, holm: adjusted[index] ?? 1 }))
    .sort((a, b) => b.n - a.n || (a.slice < b.slice ? -1 : 1));
}

const estimated = (mean: number, { low, high }: { low: number; high: number }): Estimated => ({ mean, ci95: [low, high] });

function pOf({ mean, se, clusters }: Exclude<ReturnType<typeof clusteredMean>, Gap>): number {
  if (se === 0) return mean === 0 ? 1 : 0;
  return 2 * (1 - studentCdf(Math.abs(mean / se), clusters - 1));
}
