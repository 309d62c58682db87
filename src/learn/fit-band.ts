import { clopperPearsonUpper } from '../eval/metrics/clopper-pearson.ts';

/** One labelled row of an axis: what the first classifier said, and, where it was asked, whether the second was right. */
export type BandRow = { confidence: number; right: boolean; second: boolean | null };

export type BandOptions = {
  /** Share of wrong values among those believed without a second opinion, 0..1. */
  maximumError: number;
  /** Dollars of one second opinion; null when unknown. */
  usdPerCall: number | null;
};

/** From which confidence the first classifier is believed, and what that costs. */
export type Band = {
  /** For `cascade.atLeast`; 1 sends everything on, because no confidence can be trusted that far. */
  atLeast: number;
  /** Share of rows inside the band: sent to the second classifier. */
  escalated: number;
  /** Share of wrong values among the believed. */
  error: number | null;
  /** Dollars per 1,000 requests; null when a price is unknown. */
  usdPer1k: number | null;
  /** Inside the band: rows the second classifier mends and breaks; null where it was not asked about all of them. */
  second: { mended: number; broken: number } | null;
  assumes: string;
};

/** Shares of rows that are tried as the believed part: tenths of the confidences, so chosen without a look at what was right. */
const TENTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const CONFIDENCE = 0.95;

/**
 * Rows believed without a single mistake that would just keep the promise: fewer keep none, however good the classifier.
 *
 * @param maximumError share of wrong values among the believed, 0..1
 * @example leastBelieved(0.1) // => 51
 */
export const leastBelieved = (maximumError: number): number =>
  Math.ceil(Math.log((1 - CONFIDENCE) / TENTHS.length) / Math.log(1 - maximumError));

/**
 * The widest trust in the first classifier whose error among the believed rows is at most `maximumError` with 95 % confidence: ten thresholds,
 * each tested by the exact upper bound at its share of the error. Source: Angelopoulos et al. 2021, arXiv 2110.01052 (Learn then Test, Bonferroni).
 */
export function doubtfulBand(rows: readonly BandRow[], { maximumError, usdPerCall }: BandOptions): Band {
  const found = trusted(rows, maximumError);
  const atLeast = found?.threshold ?? 1;
  const inside = rows.filter(({ confidence }) => confidence < atLeast || found === null);
  const escalated = rows.length === 0 ? 0 : inside.length / rows.length;
  return {
    atLeast,
    escalated,
    error: found === null ? null : found.errors / found.accepted,
    usdPer1k: usdPerCall === null ? null : escalated * usdPerCall * 1_000,
    second: secondOf(inside),
    assumes: 'requests to come are drawn like the labelled ones',
  };
}

type Trusted = { threshold: number; errors: number; accepted: number };

function trusted(rows: readonly BandRow[], maximumError: number): Trusted | null {
  const sorted = rows.map(({ confidence }) => confidence).sort((a, b) => b - a);
  let widest: Trusted | null = null;
  for (const tenth of TENTHS) {
    const lowest = sorted[Math.ceil((sorted.length * tenth) / TENTHS.length) - 1];
    if (lowest === undefined) return null;
    // Rounded down, so that what is written in an option believes the row it was read from.
    const threshold = Math.floor(lowest * 1e3) / 1e3;
    const believed = rows.filter(({ confidence }) => confidence >= threshold);
    const errors = believed.filter(({ right }) => !right).length;
    const level = 1 - (1 - CONFIDENCE) / TENTHS.length;
    if (clopperPearsonUpper(errors, believed.length, level) <= maximumError) widest = { threshold, errors, accepted: believed.length };
  }
  return widest;
}

function secondOf(inside: readonly BandRow[]): Band['second'] {
  if (inside.some(({ second }) => second === null)) return null;
  const count = (wanted: (row: BandRow) => boolean) => inside.filter(wanted).length;
  return {
    mended: count(({ right, second }) => !right && second === true),
    broken: count(({ right, second }) => right && second === false),
  };
}
