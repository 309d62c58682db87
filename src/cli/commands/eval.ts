import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadDriftReference } from '../../config/drift.ts';
import { packageFile, packageVersion, readTextFile } from '../../config/files.ts';
import { loadCatalogue } from '../../config/policy.ts';
import type { Project } from '../../config/project.ts';
import { readYamlFile } from '../../config/yaml.ts';
import { RouterError } from '../../core/errors.ts';
import { OBJECTIVES } from '../../core/policy.ts';
import { nodeFiles, nodeProcess } from '../../eval/files.ts';
import { Gate } from '../../eval/gate.ts';
import { fingerprintsOf } from '../../eval/load.ts';
import type { EvalOptions } from '../../eval/options.ts';
import type { EvalClassifier, EvalParts } from '../../eval/parts.ts';
import { loadPredictions } from '../../eval/predictions.ts';
import { AT_REVISION } from '../../eval/reference.ts';
import { type EvalOutcome, runEval } from '../../eval/run.ts';
import type { TableEvalOptions } from '../../eval/table/options.ts';
import { runTable, type TableOutcome } from '../../eval/table/run.ts';
import { refuseUnmakeable } from '../../folders.ts';
import { evalParts } from '../eval-parts.ts';
import type { Arguments, Flags } from '../flags.ts';
import { gitReader, gitState } from '../git.ts';
import type { Io } from '../io.ts';
import { progress } from '../progress.ts';
import { projectOf, taxonomyOf } from '../project.ts';
import { runsFolderOf } from '../runs.ts';
import { paidOptions, sleep } from './eval-paid.ts';

/** Scores classifiers on labelled requests, and their routers against every fixed model. */
export async function evalCommand({ flags }: Arguments, io: Io): Promise<number> {
  if (flags.on('collect')) return (await import('./eval-collect.ts')).collectCommand(flags, io);
  const outcomes = flags.text('outcomes');
  if (outcomes !== undefined) return evalTable(resolve(io.cwd, outcomes), flags, io);
  const options = { ...(await optionsOf(flags, io)), ...(await askedOf(flags, io)) };
  if (flags.text('suite') !== undefined) return (await import('./eval-robustness.ts')).robustnessCommand(flags, io, { options, partsOf });
  if (flags.on('watch')) return (await import('./eval-watch.ts')).watchCommand(flags, io, { options, partsOf });
  const outcome = await runEval(options, await partsOf(flags, io));
  await io.out(flags.on('json') ? `${JSON.stringify(jsonOf(outcome))}\n` : outcome.screen);
  return outcome.exitCode;
}

/** What both kinds of run may be asked beyond their figures. */
async function askedOf(
  flags: Flags,
  io: Io,
): Promise<
  Pick<
    EvalOptions,
    | 'cache'
    | 'retries'
    | 'compare'
    | 'gate'
    | 'neverBreak'
    | 'bless'
    | 'baselinesFolder'
    | 'git'
    | 'drift'
    | 'resume'
    | 'allowChanged'
    | 'retryErrors'
  >
> {
  const [compare, gateFile, resume, drift] = ['compare', 'gate', 'resume', 'drift'].map((name) => flags.text(name));
  const gate = gateFile === undefined ? undefined : await readYamlFile(resolve(io.cwd, gateFile), Gate, 'options.invalid');
  const wanted = compare ?? (gate?.primary === undefined ? undefined : 'blessed');
  const baselinesFolder = resolve(io.cwd, 'evals/baselines');
  if (flags.on('bless')) refuseUnmakeable(baselinesFolder);
  return {
    baselinesFolder,
    git: gitReader(io.cwd),
    ...paidOptions(flags, io),
    bless: flags.on('bless'),
    allowChanged: flags.on('allow-changed'),
    retryErrors: flags.on('retry-errors'),
    ...(wanted === undefined ? {} : { compare: isNamed(wanted) ? wanted : resolve(io.cwd, wanted) }),
    ...(resume === undefined ? {} : { resume: resolve(io.cwd, resume) }),
    ...(drift === undefined ? {} : { drift: loadDriftReference(resolve(io.cwd, drift)) }),
    ...(gate === undefined ? {} : { gate, neverBreak: gate.cases === undefined ? [] : idsIn(resolve(io.cwd, gate.cases.never_break)) }),
  };
}

/** What is no folder. */
const isNamed = (wanted: string): boolean => wanted === 'last' || wanted === 'blessed' || wanted.startsWith(AT_REVISION);

/** The ids of a file of cases, one JSON object a line. */
function idsIn(path: string): string[] {
  const lines = readTextFile(path).split('\n');
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return [];
    const id = idOf(line);
    if (id !== null) return [id];
    throw new RouterError('input.invalid', `\`${path}:${index + 1}\` has no \`id\``, {
      where: `${path}:${index + 1}`,
      advice: 'write one `{"id": "…"}` a line',
    });
  });
}

function idOf(line: string): string | null {
  try {
    const { id } = JSON.parse(line) as { id?: unknown };
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}

async function evalTable(outcomes: string, flags: Flags, io: Io): Promise<number> {
  const parts = await partsOf(flags, io);
  const options = { ...tableOptions(outcomes, flags, io), ...(await askedOf(flags, io)) };
  const outcome = await runTable(options, await withTrainingTexts(parts, await projectOf(flags, io)));
  await io.out(flags.on('json') ? `${JSON.stringify(jsonOf(outcome))}\n` : outcome.screen);
  return outcome.exitCode;
}

/** Rows the shipped classifiers learned from are not scored. */
async function withTrainingTexts(parts: EvalParts, project: Project | null): Promise<EvalParts> {
  const train = project === null ? packageFile('datasets/requests/train.csv') : join(project.datasets, 'requests/train.csv');
  const seen = existsSync(train) ? [await fingerprintsOf(train, parts.files)] : [];
  const categoryDomains = JSON.parse(readFileSync(packageFile('datasets/category-domains.json'), 'utf8'));
  return { ...parts, seen: [...seen, ...(parts.seen ?? [])], categoryDomains };
}

function tableOptions(outcomes: string, flags: Flags, io: Io): TableEvalOptions {
  const prices = loadCatalogue(flags.text('catalogue') === undefined ? undefined : resolve(io.cwd, flags.text('catalogue') as string));
  const objective = flags.text('objective') as keyof typeof OBJECTIVES | undefined;
  const given = {
    models: flags.list('models'),
    strong: flags.text('strong'),
    weak: flags.text('weak'),
    assumeOutputTokens: flags.number('assume-output-tokens'),
    objective: objective === undefined ? undefined : { name: objective, usdWeight: OBJECTIVES[objective].usdWeight },
    limit: flags.number('limit'),
    seed: flags.number('seed'),
    replicates: flags.number('replicates'),
    jobs: flags.number('jobs'),
    maxUsd: flags.number('max-usd'),
  };
  return {
    outcomes,
    runsFolder: runsFolderOf(flags, io),
    priceOf: (model) => prices.get(model)?.price ?? null,
    inSample: flags.on('in-sample'),
    byPolicy: flags.text('policy') !== undefined,
    skipBad: flags.on('skip-bad'),
    dryRun: flags.on('dry-run'),
    signal: io.signal,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

export async function optionsOf(flags: Flags, io: Io): Promise<EvalOptions> {
  const split = (flags.text('split') ?? 'dev') as NonNullable<EvalOptions['split']>;
  const data = flags.text('data');
  const given = {
    limit: flags.number('limit'),
    seed: flags.number('seed'),
    replicates: flags.number('replicates'),
    jobs: flags.number('jobs'),
    maxUsd: flags.number('max-usd'),
    repeat: flags.number('repeat'),
  };
  return {
    datasetFile: data === undefined ? await splitFile(split, flags, io) : resolve(io.cwd, data),
    split,
    runsFolder: runsFolderOf(flags, io),
    ledgerFile: resolve(io.cwd, existsSync(resolve(io.cwd, 'evals')) ? 'evals/test-ledger.jsonl' : '.pointsman/test-ledger.jsonl'),
    yes: flags.on('yes'),
    skipBad: flags.on('skip-bad'),
    dryRun: flags.on('dry-run'),
    signal: io.signal,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

/** A split of the project or folder one works in, else the shipped one, whose axes a project does not have. */
async function splitFile(split: string, flags: Flags, io: Io): Promise<string> {
  const project = await projectOf(flags, io);
  const own = join(project?.datasets ?? resolve(io.cwd, 'datasets'), `requests/${split}.csv`);
  return project !== null || existsSync(own) ? own : packageFile(`datasets/requests/${split}.csv`);
}

/** What every evaluation is handed; `given` classifiers come first. */
export async function partsOf(flags: Flags, io: Io, given: readonly EvalClassifier[] = []): Promise<EvalParts> {
  const files = nodeFiles();
  const predictions = flags.text('predictions');
  const read = predictions === undefined ? given : [loadPredictions(resolve(io.cwd, predictions), await taxonomyOf(flags, io), files)];
  const tell = progress(io, 'gave', 'labels, one per row and classifier');
  return {
    ...(await evalParts(flags, io, read)),
    files,
    process: nodeProcess(),
    context: { argv: ['eval'], versions: { node: process.version, pointsman: packageVersion() }, git: gitState(io.cwd) },
    ...(io.ask === undefined ? {} : { confirm: io.ask }),
    sleep,
    progress: (done) => tell(done),
    warn: io.talk,
  };
}

export function jsonOf(outcome: EvalOutcome | TableOutcome): unknown {
  if (outcome.kind === 'estimate') return { kind: 'estimate', estimate: outcome.screen };
  const { metrics, folder, conclusion } = outcome;
  const { comparison, gate, tuning, drift } = conclusion;
  return {
    ...metrics,
    folder,
    ...(comparison === null ? {} : { comparison }),
    ...(gate === null ? {} : { gate }),
    ...(tuning === undefined ? {} : { tuning }),
    ...(drift === null ? {} : { drift }),
  };
}
