import type { BreakEven } from '../break-even.ts';
import { isGap } from '../metrics/gap.ts';
import { usdText } from './format.ts';

/** What a saving rests on, and whose it is: on outcomes that of a setting of the router's sweep, else that of the router as it stands. */
const SAVING = {
  sweep: { premise: '', whose: 'its cheapest setting saves' },
  priors: { premise: 'if the priors hold, ', whose: 'it saves' },
} as const;

const OVER = 'over the cheapest fixed model that keeps the best constant’s quality';

/** The line of the first screen; none for runs of earlier versions, which did not tell. */
export function breakEvenLines(breakEven: BreakEven | undefined, kind: keyof typeof SAVING): string[] {
  return breakEven === undefined ? [] : [`PAYBACK  ${breakEvenText(breakEven, SAVING[kind])}`];
}

function breakEvenText(
  { savedUsdPer1k, requestsPerDayPerUsd }: BreakEven,
  { premise, whose }: (typeof SAVING)[keyof typeof SAVING],
): string {
  if (savedUsdPer1k === null || requestsPerDayPerUsd === null) return 'unknown: a cost is unknown, so nobody can say whether routing saves';
  if (isGap(savedUsdPer1k) || isGap(requestsPerDayPerUsd))
    return `${premise}never: at the same quality (to one point, with 95 % confidence) it saves nothing ${OVER}`;
  const requests = requestsPerDayPerUsd.toLocaleString('en-US');
  return `${premise}break-even at ${requests} requests a day for each dollar a day that running the router costs besides (servers, work): at the same quality ${whose} ${usdText(savedUsdPer1k)} per 1,000 ${OVER}`;
}
