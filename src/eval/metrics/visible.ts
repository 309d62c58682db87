import { type Figure, gap } from './gap.ts';
import { type PowerOptions, pairedRowsNeeded, smallestVisible } from './power.ts';

/** Share of rows on which two systems are taken to differ, wherever it is said what can be seen. */
export const DISCORDANT = 0.1;

/**
 * Fewer rows show no difference at all: two systems that differ on one row in ten can be 10 points apart at most, and even those need so
 * many rows (80 % power, two-sided 5 %).
 */
export const LEAST_VISIBLE_ROWS = pairedRowsNeeded(DISCORDANT, DISCORDANT);

/**
 * Smallest difference, 0..1, that two systems can show on so many rows, or a gap: with too few not even the largest there can be would show.
 *
 * @example visibleEffect(36) // => { undefined: 'not-enough-data' }
 */
export function visibleEffect(rows: number, options: PowerOptions = {}): Figure {
  if (rows === 0) return gap('no-rows');
  const least = pairedRowsNeeded(DISCORDANT, DISCORDANT, options);
  return rows < least ? gap('not-enough-data') : smallestVisible(rows, DISCORDANT, options);
}

/** Why so few rows say nothing, as advice; null where there are enough. */
export const tooFewText = (rows: number): string | null =>
  rows >= LEAST_VISIBLE_ROWS
    ? null
    : `so few rows cannot tell (${rows} of at least ${LEAST_VISIBLE_ROWS}: fewer show not even 10 points between systems that differ on one row in ten); add rows`;
