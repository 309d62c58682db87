import { factsOf } from '../../src/classify/facts.ts';
import { axisLabel } from '../../src/core/label.ts';
import type { OutcomeTable } from '../../src/eval/table/table.ts';
import type { FitReaders } from '../../src/learn/fit-data.ts';
import { readFitData } from '../../src/learn/fit-data.ts';
import { KEEP } from '../../src/learn/fit-dial.ts';
import { policyModels } from '../../src/learn/fit-models.ts';
import { type FitOptions, type FitResult, fitPolicy } from '../../src/learn/fit-policy.ts';

/** Labels that say nothing, and facts of the text. */
export const readers: FitReaders = {
  classify: async () => ({ domain: axisLabel({ math: 0.5, writing: 0.5 }), complexity: axisLabel({ low: 0.5, high: 0.5 }) }),
  factsOf,
};

/** A fit in memory. */
export async function fitted(table: OutcomeTable, options: Partial<FitOptions> = {}): Promise<FitResult> {
  const data = await readFitData(table, readers, 1);
  return fitPolicy(data, {
    models: policyModels(table, { known: [], catalogue: [] }),
    dial: KEEP,
    classifier: 'test',
    weightsFile: (hash) => `test.${hash}.bin`,
    seed: 1,
    folds: 5,
    ...options,
  });
}
