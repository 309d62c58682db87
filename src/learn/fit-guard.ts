import { seededRandom } from '../core/random.ts';
import type { Estimated } from '../eval/compete.ts';
import { type Contender, contenderFrom, type ModelColumns, meanOf } from '../eval/field.ts';
import { type Gap, isGap } from '../eval/metrics/gap.ts';
import { rowsIn } from '../eval/table/folds.ts';
import { judgeTable } from '../eval/table/judge.ts';
import type { FitData } from './fit-data.ts';
import { type Bench, choicesAt, type Dial, settle } from './fit-dial.ts';
import { blendBy, type LeftOut } from './fit-left.ts';

/** How the fitted choices did on rows that neither the models, nor the blend, nor the dial had seen. */
export type Evidence = {
  router: Contender;
  constant: Contender;
  /** Weight of a dollar by fold; null where nothing kept the dial's promise, and the constant was used. */
  weights: (number | null)[];
  quality: Estimated | Gap;
  liftOverFreeMix: Estimated | Gap;
  overBestConstant: Estimated | Gap;
};

const REPLICATES = 2_000;

/** Sets blend and dial on all folds but one, chooses on that one, and judges all choices together by a paired cluster bootstrap. */
export function gather(left: LeftOut, data: FitData, dial: Dial, grid: readonly number[], seed: number): Evidence {
  const { table } = data;
  const choices = new Int32Array(table.ids.length).fill(-1);
  const fixed = new Int32Array(table.ids.length).fill(-1);
  const weights: (number | null)[] = [];
  const usd = usdOrNothing(left.guessed.usd, table);
  for (let fold = 0; fold < left.folds.count; fold++) {
    const rows = rowsIn(left.folds, [fold], true);
    const bench: Bench = { table, expected: blendBy(left, data, rows).expected, usd, grid, rows };
    const { usdWeight, constant } = settle(dial, bench);
    weights.push(usdWeight);
    const own = rowsIn(left.folds, [fold]);
    const chosen = usdWeight === null ? null : choicesAt(bench, usdWeight, own);
    for (const row of own) {
      choices[row] = chosen === null ? constant : (chosen[row] as number);
      fixed[row] = constant;
    }
  }
  const columns: ModelColumns[] = table.models.map(({ name, quality, usd: cost }) => ({
    model: name,
    quality,
    usd: cost,
    allowed: () => true,
  }));
  const router = contenderFrom('fitted', 'router', choices, columns);
  const constant = contenderFrom('constant', 'control', fixed, columns);
  const [standing] = judgeTable(table, left.folds, [router], constant, { replicates: REPLICATES, random: seededRandom(seed) });
  if (standing === undefined) throw new RangeError('one contender, one standing');
  return { router, constant, weights, ...standing };
}

/** Where no cost is known, money has no weight. */
export function usdOrNothing(usd: Float64Array, { models }: FitData['table']): Float64Array {
  return models.every((model) => model.usd.some(Number.isNaN)) ? new Float64Array(usd.length) : usd;
}

/** Quality that routing may lose against the best single model on a large table, and what is large. */
const MARGIN = 0.01;
const LARGE = 1_000;

/** Why the best single model is left, or not. */
export type Verdict = { routed: boolean; why: string };

/**
 * Leaves the best single model only on paired evidence that clears its own error: lift over the free mix with its whole interval above 0;
 * on large tables quality must also stay within a point of the constant where the dial promises that. Without known costs, quality itself.
 */
export function guard(
  { liftOverFreeMix, overBestConstant, router }: Evidence,
  dial: Dial,
  categories: readonly (string | null)[],
): Verdict {
  const named = new Set(categories.filter((category) => category !== null)).size;
  if (named < 2 && router.quality.length < LARGE)
    return { routed: false, why: 'the table names no different kinds of request, and is too small to learn them' };
  if (router.mix.size === 1) return { routed: false, why: 'every request went to the same model' };
  const figure = isGap(liftOverFreeMix) ? overBestConstant : liftOverFreeMix;
  const name = isGap(liftOverFreeMix) ? 'quality above it' : 'lift over mixing single models for the same money';
  if (isGap(figure)) return { routed: false, why: 'too few questions to tell' };
  const text = `${name} ${points(figure.mean)} points, 95 % interval ${points(figure.ci95[0])} to ${points(figure.ci95[1])}`;
  if (figure.ci95[0] <= 0) return { routed: false, why: `routing is not better for sure: ${text}` };
  const rows = router.quality.length;
  if (dial.kind === 'keep' && rows >= LARGE && !isGap(overBestConstant) && overBestConstant.ci95[0] < -MARGIN)
    return { routed: false, why: `routing may lose more than a point against it: ${points(overBestConstant.ci95[0])}` };
  return { routed: true, why: text };
}

export const points = (share: number): string => `${share >= 0 ? '+' : '−'}${Math.abs(share * 100).toFixed(1)}`;

export const usdPer1k = ({ usd }: Contender): number | null => {
  const mean = meanOf(usd) * 1_000;
  return Number.isNaN(mean) ? null : mean;
};
