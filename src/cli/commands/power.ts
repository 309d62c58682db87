import { basename, resolve } from 'node:path';
import { nodeFiles } from '../../eval/files.ts';
import { planPower } from '../../eval/power-run.ts';
import { filedUnder, findReference, runAt } from '../../eval/reference.ts';
import { powerScreen } from '../../eval/report/power.ts';
import type { Arguments } from '../flags.ts';
import { gitReader } from '../git.ts';
import type { Io } from '../io.ts';
import { expectRuns, runFolderOf, runsFolderOf } from '../runs.ts';

/** Differences told of unless one is asked for, points. */
const POINTS = [0.5, 1, 2, 3, 5, 10];

/** Says how many rows it takes to see a difference, given a run or two. */
export async function powerCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  expectRuns(positionals, 'power', 1, 2);
  const files = nodeFiles();
  const places = { runsFolder: runsFolderOf(flags, io), baselinesFolder: resolve(io.cwd, 'evals/baselines'), git: gitReader(io.cwd) };
  const run = runAt(runFolderOf(positionals.at(-1) ?? '', 'served.jsonl', flags, io), places, files);
  const current = { ...run, name: filedUnder(run.identity), folder: run.name };
  const older = positionals.length === 1 ? null : findReference(positionals[0] ?? '', current, places, files);
  const delta = flags.number('delta');
  const plan = planPower({
    served: run.served,
    ...(older === null ? {} : { older: older.served }),
    differences: (delta === undefined ? POINTS : [delta]).map((points) => points / 100),
    power: flags.number('power') ?? 0.8,
  });
  const caution = run.unfit ?? older?.unfit ?? null;
  if (caution !== null) io.talk(`take it with care: of a run that is no fair sample, ${caution}\n`);
  const json = { schemaVersion: 1, run: run.name, older: older?.name ?? null, ...plan };
  await io.out(flags.on('json') ? `${JSON.stringify(json)}\n` : powerScreen(plan, basename(run.name)));
  return 0;
}
