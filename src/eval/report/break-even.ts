import type { BreakEven } from '../break-even.ts';
import { isGap } from '../metrics/gap.ts';
import { usdText } from './format.ts';

/** The line of the first screen; none for runs of earlier versions, which did not tell. `premise` is what a modelled saving rests on. */
export function breakEvenLines(breakEven: BreakEven | undefined, premise = ''): string[] {
  return breakEven === undefined ? [] : [`PAYBACK  ${breakEvenText(breakEven, premise)}`];
}

function breakEvenText({ savedUsdPer1k, requestsPerDayPerUsd }: BreakEven, premise: string): string {
  if (savedUsdPer1k === null || requestsPerDayPerUsd === null) return 'unknown: a cost is unknown, so nobody can say whether routing saves';
  if (isGap(savedUsdPer1k) || isGap(requestsPerDayPerUsd))
    return `${premise}never: at the best constant’s quality (kept to one point, with 95 % confidence) routing saves nothing`;
  const requests = requestsPerDayPerUsd.toLocaleString('en-US');
  return `${premise}break-even at ${requests} requests a day for each dollar a day that running the router costs besides (servers, work): it saves ${usdText(savedUsdPer1k)} per 1,000 at the best constant’s quality`;
}
