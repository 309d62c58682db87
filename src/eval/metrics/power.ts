import { normalQuantile } from '../../core/normal.ts';
import { bisect } from './beta.ts';

export type PowerOptions = {
  /** Chance of a false call, two-sided. @default 0.05 */
  alpha?: number;
  /** Chance of seeing a true difference. @default 0.8 */
  power?: number;
};

/** n before rounding: (z_{α/2}√ψ + z_β√(ψ−δ²))² / δ². */
function rawPairedRows(difference: number, discordant: number, { alpha = 0.05, power = 0.8 }: PowerOptions): number {
  const falseCall = normalQuantile(1 - alpha / 2) * Math.sqrt(discordant);
  const missed = normalQuantile(power) * Math.sqrt(Math.max(0, discordant - difference ** 2));
  return ((falseCall + missed) / difference) ** 2;
}

/**
 * Rows needed to see a difference in accuracy between two systems on the same rows.
 * Source: Connor 1987, Biometrics 43(1) (McNemar test).
 *
 * @param difference true difference, 0..1
 * @param discordant share of rows on which the two differ, at least `difference`
 * @example pairedRowsNeeded(0.03, 0.1) // => 870
 */
export function pairedRowsNeeded(difference: number, discordant: number, options: PowerOptions = {}): number {
  return Math.ceil(rawPairedRows(difference, discordant, options));
}

/**
 * Smallest difference visible with so many paired rows; at most the discordant share itself.
 *
 * @example smallestVisible(500, 0.1).toFixed(4) // => '0.0395'
 */
export function smallestVisible(rows: number, discordant: number, options: PowerOptions = {}): number {
  if (rawPairedRows(discordant, discordant, options) > rows) return discordant;
  return bisect((difference) => -rawPairedRows(difference, discordant, options), -rows, 1e-9, discordant);
}

/**
 * Rows per arm when the two systems saw different rows. Source: Fleiss, Levin & Paik 2003, §4.2 (unpooled variances).
 *
 * @example unpairedRowsNeeded(0.85, 0.03) // => 2224
 */
export function unpairedRowsNeeded(rate: number, difference: number, { alpha = 0.05, power = 0.8 }: PowerOptions = {}): number {
  const z = normalQuantile(1 - alpha / 2) + normalQuantile(power);
  return Math.ceil((z ** 2 * 2 * rate * (1 - rate)) / difference ** 2);
}

/**
 * Smallest difference in a mean visible with so many rows, the other way round of `rowsForMean`.
 *
 * @param deviation standard deviation of the paired differences
 * @example visibleMean(1766, 0.3).toFixed(3) // => '0.020'
 */
export function visibleMean(rows: number, deviation: number, { alpha = 0.05, power = 0.8 }: PowerOptions = {}): number {
  return ((normalQuantile(1 - alpha / 2) + normalQuantile(power)) * deviation) / Math.sqrt(rows);
}

/** Rows needed to see a difference in a mean whose paired differences have this standard deviation. @example rowsForMean(0.02, 0.3) // => 1766 */
export function rowsForMean(difference: number, deviation: number, { alpha = 0.05, power = 0.8 }: PowerOptions = {}): number {
  return Math.ceil((((normalQuantile(1 - alpha / 2) + normalQuantile(power)) * deviation) / difference) ** 2);
}
