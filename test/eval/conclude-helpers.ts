import type { EvalOptions } from '../../src/eval/options.ts';
import type { EvalClassifier, EvalFiles } from '../../src/eval/parts.ts';
import { runEval } from '../../src/eval/run.ts';
import { classifierOf, csvOf, memoryFiles, oracle, partsOf, policyOf, turns } from './helpers.ts';

const OPTIONS: EvalOptions = {
  datasetFile: 'd/dev.csv',
  runsFolder: 'runs',
  ledgerFile: 'l',
  replicates: 200,
  baselinesFolder: 'b',
};

export const files = () => memoryFiles({ 'd/dev.csv': csvOf(60, turns) });

export const worse = classifierOf('oracle', () => ({ complexity: 'low', domain: 'code', risk: 'low' }));

export async function evaluate(
  shared: EvalFiles,
  classifier: EvalClassifier = oracle(),
  options: Partial<EvalOptions> = {},
  policy = policyOf(),
) {
  const outcome = await runEval({ ...OPTIONS, ...options }, partsOf({ files: shared, classifiers: [classifier], policy }));
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return outcome;
}
