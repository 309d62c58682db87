import type { Random } from '../../core/random.ts';
import type { Estimated } from '../compete.ts';
import type { Contender } from '../field.ts';
import { clusterBootstrapMany } from '../metrics/bootstrap.ts';
import { type Gap, gap, isGap } from '../metrics/gap.ts';
import { clusterSums } from '../metrics/resample.ts';
import type { Folds } from './folds.ts';

/** One part of the loss, in utility, with the file to edit. */
export type LossPart = Estimated & { edit: string };

/** U(oracle) − U(router) = table + classifier + operations, exactly. */
export type TableLoss = { total: Estimated; table: LossPart; classifier: LossPart; operations: LossPart } | Gap;

/**
 * Where utility is lost between the oracle and the router, at the router's own trade of quality against money:
 * oracle − gold labels through the same table (the table: mend the policy), gold − predicted labels (the classifier),
 * predicted − as executed (operations: nothing on recorded outcomes).
 */
export function lossSplit(
  parts: { oracle: Contender; gold: Contender | null; router: Contender },
  weights: readonly number[],
  folds: Folds,
  clusterOf: Int32Array,
  options: { replicates: number; random: Random },
): TableLoss {
  const { oracle, gold, router } = parts;
  if (gold === null) return gap('no-gold');
  const utility = ({ quality, usd }: Contender, row: number) => {
    const weight = weights[folds.foldOf[row] ?? 0] ?? 0;
    return (quality[row] as number) - (weight === 0 ? 0 : weight * (usd[row] as number));
  };
  const difference = (above: Contender, below: Contender) =>
    Float64Array.from(clusterOf, (_, row) => utility(above, row) - utility(below, row));
  const table = clusterSums([difference(oracle, gold), difference(gold, router)], clusterOf);
  const fill = (means: Float64Array, into: Float64Array) => {
    const [first = 0, second = 0] = means;
    into.set([first + second, first, second]);
  };
  const [total, policy, classifier] = clusterBootstrapMany(table, 3, fill, options).map((result) =>
    isGap(result) ? result : { mean: result.mean, ci95: [result.interval.low, result.interval.high] as [number, number] },
  );
  if (total === undefined || policy === undefined || classifier === undefined) return gap('not-enough-data');
  for (const part of [total, policy, classifier]) if (isGap(part)) return part;
  return {
    total: total as Estimated,
    table: { ...(policy as Estimated), edit: 'the policy: `pointsman fit`' },
    classifier: { ...(classifier as Estimated), edit: 'the classifier: `prompts/` or `npm run train`' },
    operations: { mean: 0, ci95: [0, 0], edit: 'nothing: outcomes were recorded, not executed' },
  };
}
