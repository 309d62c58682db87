import type { EvalParts } from '../../../src/eval/parts.ts';
import type { TableEvalOptions } from '../../../src/eval/table/options.ts';
import { runTable } from '../../../src/eval/table/run.ts';
import { classifierOf, partsOf } from '../helpers.ts';
import { type FakeTable, tableFiles } from './helpers.ts';

/** Knows the two kinds of question of `specialists` by a word. */
export const byWord = classifierOf('by-word', (text) => ({
  complexity: 'medium',
  domain: text.includes('equation') ? 'math' : 'writing',
  risk: 'low',
}));

/** A finished run on a made-up table. */
export async function evaluate(fake: FakeTable, options: Partial<TableEvalOptions> = {}, change: Partial<EvalParts> = {}) {
  const files = tableFiles(fake);
  const parts = partsOf({ files, classifiers: [byWord], ...change });
  const outcome = await runTable({ outcomes: 't/fake', runsFolder: 'runs', replicates: 300, ...options }, parts);
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return { ...outcome, files };
}
