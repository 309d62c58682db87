import { logGamma } from './beta.ts';

/** Two-sided p-values; `midp` is less conservative and keeps its level in practice. */
export type McNemar = { exact: number; midp: number };

/**
 * Exact McNemar test: of the rows on which two systems differ, is the split `fixed`/`broken` compatible with a coin?
 * Assumes independent rows; with clusters use the paired cluster bootstrap as primary.
 * Source: McNemar 1947, Psychometrika 12; mid-p: Fagerland, Lydersen & Laake 2013, BMC Med. Res. Methodol. 13:91.
 *
 * @example mcnemar(15, 5) // => { exact: 0.041389, midp: 0.026604 }
 */
export function mcnemar(fixed: number, broken: number): McNemar {
  const trials = fixed + broken;
  if (trials === 0) return { exact: 1, midp: 1 };
  const fewer = Math.min(fixed, broken);
  let below = 0;
  for (let count = 0; count <= fewer; count++) below += coinMass(count, trials);
  const exact = Math.min(1, 2 * below);
  return { exact, midp: exact - coinMass(fewer, trials) };
}

/** P(X = count) for X ~ Binomial(trials, ½). */
function coinMass(count: number, trials: number): number {
  return Math.exp(logGamma(trials + 1) - logGamma(count + 1) - logGamma(trials - count + 1) - trials * Math.LN2);
}
