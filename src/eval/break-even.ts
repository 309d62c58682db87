import type { Standing } from './compete.ts';
import { type Figure, gap, isGap } from './metrics/gap.ts';
import { breakEvenRequests } from './metrics/selection.ts';
import { SAVING_MARGIN } from './table/saving.ts';

/**
 * From how many requests on routing pays, against the cheapest fixed model that keeps the best constant's quality: what one cheaper model
 * saves as well is no merit of a router. `not-reached`: never, for nothing is saved. Null: a cost is unknown, so nobody can say.
 */
export type BreakEven = {
  /** Dollars saved per 1,000 requests at the best constant's quality, classifier paid. */
  savedUsdPer1k: Figure | null;
  /** Requests a day that earn back each dollar a day which running the router costs besides: servers, work. */
  requestsPerDayPerUsd: Figure | null;
};

/**
 * On outcomes: of the cheapest setting of the router that keeps the best constant's quality to one point for sure.
 *
 * @param fixedSaving what the cheapest fixed model that keeps it saves, as `savingAtBestConstantQuality`
 */
export function tableBreakEven(
  router: { usdPer1k: number | null; savingAtBestConstantQuality: number | null },
  fixedSaving: number | null,
  constant: { usdPer1k: number | null } | undefined,
): BreakEven {
  const price = constant?.usdPer1k ?? null;
  if (price === null || router.usdPer1k === null) return breakEven(null);
  return breakEven(((router.savingAtBestConstantQuality ?? 0) - (fixedSaving ?? 0)) * price);
}

/** On labelled requests: of the router as it stands, if it keeps the best constant's modelled quality to one point for sure. */
export function modelledBreakEven(router: Priced, models: readonly (Priced & { name: string })[], bestConstant: string | null): BreakEven {
  const constant = models.find(({ name }) => name === bestConstant)?.usdPer1k ?? gap('unknown-cost');
  if (isGap(constant) || isGap(router.usdPer1k)) return breakEven(null);
  const keeping = models.flatMap((model) => (keepsQuality(model) && !isGap(model.usdPer1k) ? [model.usdPer1k] : []));
  return breakEven(keepsQuality(router) ? Math.min(constant, ...keeping) - router.usdPer1k : 0);
}

type Priced = Pick<Standing, 'usdPer1k' | 'overBestConstant'>;

const keepsQuality = ({ overBestConstant: { quality } }: Priced): boolean => !isGap(quality) && quality.ci95[0] > -SAVING_MARGIN;

function breakEven(savedUsdPer1k: number | null): BreakEven {
  if (savedUsdPer1k === null) return { savedUsdPer1k: null, requestsPerDayPerUsd: null };
  return {
    savedUsdPer1k: savedUsdPer1k > 0 ? savedUsdPer1k : gap('not-reached'),
    requestsPerDayPerUsd: breakEvenRequests(1, savedUsdPer1k / 1_000),
  };
}
