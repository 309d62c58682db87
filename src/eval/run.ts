import { RouterError } from '../core/errors.ts';
import { seededRandom, shuffled } from '../core/random.ts';
import { requireAxes } from './axis-columns.ts';
import { checkReference, exitCodeOf } from './conclude.ts';
import type { Dataset } from './dataset.ts';
import { type Finished, finishRun, type RunResult } from './finish.ts';
import { checkGateNames } from './gate-names.ts';
import { refuseLeaks } from './leakage.ts';
import { openTestSplit } from './ledger.ts';
import { fingerprintsOf, loadDataset, siblingSplits } from './load.ts';
import { identityHash, identityOf, isPartial, type Manifest, manifestOf } from './manifest.ts';
import { measure } from './measure.ts';
import { EVAL_DEFAULTS, type EvalOptions } from './options.ts';
import type { EvalParts } from './parts.ts';
import type { Predicted } from './predict.ts';
import { predictEvery } from './predict-run.ts';
import { filedUnder } from './reference.ts';
import { askForMoney, maySpend } from './remember.ts';
import { labelsHtml } from './report/html/labels.ts';
import { markdownReport } from './report/markdown.ts';
import { firstScreen } from './report/screen.ts';
import type { EvalMetrics } from './result.ts';
import { openRun } from './run-folder.ts';
import { servedLabels } from './served.ts';
import { invalidVerdict } from './validity.ts';

/** What an evaluation ended with. `estimate` means nothing was run: it says what it would cost and what to set. */
export type EvalOutcome =
  | {
      kind: 'done';
      exitCode: 0 | 1 | 3 | 4;
      screen: string;
      metrics: EvalMetrics;
      manifest: Manifest;
      folder: string;
      conclusion: Finished;
    }
  | { kind: 'estimate'; exitCode: 0 | 2; screen: string };

/**
 * Labels a dataset with every classifier handed in, scores each axis, and sets the router against fixed models.
 * Writes `manifest.json`, `rows.jsonl`, `metrics.json` and `report.md` into a new run folder.
 *
 * Exit codes: 0 done, 1 gate failed, 2 consent missing, 3 invalid (too many provider errors), 4 budget reached.
 *
 * @throws RouterError `dataset.invalid` (also when no column is an axis), `dataset.leak`, `options.invalid` or `eval.interrupted`
 */
export async function runEval(options: EvalOptions, parts: EvalParts): Promise<EvalOutcome> {
  const started = parts.clock.monotonic();
  const dataset = limited(await loadDataset(options.datasetFile, { taxonomy: parts.taxonomy, ...pick(options) }, parts.files), options);
  requireAxes(dataset, parts.taxonomy);
  checkGateNames(options.gate, dataset.axes, parts.taxonomy);
  const checkedAgainst = await refuseSeen(dataset, options, parts);
  const consent = askForMoney(dataset.rows, options, parts);
  if (consent !== null) return consent;
  const router = routerName(options, parts);
  const identity = identityOf(dataset, options, parts, router);
  const named = { name: filedUnder(identity), identity, hash: identityHash(identity) };
  checkReference(named, options, options.runsFolder, parts);
  const testLooks = await lookAtTest(dataset, options, parts);
  const run = openRun({ ...openOptions(options), ...named, paid: maySpend(parts) }, parts);
  try {
    const results = await predictEvery(dataset.rows, run, options, parts);
    const predictions = new Map([...results].map(([name, { rows }]): [string, Predicted[]] => [name, rows]));
    const { seed, replicates, split } = { ...EVAL_DEFAULTS, ...defined(options) };
    const leakage = { checkedAgainst, leaks: 0 };
    const { metrics, simulation } = measure({ dataset, split, predictions, router, seed, replicates, leakage, testLooks, parts });
    metrics.verdict = invalidVerdict(predictions) ?? metrics.verdict;
    const seconds = (parts.clock.monotonic() - started) / 1_000;
    const manifest = manifestOf({ dataset, options, parts, results, run, identity, seconds, router });
    const served = servedLabels(dataset, predictions.get(router) ?? [], simulation);
    const html: RunResult['html'] = (around) => labelsHtml(metrics, manifest, served, around);
    const report = markdownReport(metrics, manifest, dataset, predictions, served);
    const { folder } = run;
    const conclusion = finishRun({ folder, name: named.name, manifest, metrics, classifier: router, served, report, html }, options, parts);
    const screen = [firstScreen(metrics, manifest, folder), conclusion.screen].filter((text) => text !== '').join('\n');
    return {
      kind: 'done',
      exitCode: exitCodeOf(metrics.verdict, isPartial(results), conclusion),
      screen,
      metrics,
      manifest,
      folder,
      conclusion,
    };
  } finally {
    run.close();
  }
}

function openOptions({ runsFolder, resume, allowChanged }: EvalOptions) {
  return { runsFolder, ...(resume === undefined ? {} : { resume }), ...(allowChanged === undefined ? {} : { allowChanged }) };
}

const pick = ({ skipBad }: EvalOptions) => ({ skipBad: skipBad ?? false });

function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** A seeded draw of rows, kept in the order of the file; of an earlier run's answers, the rows they are of. */
function limited(dataset: Dataset, { limit, seed, replay }: EvalOptions): Dataset {
  if (replay !== undefined) {
    const answered = new Set(replay.map(({ id }) => id));
    return { ...dataset, rows: dataset.rows.filter(({ id }) => answered.has(id)) };
  }
  if (limit === undefined || limit >= dataset.rows.length) return dataset;
  const drawn = new Set(shuffled(dataset.rows, seededRandom(seed ?? EVAL_DEFAULTS.seed)).slice(0, limit));
  return { ...dataset, rows: dataset.rows.filter((row) => drawn.has(row)) };
}

/** Refuses rows that stand in another split or in few-shot examples; says what was checked. */
async function refuseSeen(dataset: Dataset, { datasetFile }: EvalOptions, { files, seen = [] }: EvalParts): Promise<string[]> {
  const siblings = await Promise.all(siblingSplits(datasetFile, files).map((path) => fingerprintsOf(path, files)));
  const all = [...siblings, ...seen];
  refuseLeaks(dataset.name, dataset.rows, all);
  return all.map(({ name }) => name);
}

function routerName({ router }: EvalOptions, { classifiers }: EvalParts): string {
  const name = router ?? classifiers[0]?.name;
  if (name !== undefined && classifiers.some((classifier) => classifier.name === name)) return name;
  const known = classifiers.map((classifier) => classifier.name).join(', ') || 'none';
  throw new RouterError('options.invalid', `classifier \`${name ?? ''}\` is not among those evaluated: ${known}`, {
    where: 'router',
    advice: 'name one of them',
  });
}

async function lookAtTest(dataset: Dataset, { split, ledgerFile, yes }: EvalOptions, parts: EvalParts): Promise<number> {
  if (split !== 'test') return 0;
  const classifiers = parts.classifiers.map(({ name, prompt }) => (prompt === undefined ? name : `${name} ${prompt.hash}`));
  const at = new Date(parts.clock.now()).toISOString();
  return openTestSplit(
    { at, dataset: dataset.name, hash: dataset.hash, classifiers, policy: parts.policy.hash },
    ledgerFile,
    yes ?? false,
    parts,
  );
}
