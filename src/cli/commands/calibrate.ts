import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build } from '../../config/build.ts';
import { packageFile, readJsonFile } from '../../config/files.ts';
import { RouterError } from '../../core/errors.ts';
import { type LlmCalibration, LlmCalibrations } from '../../core/llm-calibration.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import type { Dataset } from '../../eval/dataset.ts';
import { nodeFiles } from '../../eval/files.ts';
import { loadDataset } from '../../eval/load.ts';
import type { Manifest } from '../../eval/manifest.ts';
import { shareText, table } from '../../eval/report/format.ts';
import { headOf } from '../../eval/run-folder.ts';
import { recoverLog } from '../../eval/run-log.ts';
import { calibrateRun, type GroupFit } from '../../learn/calibrate-llm.ts';
import type { Arguments, Flags } from '../flags.ts';
import type { Io } from '../io.ts';
import { projectOf, taxonomyOf } from '../project.ts';
import { runFolderOf } from '../runs.ts';
import { routerFlags } from './route.ts';

/** Fits calibrations of the llm classifier on a run's own rows. */
export async function calibrateCommand({ flags, positionals }: Arguments, io: Io): Promise<number> {
  const folder = runFolder(flags, positionals, io);
  const manifest = manifestOf(folder);
  const taxonomy = await taxonomyOf(flags, io);
  const dataset = await datasetOf(manifest, flags, taxonomy, io);
  const { rows } = recoverLog(nodeFiles().read(join(folder, 'rows.jsonl')), 'rows.jsonl');
  const groups = calibrateRun({ rows, dataset: dataset.rows, taxonomy, raised: await raisedIds(dataset, flags, io) });
  if (groups.length === 0)
    throw unusable(folder, 'holds no label of the llm classifier', 'make one with `pointsman eval --classifier llm --max-usd N`');
  const out = resolve(io.cwd, flags.text('out') ?? 'calibration.json');
  const written = writtenTo(out, groups, dataset);
  await io.out(
    flags.on('json')
      ? `${JSON.stringify({ out, calibrations: written })}\n`
      : screenOf(groups, dataset, written.length === 0 ? null : relative(io.cwd, out)),
  );
  return written.length === 0 ? 1 : 0;
}

function runFolder(flags: Flags, [run, ...more]: readonly string[], io: Io): string {
  if (run === undefined || more.length > 0) {
    const advice = 'name the folder that `pointsman eval --classifier llm` printed';
    throw new RouterError('options.invalid', `expected one run folder, found ${run === undefined ? 0 : more.length + 1}`, {
      where: 'arguments',
      advice,
    });
  }
  return runFolderOf(run, 'rows.jsonl', flags, io);
}

/** The run as it was; one on sealed rows, or on confidence that was calibrated already, is refused. */
function manifestOf(folder: string): Manifest {
  if (!existsSync(join(folder, 'manifest.json'))) {
    throw new RouterError('input.not-found', `no run in \`${folder}\``, {
      where: folder,
      advice: 'name the folder that `pointsman eval --classifier llm` printed',
    });
  }
  const head = headOf(folder, nodeFiles()) as Manifest | null;
  if (head?.dataset === undefined || !existsSync(join(folder, 'rows.jsonl')))
    throw unusable(folder, 'is no finished run on labelled requests', 'name the folder that `pointsman eval --classifier llm` printed');
  if (head.dataset.split === 'test')
    throw unusable(folder, 'looked at the test split', 'calibrate on dev: what the test split is fitted on it cannot judge');
  const { classifiers } = head.identity;
  if (Array.isArray(classifiers) && classifiers.some((each) => String(each).includes('calibration:')))
    throw unusable(folder, 'was made with a calibration already', 'run again without --llm-calibration: remembered answers cost nothing');
  return head;
}

async function datasetOf({ dataset: { name, hash, split } }: Manifest, flags: Flags, taxonomy: Taxonomy, io: Io): Promise<Dataset> {
  const given = flags.text('data');
  const project = await projectOf(flags, io);
  const places = [
    ...(project === null ? [] : [join(project.datasets, `requests/${split}.csv`)]),
    resolve(io.cwd, `datasets/requests/${split}.csv`),
    packageFile(`datasets/requests/${split}.csv`),
  ];
  const path = given === undefined ? places.find((place) => existsSync(place)) : resolve(io.cwd, given);
  const dataset = await loadDataset(path ?? '', { taxonomy, skipBad: true }, nodeFiles());
  if (dataset.hash === hash) return dataset;
  throw new RouterError('eval.invalid', `the run was on \`${name}\` ${hash}, not on \`${dataset.name}\` ${dataset.hash}`, {
    where: '--data',
    advice: 'give the file the run was made on with `--data FILE`',
  });
}

/** Rows in which patterns found something: there the label's risk may be theirs. */
async function raisedIds({ rows }: Dataset, flags: Flags, io: Io): Promise<Set<string>> {
  const { parts } = build<Taxonomy>({ ...(await routerFlags(flags, io)), classifier: 'rules' });
  const raised = new Set<string>();
  for (const { id, request } of rows) {
    const { label } = await parts.classifier.classify(request);
    if (Object.values(label).some(({ unsure }) => unsure === null)) raised.add(id);
  }
  return raised;
}

function writtenTo(out: string, groups: readonly GroupFit[], { name, hash }: Dataset): LlmCalibration[] {
  const fitted = groups.flatMap(({ fits, ...which }): LlmCalibration[] => {
    const axes = Object.fromEntries(fits.flatMap((each) => ('fit' in each ? [[each.axis, each.fit]] : [])));
    return Object.keys(axes).length === 0 ? [] : [{ ...which, data: { name, hash }, axes }];
  });
  if (fitted.length === 0) return [];
  const old = existsSync(out) ? readJsonFile(out, LlmCalibrations, 'options.invalid').value.calibrations : [];
  const same = (a: LlmCalibration, b: LlmCalibration) => a.model === b.model && a.promptHash === b.promptHash && a.evidence === b.evidence;
  const kept = old.filter((each) => !fitted.some((fresh) => same(each, fresh)));
  nodeFiles().write(
    out,
    `${JSON.stringify({ schemaVersion: 1, calibrations: [...kept, ...fitted] } satisfies LlmCalibrations, null, 2)}\n`,
  );
  return fitted;
}

function screenOf(groups: readonly GroupFit[], { name }: Dataset, out: string | null): string {
  const blocks = groups.map(({ model, promptHash, evidence, fits }) => {
    const rows = fits.map((each) =>
      'why' in each
        ? [each.axis, each.why]
        : [
            each.axis,
            String(each.fit.rows),
            each.fit.temperature.toFixed(2),
            `${shareText(each.fit.before.ace)} → ${shareText(each.fit.after.ace)}`,
            `${shareText(each.fit.before.brier)} → ${shareText(each.fit.after.brier)}`,
          ],
    );
    return [
      `MODEL     ${model} · prompt ${promptHash} · confidence from ${wordsOf(evidence)} · ${name}`,
      table(['axis', 'rows', 'temperature', 'calibration error', 'Brier'], rows),
    ].join('\n');
  });
  const end =
    out === null
      ? 'NOTHING   was written: too few rows'
      : `WRITTEN   ${out}; errors are of rows the temperature was not fitted on\nNEXT      pointsman eval --classifier llm --llm-calibration ${out}`;
  return `${[...blocks, end].join('\n')}\n`;
}

function wordsOf(evidence: string): string {
  if (evidence === 'logprobs') return 'token log-probabilities';
  return evidence === 'stated'
    ? 'a stated prior: the endpoint gives no log-probabilities'
    : `agreement over ${evidence.slice('samples:'.length)} answers`;
}

const unusable = (folder: string, what: string, advice: string): RouterError =>
  new RouterError('eval.invalid', `\`${folder}\` ${what}`, { where: folder, advice });
