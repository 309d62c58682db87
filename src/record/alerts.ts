import type { Alert } from '../core/alert.ts';
import type { RouteRecord } from '../core/record.ts';
import { wasAnswered } from './stats.ts';

export type AlertOptions = {
  /** Share of the last 50 run requests that may fail, 0..1. @default 0.2 */
  failureShare: number;
  /** Dollars after which spending is reported, once per UTC day; null for never. @default null */
  dailyUsd: number | null;
  /** Population stability index from which the mix of labels counts as changed. @default 0.25 */
  driftIndex: number;
};
export const ALERT_DEFAULTS: AlertOptions = { failureShare: 0.2, dailyUsd: null, driftIndex: 0.25 };

const RECENT = 50;
/** The first so many records say what the mix of labels is; the latest so many are compared with them. */
const MIX = 200;
const LOOK_EVERY = 20;

type Spending = { day: string; usd: number; told: boolean };
type Mix = { reference: Map<string, number>; recent: string[]; seen: number; told: boolean };

/**
 * Watches records for what deserves attention; each alert is given once, and again only after things were well in between.
 *
 * @returns an observer of records
 */
export function createAlerts(options: AlertOptions, onAlert: (alert: Alert) => void): (record: RouteRecord) => void {
  const failures = { recent: [] as boolean[], told: false };
  const spending: Spending = { day: '', usd: 0, told: false };
  const mixes = new Map<string, Mix>();
  return (record) => {
    watchFailures(record, failures, options, onAlert);
    watchSpending(record, spending, options, onAlert);
    for (const [axis, { value }] of Object.entries(record.label)) watchMix(axis, value, mixes, options, onAlert);
  };
}

type Tell = (alert: Alert) => void;

function watchFailures(
  { executed }: RouteRecord,
  failures: { recent: boolean[]; told: boolean },
  { failureShare }: AlertOptions,
  tell: Tell,
): void {
  if (executed === null || executed.flags.includes('client_cancelled')) return;
  failures.recent.push(!wasAnswered(executed));
  if (failures.recent.length > RECENT) failures.recent.shift();
  if (failures.recent.length < RECENT) return;
  const share = failures.recent.filter(Boolean).length / RECENT;
  if (share >= failureShare && !failures.told) tell({ kind: 'failures', share, requests: RECENT });
  failures.told = share >= failureShare;
}

function watchSpending({ at, executed, classifier }: RouteRecord, spending: Spending, { dailyUsd }: AlertOptions, tell: Tell): void {
  if (dailyUsd === null) return;
  const day = at.slice(0, 10);
  if (day > spending.day) Object.assign(spending, { day, usd: 0, told: false });
  spending.usd += (executed?.usd ?? 0) + (classifier.usd ?? 0);
  if (spending.usd < dailyUsd || spending.told) return;
  spending.told = true;
  tell({ kind: 'spend', spentUsd: spending.usd, limitUsd: dailyUsd });
}

function watchMix(axis: string, value: string, mixes: Map<string, Mix>, { driftIndex }: AlertOptions, tell: Tell): void {
  const mix: Mix = mixes.get(axis) ?? { reference: new Map<string, number>(), recent: [], seen: 0, told: false };
  mixes.set(axis, mix);
  mix.seen += 1;
  if (mix.seen <= MIX) mix.reference.set(value, (mix.reference.get(value) ?? 0) + 1);
  mix.recent.push(value);
  if (mix.recent.length > MIX) mix.recent.shift();
  if (mix.seen < 2 * MIX || mix.seen % LOOK_EVERY !== 0) return;
  const index = stabilityIndex(mix.reference, countOf(mix.recent));
  if (index >= driftIndex && !mix.told) tell({ kind: 'label-drift', axis, index, requests: MIX });
  mix.told = index >= driftIndex;
}

function countOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/**
 * Population stability index: Σ (p − q) · ln(p / q) over the values, each count raised by a half so that none is zero.
 * Below 0.1 nothing changed, above 0.25 much did. Source: Siddiqi 2006, Credit Risk Scorecards.
 *
 * @example stabilityIndex(new Map([['a', 10]]), new Map([['a', 10]])) // => 0
 */
export function stabilityIndex(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  const values = new Set([...before.keys(), ...after.keys()]);
  const total = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0) + values.size / 2;
  const [all, now] = [total(before), total(after)];
  let index = 0;
  for (const value of values) {
    const p = ((before.get(value) ?? 0) + 0.5) / all;
    const q = ((after.get(value) ?? 0) + 0.5) / now;
    index += (p - q) * Math.log(p / q);
  }
  return index;
}
