import { type Figure, gap } from './gap.ts';

/**
 * Entropy of a router's choices in bits: 0 when it always picks one model, so a collapse shows at once.
 * Source: RouterEval, arXiv 2503.10657 (E_p).
 *
 * @param counts how often each model was chosen
 * @example selectionEntropy([50, 50]) // => 1
 */
export function selectionEntropy(counts: readonly number[]): Figure {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return gap('no-rows');
  return counts.reduce((sum, count) => (count === 0 ? sum : sum - (count / total) * Math.log2(count / total)), 0);
}

/**
 * Requests a day from which routing pays: fixed cost per day over the saving per request; infinite saving is never assumed.
 *
 * @example breakEvenRequests(1, 0.0005) // => 2000
 */
export function breakEvenRequests(fixedUsdPerDay: number, savingUsdPerRequest: number): Figure {
  return savingUsdPerRequest <= 0 ? gap('not-reached') : Math.ceil(fixedUsdPerDay / savingUsdPerRequest);
}
