import type { RouteRequest } from '../core/request.ts';
import type { EvalClassifier, PaidCalls, UsdRange } from './parts.ts';
import { table, usdText } from './report/format.ts';

/** What one role of a run would cost: a classifier, a judge, a model that is collected from. */
export type RoleEstimate = {
  role: string;
  model: string;
  /** Calls still to be made, and answers that are remembered and cost nothing. */
  calls: number;
  remembered: number;
  /** Dollars of all calls at list price; null when a price is unknown. */
  usd: UsdRange | null;
  /** What is missing before it can run at all; null when nothing is. */
  missing: string | null;
};

export const FREE: UsdRange = { low: 0, expected: 0, worst: 0 };

/** Least, expected and most dollars of one call. */
export function rangeOf(paid: PaidCalls, request: RouteRequest): UsdRange | null {
  if (paid.rangeUsd !== undefined) return paid.rangeUsd(request);
  const usd = paid.estimateUsd(request);
  return usd === null ? null : { low: usd, expected: usd, worst: usd };
}

/**
 * What a paid classifier would cost on these rows.
 *
 * @param retries tries again for each call: in the worst case every one of them is paid for
 */
export function paidEstimate(classifier: EvalClassifier, rows: readonly { request: RouteRequest }[], retries = 0): RoleEstimate {
  const { paid, name } = classifier;
  if (paid === undefined) return { role: name, model: '–', calls: 0, remembered: 0, usd: FREE, missing: null };
  const asked = rows.filter(({ request }) => paid.isRemembered?.(request) !== true);
  const usd = asked.reduce<UsdRange | null>((sum, { request }) => plus(sum, rangeOf(paid, request)), FREE);
  const worst = usd === null ? null : { ...usd, worst: usd.worst * (1 + retries) };
  return { role: name, model: paid.model, calls: asked.length, remembered: rows.length - asked.length, usd: worst, missing: paid.missing };
}

/** The same role asked twice. */
export function plusEstimate(one: RoleEstimate, other: RoleEstimate | undefined): RoleEstimate {
  if (other === undefined) return one;
  const { calls, remembered, usd } = other;
  return { ...one, calls: one.calls + calls, remembered: one.remembered + remembered, usd: plus(one.usd, usd) };
}

const plus = (a: UsdRange | null, b: UsdRange | null): UsdRange | null =>
  a === null || b === null ? null : { low: a.low + b.low, expected: a.expected + b.expected, worst: a.worst + b.worst };

/** True when nothing more is to be set: every call is remembered, or there is a cap and nothing is missing. */
export function isPaidFor(estimates: readonly RoleEstimate[], maxUsd: number | undefined): boolean {
  const asking = estimates.filter(({ calls }) => calls > 0);
  return asking.length === 0 || (maxUsd !== undefined && asking.every(({ missing }) => missing === null));
}

/** A line per role with low, expected and worst dollars, then what to set before it runs. */
export function estimateText(estimates: readonly RoleEstimate[], rows: number, maxUsd: number | undefined): string {
  if (estimates.length === 0) return `ESTIMATE  ${rows} rows, no paid classifier: $0.00\n`;
  const dollars = (usd: UsdRange | null) => [usd?.low, usd?.expected, usd?.worst].map((each) => usdText(each ?? null));
  const lines = estimates.map(({ role, model, calls, remembered, usd }) => [role, model, `${calls}`, `${remembered}`, ...dollars(usd)]);
  const total = estimates.reduce<UsdRange | null>((sum, { usd }) => plus(sum, usd), FREE);
  const all = estimates.length < 2 ? [] : [['all', '', '', '', ...dollars(total)]];
  const text = table(['ESTIMATE', 'model', 'calls', 'remembered', 'low', 'expected', 'worst'], [...lines, ...all]);
  const asking = estimates.filter(({ calls }) => calls > 0);
  const missing = asking.flatMap((estimate) => (estimate.missing === null ? [] : [`SET       ${estimate.missing}`]));
  const cap = maxUsd === undefined && asking.length > 0 ? ['SET       --max-usd N: paid classifiers never run without a cap'] : [];
  return `${[text, RULE, ...new Set(missing), ...cap].join('\n')}\n`;
}

const RULE =
  'at list price; low: prompt cached, few words; worst: a token every two bytes, answers to their limit, every retry paid for; --max-usd stops before the cap whatever happens';
