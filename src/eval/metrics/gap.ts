/** Why a figure cannot be given. */
export type GapReason =
  | 'no-rows'
  | 'not-enough-data'
  | 'one-class'
  | 'no-spread'
  | 'no-gold'
  | 'no-difference'
  | 'not-reached'
  | 'unknown-cost'
  | 'not-scored'
  | 'no-outcomes'
  /** The taxonomy has no axis that it could be reckoned by. */
  | 'no-axis'
  /** The data have no column of the axis it is reckoned by. */
  | 'no-column';

/** A named gap: the figure does not exist, and this is why. Never NaN, never 0 in its place. */
export type Gap = { undefined: GapReason };

/** A number, or the reason why there is none. */
export type Figure = number | Gap;

/** A range with its level, 0..1. */
export type Interval = { low: number; high: number };

/** @example gap('no-rows') // => { undefined: 'no-rows' } */
export function gap(reason: GapReason): Gap {
  return { undefined: reason };
}

export function isGap(value: unknown): value is Gap {
  return typeof value === 'object' && value !== null && 'undefined' in value;
}

/** Division that says so when there is nothing to divide by. @example ratio(1, 0) // => { undefined: 'no-rows' } */
export function ratio(part: number, whole: number, reason: GapReason = 'no-rows'): Figure {
  return whole === 0 ? gap(reason) : part / whole;
}
