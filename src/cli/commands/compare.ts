import { resolve } from 'node:path';
import { RouterError } from '../../core/errors.ts';
import { compareRuns } from '../../eval/compare.ts';
import { cautionOf } from '../../eval/conclude.ts';
import { nodeFiles } from '../../eval/files.ts';
import { EVAL_DEFAULTS } from '../../eval/options.ts';
import { changedBetween, findReference, runAt } from '../../eval/reference.ts';
import { comparisonScreen } from '../../eval/report/comparison.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';

/** Compares two runs on the same rows. */
export async function compareCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  const [older, newer, ...more] = positionals;
  if (older === undefined || newer === undefined || more.length > 0) {
    throw new RouterError('options.invalid', `expected two run folders, found ${positionals.length}`, {
      where: 'arguments',
      advice: 'see `pointsman help compare`',
    });
  }
  const files = nodeFiles();
  const runsFolder = resolve(io.cwd, flags.text('runs') ?? '.pointsman/runs');
  const places = { runsFolder, baselinesFolder: resolve(io.cwd, 'evals/baselines') };
  const after = runAt(newer, places, files);
  const before = findReference(older, { ...after, folder: after.name }, places, files);
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
