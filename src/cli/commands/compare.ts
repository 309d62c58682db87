import { resolve } from 'node:path';
import { compareRuns } from '../../eval/compare.ts';
import { cautionOf } from '../../eval/conclude.ts';
import { nodeFiles } from '../../eval/files.ts';
import { EVAL_DEFAULTS } from '../../eval/options.ts';
import { changedBetween, filedUnder, findReference, runAt } from '../../eval/reference.ts';
import { comparisonScreen } from '../../eval/report/comparison.ts';
import type { Arguments } from '../flags.ts';
import { gitReader } from '../git.ts';
import type { Io } from '../io.ts';
import { expectRuns, runFolderOf, runsFolderOf } from '../runs.ts';

/** Compares two runs on the same rows. */
export async function compareCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  expectRuns(positionals, 'compare', 2);
  const [older = '', newer = ''] = positionals;
  const files = nodeFiles();
  const runsFolder = runsFolderOf(flags, io);
  const places = { runsFolder, baselinesFolder: resolve(io.cwd, 'evals/baselines'), git: gitReader(io.cwd) };
  const after = runAt(runFolderOf(newer, 'served.jsonl', flags, io), places, files);
  const before = findReference(older, { ...after, name: filedUnder(after.identity), folder: after.name }, places, files);
  const comparison = compareRuns({
    before: before.served,
    after: after.served,
    reference: { name: before.name, hash: before.hash, startedAt: before.startedAt },
    changed: changedBetween(before.identity, after.identity),
    seed: flags.number('seed') ?? EVAL_DEFAULTS.seed,
    replicates: flags.number('replicates') ?? EVAL_DEFAULTS.replicates,
    caution: cautionOf(before.unfit, after.unfit),
  });
  await io.out(flags.on('json') ? `${JSON.stringify(comparison)}\n` : comparisonScreen(comparison));
  return comparison.verdict.word === 'INVALID' ? 3 : 0;
}
