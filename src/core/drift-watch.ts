import type { DriftEvent, DriftReference } from './drift.ts';
import { normalQuantile } from './normal.ts';

export type DriftAlarm = {
  /** What moved: `label:domain`, `confidence:complexity`, `pass-rate`, `usd`. */
  watch: string;
  /** Standard errors away from the reference. */
  score: number;
  /** Size of the shift: total variation of the mix, or difference of means. */
  shift: number;
  requests: number;
  /** Of a mix the value that moved most; null of a mean. */
  value: string | null;
  /** Share of that value, or mean, in the reference and now. */
  from: number;
  to: number;
};

/** False alarms per stream, and how often it is looked at: see `driftLimit`. */
export type DriftOptions = {
  /** Chance that an unshifted stream of `stream` requests gives any alarm. @default 0.01 */
  falseAlarms: number;
  /** Requests of one day. @default 10000 */
  stream: number;
  /** Requests between two looks; each look is at the requests since the last. @default 500 */
  window: number;
};
export const DRIFT_DEFAULTS: DriftOptions = { falseAlarms: 0.01, stream: 10_000, window: 500 };

/** Shifts smaller than these are of no consequence, however sure: share of requests, confidence, pass rate; dollars relative to the mean. */
const LEAST = { labels: 0.05, confidence: 0.03, passRate: 0.03, usd: 0.1 } as const;

/** Values below which a mean, or a pass rate, says too little. */
const [LEAST_MEASURED, LEAST_JUDGED] = [30, 100];

type Sums = { count: number; sum: number };

/** Sees requests and verdicts; each returns the alarms of the window that a request ends, mostly none. */
export type DriftWatch = {
  observe(event: DriftEvent): DriftAlarm[];
  /** A verdict on an answer given earlier. */
  judged(passed: boolean): void;
};

/**
 * Watches a stream for drift from a reference: the mix of labels, confidence, pass rate and price. Looks at disjoint windows; the chance of a
 * false alarm is shared over all watches and looks of a day (Bonferroni), so that it stays below `falseAlarms` whatever their number.
 */
export function watchDrift(reference: DriftReference, options: Partial<DriftOptions> = {}): DriftWatch {
  const settings = { ...DRIFT_DEFAULTS, ...options };
  const limit = driftLimit(reference, settings);
  let [window, verdicts]: [DriftEvent[], DriftEvent[]] = [[], []];
  return {
    judged: (passed) => void verdicts.push({ labels: {}, passed, usd: null }),
    observe(event) {
      window.push(event);
      if (window.length < settings.window) return [];
      const scored = scoreWindow(window, verdicts, reference);
      // Verdicts come late and seldom: too few for a look wait for the next one.
      if (verdicts.length >= LEAST_JUDGED) verdicts = [];
      window = [];
      return alarmsOf(scored, limit);
    },
  };
}

/** Every watch of a stretch of traffic as one look at it, the alarming ones marked. */
export function driftOf(
  reference: DriftReference,
  events: readonly DriftEvent[],
  falseAlarms = DRIFT_DEFAULTS.falseAlarms,
): { limit: number; watches: (DriftAlarm & { alarm: boolean })[] } {
  const limit = driftLimit(reference, { falseAlarms, stream: 1, window: 1 });
  const watches = scoreWindow(events, [], reference).map(({ least, ...watch }) => ({
    ...watch,
    alarm: watch.score > limit && watch.shift >= least,
  }));
  return { limit, watches };
}

const alarmsOf = (scored: readonly Scored[], limit: number): DriftAlarm[] =>
  scored.filter(({ score, shift, least }) => score > limit && shift >= least).map(({ least: _, ...alarm }) => alarm);

/** Standard errors beyond which a watch alarms: two-sided, shared over every value watched and every look of the stream. */
export function driftLimit(reference: DriftReference, { falseAlarms, stream, window }: DriftOptions): number {
  const values = Object.values(reference.labels).reduce((sum, shares) => sum + Object.keys(shares).length + 1, 0);
  const watches =
    values + Object.keys(reference.confidence).length + (reference.passed === null ? 0 : 1) + (reference.usd === null ? 0 : 1);
  const looks = Math.max(1, Math.floor(stream / window));
  return normalQuantile(1 - falseAlarms / (2 * Math.max(1, watches) * looks));
}

type Scored = DriftAlarm & { least: number };

/** Every watch of a window with its score. */
function scoreWindow(window: readonly DriftEvent[], verdicts: readonly DriftEvent[], reference: DriftReference): Scored[] {
  return [
    ...Object.entries(reference.labels).map(([axis, shares]) => mixScore(axis, shares, window, reference.requests)),
    ...Object.entries(reference.confidence).flatMap(([axis, usual]) => {
      const values = window.flatMap(({ labels }) => labels[axis]?.confidence ?? []);
      return meanScore(`confidence:${axis}`, values, usual, reference.requests, LEAST.confidence);
    }),
    ...passScore([...window, ...verdicts], reference),
    ...priceScore(window, reference),
  ];
}

/** The value whose share moved most, in standard errors; values the reference never had count together. */
function mixScore(axis: string, shares: Readonly<Record<string, number>>, window: readonly DriftEvent[], requests: number): Scored {
  const counts = new Map<string, number>();
  for (const { labels } of window) {
    const value = labels[axis]?.value;
    if (value === undefined) continue;
    const known = Object.hasOwn(shares, value) ? value : OTHER;
    counts.set(known, (counts.get(known) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  let [score, moved, most] = [0, 0, { value: '', from: 0, to: 0 }];
  for (const [value, share] of [...Object.entries(shares), [OTHER, 0] as const]) {
    if (total === 0) break;
    const now = (counts.get(value) ?? 0) / total;
    const own = Math.abs(shareScore(now, total, share, requests));
    if (own > score) [score, most] = [own, { value: value === OTHER ? 'others' : value, from: share, to: now }];
    moved += Math.abs(now - share) / 2;
  }
  return { watch: `label:${axis}`, score, shift: moved, requests: window.length, least: LEAST.labels, ...most };
}

const OTHER = '\u0000';

/** Difference of two shares by the arcsine transform, whose spread does not depend on the share: honest for rare values, too. Source: Anscombe 1948. */
function shareScore(now: number, count: number, usual: number, requests: number): number {
  const angle = (share: number, of: number) => Math.asin(Math.sqrt((share * of + 0.375) / (of + 0.75)));
  const error = Math.sqrt(1 / (4 * count + 2) + 1 / (4 * requests + 2));
  return (angle(now, count) - angle(usual, requests)) / error;
}

function meanScore(
  watch: string,
  values: readonly number[],
  usual: { mean: number; variance: number },
  requests: number,
  least: number,
): Scored[] {
  if (values.length < LEAST_MEASURED) return [];
  const { sum, count } = values.reduce<Sums>((sums, value) => ({ count: sums.count + 1, sum: sums.sum + value }), { count: 0, sum: 0 });
  const mean = sum / count;
  const own = values.reduce((total, value) => total + (value - mean) ** 2, 0) / (count - 1);
  const error = Math.sqrt(Math.max(own, usual.variance) / count + usual.variance / requests);
  const shift = Math.abs(mean - usual.mean);
  return [
    {
      watch,
      score: error === 0 ? (shift === 0 ? 0 : Number.POSITIVE_INFINITY) : shift / error,
      shift,
      requests: count,
      least,
      value: null,
      from: usual.mean,
      to: mean,
    },
  ];
}

function passScore(window: readonly DriftEvent[], { passed }: DriftReference): Scored[] {
  const judged = window.flatMap((event) => event.passed ?? []);
  if (passed === null || judged.length < LEAST_JUDGED) return [];
  const now = judged.filter(Boolean).length / judged.length;
  const score = Math.abs(shareScore(now, judged.length, passed.rate, passed.requests));
  const shift = Math.abs(now - passed.rate);
  return [{ watch: 'pass-rate', score, shift, requests: judged.length, least: LEAST.passRate, value: null, from: passed.rate, to: now }];
}

function priceScore(window: readonly DriftEvent[], { usd }: DriftReference): Scored[] {
  if (usd === null) return [];
  const costs = window.flatMap((event) => event.usd ?? []);
  return meanScore('usd', costs, usd, usd.requests, LEAST.usd * usd.mean);
}
