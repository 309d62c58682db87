import type { EvalOptions } from '../../src/eval/options.ts';
import type { EvalClassifier, EvalFiles, EvalParts } from '../../src/eval/parts.ts';
import { runEval } from '../../src/eval/run.ts';
import { csvOf, memoryFiles, oracle, partsOf, turns } from './helpers.ts';

const OPTIONS: EvalOptions = { datasetFile: 'd/dev.csv', runsFolder: 'runs', ledgerFile: 'ledger.jsonl', replicates: 100 };

export const dataset = () => memoryFiles({ 'd/dev.csv': csvOf(30, turns) });

/** Counts its calls; runs `trap` before each. */
export function counted(trap: (call: number) => void = () => {}): EvalClassifier & { calls: () => number } {
  let calls = 0;
  return {
    name: 'oracle',
    calls: () => calls,
    classify: async (request) => {
      trap(++calls);
      return oracle().classify(request);
    },
  };
}

export async function evaluate(
  files: EvalFiles,
  classifier: EvalClassifier,
  options: Partial<EvalOptions> = {},
  change: Partial<EvalParts> = {},
) {
  const outcome = await runEval({ ...OPTIONS, ...options }, partsOf({ files, classifiers: [classifier], ...change }));
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return outcome;
}

export const metricsIn = (files: EvalFiles, folder: string) => Buffer.from(files.read(`${folder}/metrics.json`)).toString();

export async function unbroken(): Promise<string> {
  const files = dataset();
  return metricsIn(files, (await evaluate(files, counted())).folder);
}
