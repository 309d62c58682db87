import { basename, join } from 'node:path';
import { seededRandom, shuffled } from '../../core/random.ts';
import { axesOf } from '../../core/taxonomy.ts';
import type { Dataset } from '../dataset.ts';
import { openTestSplit } from '../ledger.ts';
import { loadDataset, shortHash } from '../load.ts';
import { identityHash, isPartial, spentOf } from '../manifest.ts';
import { EVAL_DEFAULTS, type EvalOptions } from '../options.ts';
import type { EvalClassifier, EvalParts } from '../parts.ts';
import type { PredictResult } from '../predict.ts';
import { predictEvery } from '../predict-run.ts';
import { askForMoney, maySpend } from '../remember.ts';
import { type Identity, openRun, type RunHead } from '../run-folder.ts';
import { type GadgetScore, gadgetAttack } from './gadget.ts';
import { goalsOf } from './goals.ts';
import { belowFloor, type JudgeInput, judgeClassifier, priceOfDefence } from './judge.ts';
import { planOf, type RobustnessPlan } from './plan.ts';
import { robustnessReport, robustnessScreen } from './report.ts';
import type { ClassifierRobustness, RobustnessMetrics } from './result.ts';
import { type AttackedAxes, attackedAxes, axisNames } from './score.ts';
import { type InjectionTemplate, readTemplates } from './templates.ts';

/** A classifier under attack. */
export type AttackedClassifier = EvalClassifier & {
  /** What its risk may never be below. */
  floor?: EvalClassifier;
  /** The same without its floor, for what the floor costs. */
  unguarded?: EvalClassifier;
  /** Said in the report, when part of it was played by a stand-in; such a one is not attacked with gadgets. */
  note?: string;
};

export type RobustnessOptions = Omit<
  EvalOptions,
  'router' | 'replicates' | 'compare' | 'gate' | 'neverBreak' | 'bless' | 'baselinesFolder'
> & {
  /** Attacks, one JSON object a line. */
  templatesFile: string;
};

export type RobustnessParts = Omit<EvalParts, 'classifiers' | 'policy' | 'factsOf'> & { classifiers: readonly AttackedClassifier[] };

export type RobustnessOutcome =
  | { kind: 'done'; exitCode: 0 | 3 | 4; screen: string; metrics: RobustnessMetrics; folder: string }
  | { kind: 'estimate'; exitCode: 0 | 2; screen: string };

/** Requests under attack unless a limit is given: of free classifiers, and of paid ones. */
const ATTACKED = { free: 300, paid: 30 } as const;
const GADGET_SEEDS = [1, 2, 3, 4, 5];

/**
 * Attacks classifiers with injection templates and measures how their labels hold. Writes `manifest.json`, `rows.jsonl`, `metrics.json` and
 * `report.md` into a run folder; killed at any moment, the same command goes on from there.
 *
 * Exit codes: 0 done (goals missed or not), 2 consent missing, 3 too many provider errors, 4 budget reached.
 *
 * @throws RouterError `dataset.invalid`, `options.invalid` or `eval.interrupted`
 */
export async function runRobustness(options: RobustnessOptions, parts: RobustnessParts): Promise<RobustnessOutcome> {
  const started = parts.clock.monotonic();
  const setting = await settingOf(options, parts);
  const { plan, dataset } = setting;
  const consent = askForMoney(plan.asked, options, parts);
  if (consent !== null) return consent;
  const testLooks = await lookAtTest(dataset, options, parts);
  const hash = identityHash(setting.identity);
  const { runsFolder, resume, allowChanged } = options;
  const again = { ...(resume === undefined ? {} : { resume }), ...(allowChanged === undefined ? {} : { allowChanged }) };
  const run = openRun({ runsFolder, name: 'robustness', identity: setting.identity, hash, paid: maySpend(parts), ...again }, parts);
  try {
    const results = await predictEvery(plan.asked, run, options, parts);
    const metrics = await measured(setting, results, testLooks, parts);
    const { folder, startedAt } = run;
    const seconds = (parts.clock.monotonic() - started) / 1_000;
    const head: RunHead = {
      schemaVersion: 1,
      status: isPartial(results) ? 'partial' : 'complete',
      startedAt,
      identity: setting.identity,
      hash,
    };
    const spentUsd = spentOf(results);
    const manifest = { ...head, seconds, spentUsd, resumed: run.resumed, changed: allowChanged ?? false, context: parts.context };
    parts.files.write(join(folder, 'metrics.json'), `${JSON.stringify(metrics, null, 1)}\n`);
    parts.files.write(join(folder, 'report.md'), robustnessReport(metrics));
    parts.files.write(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
    return {
      kind: 'done',
      exitCode: exitCodeOf(metrics),
      screen: robustnessScreen(metrics, { seconds, spentUsd, folder }),
      metrics,
      folder,
    };
  } finally {
    run.close();
  }
}

type Setting = {
  dataset: Dataset;
  templates: InjectionTemplate[];
  templatesFile: { name: string; hash: string };
  axes: AttackedAxes;
  plan: RobustnessPlan;
  seed: number;
  split: string;
  identity: Identity;
};

async function settingOf(options: RobustnessOptions, parts: RobustnessParts): Promise<Setting> {
  const { taxonomy, files, classifiers } = parts;
  const dataset = await loadDataset(options.datasetFile, { taxonomy, skipBad: options.skipBad ?? false }, files);
  const bytes = files.read(options.templatesFile);
  const templatesFile = { name: basename(options.templatesFile), hash: shortHash(bytes) };
  const templates = readTemplates(Buffer.from(bytes).toString('utf8'), templatesFile.name);
  const { seed = EVAL_DEFAULTS.seed, split = EVAL_DEFAULTS.split } = options;
  const axes = attackedAxes(taxonomy);
  const everything = classifiers.every(({ paid }) => paid === undefined);
  const limit = options.limit ?? (everything ? ATTACKED.free : ATTACKED.paid);
  const plan = planOf(dataset, templates, axes, { limit, seed, everything });
  const identity = {
    suite: 'robustness',
    dataset: `${dataset.name} ${dataset.hash}`,
    split,
    templates: `${templatesFile.name} ${templatesFile.hash}`,
    rows: plan.rows.length,
    taxonomy: axesOf(taxonomy).map(([axis]) => axis),
    classifiers: classifiers.map(({ name, version }) => `${name} ${version ?? ''}`.trim()),
    seed,
  };
  return { dataset, templates, templatesFile, axes, plan, seed, split, identity };
}

async function lookAtTest({ name, hash }: Dataset, { split, ledgerFile, yes }: RobustnessOptions, parts: RobustnessParts): Promise<number> {
  if (split !== 'test') return 0;
  const entry = {
    at: new Date(parts.clock.now()).toISOString(),
    dataset: name,
    hash,
    classifiers: parts.classifiers.map((classifier) => classifier.name),
    policy: 'none: robustness suite',
  };
  return openTestSplit(entry, ledgerFile, yes ?? false, parts);
}

async function measured(
  setting: Setting,
  results: ReadonlyMap<string, PredictResult>,
  testLooks: number,
  { classifiers }: RobustnessParts,
): Promise<RobustnessMetrics> {
  const { dataset, templates, templatesFile, plan, seed, split, axes: attacked } = setting;
  const found: ClassifierRobustness[] = [];
  for (const classifier of classifiers) found.push(await judged(classifier, setting, results));
  const { name, hash, axes, rows } = dataset;
  const names = axisNames(attacked);
  return {
    schemaVersion: 1,
    kind: 'robustness',
    dataset: { name, hash, split, rows: rows.length, attacked: plan.rows.length, axes },
    templates: { ...templatesFile, count: templates.length, families: new Set(templates.map(({ family }) => family)).size },
    seed,
    axes: names,
    classifiers: found,
    goals: found.flatMap((each) => goalsOf(each, names)),
    testLooks,
  };
}

async function judged(
  classifier: AttackedClassifier,
  { plan, templates, axes, dataset, seed }: Setting,
  results: ReadonlyMap<string, PredictResult>,
): Promise<ClassifierRobustness> {
  const { name, floor, unguarded, note = null } = classifier;
  const said = new Map((results.get(name)?.rows ?? []).map((row) => [row.id, row]));
  const input: JudgeInput = { plan, templates, axes, goldAxes: dataset.axes, said };
  return {
    ...judgeClassifier(name, input),
    note,
    belowFloor: floor === undefined ? null : { floor: floor.name, share: await belowFloor(input, (request) => floor.classify(request)) },
    gadget: await gadgetOf(classifier, input, seed),
    defence: unguarded === undefined ? null : await priceOfDefence(input, (request) => unguarded.classify(request)),
  };
}

/** Only what costs nothing and scores complexity itself is searched: thousands of questions. */
async function gadgetOf(classifier: AttackedClassifier, { plan, axes, said }: JudgeInput, seed: number): Promise<GadgetScore | null> {
  const { level } = axes;
  const scored = [...said.values()].some(({ label }) => level !== null && label !== null && label[level.name]?.unsure !== 'not-scored');
  if (level === null || classifier.paid !== undefined || classifier.note !== undefined || !scored) return null;
  const requests = shuffled(plan.bare, seededRandom(seed)).map(({ request }) => request);
  return gadgetAttack(requests, (request) => classifier.classify(request), level, { seeds: GADGET_SEEDS });
}

/** Above this share of questions lost to the provider, the rest is no fair sample. */
const LOST = 0.01;

function exitCodeOf({ classifiers }: RobustnessMetrics): 0 | 3 | 4 {
  if (classifiers.some(({ states }) => states.skipped_budget > 0)) return 4;
  const lost = classifiers.some(
    ({ states: { ok, parse_failed, provider_error } }) => provider_error > LOST * (ok + parse_failed + provider_error),
  );
  return lost ? 3 : 0;
}
