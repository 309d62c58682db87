import { basename } from 'node:path';
import { promptPlan } from '../../config/prompt-build.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { nodeFiles } from '../../eval/files.ts';
import type { SeenTexts } from '../../eval/leakage.ts';
import { loadDataset } from '../../eval/load.ts';
import type { Manifest } from '../../eval/manifest.ts';
import type { EvalClassifier } from '../../eval/parts.ts';
import { regradingOf } from '../../eval/regrade.ts';
import { runEval } from '../../eval/run.ts';
import { headOf } from '../../eval/run-folder.ts';
import { shownTexts } from '../eval-parts.ts';
import type { Arguments } from '../flags.ts';
import type { Io } from '../io.ts';
import { taxonomyOf } from '../project.ts';
import { expectRuns, runFolderOf } from '../runs.ts';
import { jsonOf, optionsOf, partsOf } from './eval.ts';

/** Judges the answers of a run anew: a run of its own, in which nobody is asked. */
export async function regradeCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  expectRuns(positionals, 'regrade', 1);
  const [run = ''] = positionals;
  const files = nodeFiles();
  const folder = runFolderOf(run, 'rows.jsonl', flags, io);
  const split = (headOf(folder, files) as Partial<Manifest> | null)?.dataset?.split;
  const options = await optionsOf(split === undefined ? flags : flags.with({ split }), io);
  const taxonomy = await taxonomyOf(flags, io);
  const dataset = await loadDataset(options.datasetFile, { taxonomy, skipBad: flags.on('skip-bad') }, files);
  const regrading = regradingOf(folder, dataset, taxonomy, files);
  if (regrading.left > 0) io.talk(`${regrading.left} rows of ${dataset.name} have no answers in that run: left out\n`);
  const parts = await partsOf(flags, io, regrading.classifiers);
  const context = { ...parts.context, argv: ['regrade', basename(folder)] };
  const seen = [...(parts.seen ?? []), ...(await fewshotsOf(regrading.classifiers, taxonomy))];
  const outcome = await runEval({ ...options, ...regrading.options }, { ...parts, context, seen });
  io.talk(`answers of ${basename(folder)}; nobody was asked\n`);
  await io.out(flags.on('json') ? `${JSON.stringify(jsonOf(outcome))}\n` : outcome.screen);
  return outcome.exitCode;
}

/** Labels that were mended may come with rows that the prompt shows. */
async function fewshotsOf(classifiers: readonly EvalClassifier[], taxonomy: Taxonomy): Promise<SeenTexts[]> {
  const plans = classifiers.map(async ({ prompt }) =>
    prompt === undefined ? null : { name: prompt.name, fewshots: (await promptPlan(prompt.text, prompt.name, taxonomy)).fewshots },
  );
  return (await Promise.all(plans)).flatMap((plan) => (plan === null || plan.fewshots.length === 0 ? [] : [shownTexts(plan)]));
}
