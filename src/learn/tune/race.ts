import type { PairedGain } from './paired.ts';

/** Rows of the first, cheapest look at a candidate. */
export const MINIBATCH = 28;

/** Sizes of the dev blocks that follow: each as large as all before it together, so that a race takes few looks. @example blockSizes(200) // => [32, 32, 64, 72] */
export function blockSizes(rows: number, first = 32): number[] {
  const sizes: number[] = [];
  for (let done = 0; done < rows; ) {
    const size = Math.min(rows - done, done === 0 ? first : done);
    sizes.push(size);
    done += size;
  }
  return sizes;
}

/**
 * Whether a race goes on: a candidate is dropped as soon as the upper bound of its paired gain is below nothing.
 *
 * @example isBeaten({ n: 28, fixed: 0, broken: 9, gain: -0.32, se: 0.09, interval: { low: -0.5, high: -0.14 }, p: 0.004 }) // => true
 */
export const isBeaten = ({ interval }: PairedGain): boolean => interval.high < 0;
