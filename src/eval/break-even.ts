import type { Standing } from './compete.ts';
import { type Figure, gap, isGap } from './metrics/gap.ts';
import { breakEvenRequests } from './metrics/selection.ts';
import { SAVING_MARGIN } from './table/saving.ts';

/**
 * From how many requests on routing pays. `not-reached`: never, for nothing is saved at the best constant's quality. Null: a cost is
 * unknown, so nobody can say.
 */
export type BreakEven = {
  /** Dollars saved per 1,000 requests at the best constant's quality, classifier paid. */
  savedUsdPer1k: Figure | null;
  /** Requests a day that earn back each dollar a day which running the router costs besides: servers, work. */
  requestsPerDayPerUsd: Figure | null;
};

/** On outcomes: of the cheapest setting of the router that keeps the best constant's quality to one point for sure. */
export function tableBreakEven(
  router: { usdPer1k: number | null; savingAtBestConstantQuality: number | null },
  constant: { usdPer1k: number | null } | undefined,
): BreakEven {
  const price = constant?.usdPer1k ?? null;
  return breakEven(price === null || router.usdPer1k === null ? null : (router.savingAtBestConstantQuality ?? 0) * price);
}

/** On labelled requests: of the router as it stands, if it keeps the best constant's modelled quality to one point for sure. */
export function modelledBreakEven(
  { usdPer1k, overBestConstant: { quality } }: Pick<Standing, 'usdPer1k' | 'overBestConstant'>,
  constant: Pick<Standing, 'usdPer1k'> | undefined,
): BreakEven {
  if (constant === undefined || isGap(constant.usdPer1k) || isGap(usdPer1k)) return breakEven(null);
  const kept = !isGap(quality) && quality.ci95[0] > -SAVING_MARGIN;
  return breakEven(kept ? constant.usdPer1k - usdPer1k : 0);
}

function breakEven(savedUsdPer1k: number | null): BreakEven {
  if (savedUsdPer1k === null) return { savedUsdPer1k: null, requestsPerDayPerUsd: null };
  return {
    savedUsdPer1k: savedUsdPer1k > 0 ? savedUsdPer1k : gap('not-reached'),
    requestsPerDayPerUsd: breakEvenRequests(1, savedUsdPer1k / 1_000),
  };
}
