import { type Confusion, marginsOf } from './confusion.ts';
import { type Figure, ratio } from './gap.ts';

/** Errors on an ordered axis, in levels and as shares of all rows. `under` means predicted too low: the costly direction. */
export type OrdinalErrors = { meanAbsolute: Figure; bias: Figure; under: Figure; over: Figure };

/**
 * Mean absolute error and signed bias (positive: too high) in levels, and the shares of rows under- and over-estimated.
 *
 * @example ordinalErrors({ values: ['low', 'high'], counts: [[3, 1], [0, 4]] }).over // => 0.125
 */
export function ordinalErrors(confusion: Confusion): OrdinalErrors {
  const { total } = marginsOf(confusion);
  let [absolute, signed, under, over] = [0, 0, 0, 0];
  for (const [row, line] of confusion.counts.entries()) {
    for (const [column, count] of line.entries()) {
      absolute += Math.abs(column - row) * count;
      signed += (column - row) * count;
      if (column < row) under += count;
      if (column > row) over += count;
    }
  }
  return { meanAbsolute: ratio(absolute, total), bias: ratio(signed, total), under: ratio(under, total), over: ratio(over, total) };
}
