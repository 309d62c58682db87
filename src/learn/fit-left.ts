import { type Folds, makeFolds, rowsIn } from '../eval/table/folds.ts';
import { blended, fitBlend } from './fit-blend.ts';
import type { FitData } from './fit-data.ts';
import { fitParts, type Guessed, guessRows, meanOver } from './fit-parts.ts';

/** Guesses on rows their models have not seen, all rows of the table, row-major. */
export type LeftOut = { folds: Folds; guessed: Guessed };

/** Every row guessed by a fit on the folds it is not in. */
export function leaveOut(data: FitData, ids: readonly string[], folds: Folds, seed: number, tell: (fold: number) => void): LeftOut {
  const size = data.table.ids.length * data.width;
  const guessed: Guessed = {
    heads: new Float64Array(size),
    kinds: new Float64Array(size),
    cells: new Float64Array(size),
    usd: new Float64Array(size),
  };
  for (let fold = 0; fold < folds.count; fold++) {
    const rows = rowsIn(folds, [fold]);
    const own = guessRows(fitParts(data, rowsIn(folds, [fold], true), ids, seed), data, rows);
    for (const view of ['heads', 'kinds', 'cells', 'usd'] as const)
      for (const [index, row] of rows.entries())
        guessed[view].set(own[view].subarray(index * data.width, (index + 1) * data.width), row * data.width);
    tell(fold + 1);
  }
  return { folds, guessed };
}

export function foldsOf({ table }: FitData, count: number, seed: number): Folds {
  return makeFolds(table.clusterOf, count, seed);
}

/** Expected quality of all rows, blended as far as some rows reward it. */
export function blendBy(
  { guessed }: LeftOut,
  data: FitData,
  rows: Int32Array,
): { blend: ReturnType<typeof fitBlend>; expected: Float64Array } {
  const base = baseOf(data, rows);
  const blend = fitBlend(guessed, data.quality, base, rows);
  return { blend, expected: blended(guessed, base, blend) };
}

export function baseOf({ table }: FitData, rows: Int32Array): Float64Array {
  return Float64Array.from(table.models, ({ quality }) => meanOver(quality, rows));
}
