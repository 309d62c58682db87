import { RouterError } from '../../core/errors.ts';
import { OBJECTIVES, type ReadyPolicy } from '../../core/policy.ts';
import { seededRandom, shuffled } from '../../core/random.ts';
import { toRequest } from '../../core/request.ts';
import { checkReference, exitCodeOf } from '../conclude.ts';
import { sliceLifts } from '../dearest.ts';
import { type Finished, finishRun, type RunResult } from '../finish.ts';
import { checkGateNames } from '../gate-names.ts';
import type { SeenTexts } from '../leakage.ts';
import { classifyingOf, freshOf, identityHash, isPartial, spentOf } from '../manifest.ts';
import { EVAL_DEFAULTS } from '../options.ts';
import type { EvalParts } from '../parts.ts';
import type { AskedRow, Predicted, PredictResult } from '../predict.ts';
import { predictEvery } from '../predict-run.ts';
import { askForMoney, maySpend } from '../remember.ts';
import { tableHtml } from '../report/html/tables.ts';
import { tableMarkdown } from '../report/table-markdown.ts';
import { tableScreen } from '../report/table-screen.ts';
import { type Identity, type OpenRun, openRun } from '../run-folder.ts';
import { servedTable } from '../served.ts';
import { invalidVerdict } from '../validity.ts';
import { answeredRows } from './answered.ts';
import type { TableLabels } from './contenders.ts';
import { impliedLabels, scoreImplied } from './label-scores.ts';
import { loadTable } from './load.ts';
import { measureTable, type TableInput } from './measure.ts';
import type { TableEvalOptions } from './options.ts';
import { columnsByModel } from './policy-router.ts';
import type { TableManifest, TableMetrics } from './result.ts';
import { type OutcomeTable, pickRows } from './table.ts';

export type TableOutcome =
  | { kind: 'done'; exitCode: 0 | 1 | 3 | 4; screen: string; metrics: TableMetrics; folder: string; conclusion: Finished }
  | { kind: 'estimate'; exitCode: 0 | 2; screen: string };

/**
 * A router on real outcomes: five folds, so that no row is judged by what was fitted on it, against every control a router must beat.
 *
 * @throws RouterError `dataset.invalid`, `input.not-found`, `options.invalid`, `eval.locked`, `eval.interrupted`, or `eval.invalid` when no
 *   unseen row is left
 */
export async function runTable(options: TableEvalOptions, parts: EvalParts): Promise<TableOutcome> {
  const started = parts.clock.monotonic();
  const loaded = await loadTable(options.outcomes, tableOptions(options), parts.files);
  checkGateNames(options.gate, null, parts.taxonomy);
  const { table, seen } = unseenRows(limited(loaded, options), options, parts);
  // Before thousands of rows are labelled for a policy that has nothing to choose from.
  if (options.byPolicy)
    columnsByModel(
      parts.policy,
      table.models.map((model) => model.name),
    );
  const asked = table.ids.map((id, row): AskedRow => ({ id, request: toRequest(table.prompts[row] ?? '') }));
  const stop = askForMoney(asked, options, parts);
  if (stop !== null) return stop;
  const input = inputOf(table, options, parts);
  const identity = identityOf(table, input, options, parts);
  const named = { name: table.name, identity, hash: identityHash(identity) };
  checkReference(named, options, options.runsFolder, parts);
  const run = openRun({ ...openOptions(options), ...named, paid: maySpend(parts) }, parts);
  try {
    const results = await predictEvery(asked, run, options, parts);
    const seconds = () => (parts.clock.monotonic() - started) / 1_000;
    return concludeTable({ table, asked, input, results, run, identity, seen, seconds }, options, parts);
  } finally {
    run.close();
  }
}

type Labelled = {
  table: OutcomeTable;
  asked: readonly AskedRow[];
  input: Omit<TableInput, 'labels'>;
  results: ReadonlyMap<string, PredictResult>;
  run: OpenRun;
  identity: Identity;
  seen: number;
  seconds: () => number;
};

/** Figures, reports and what is asked beyond them, once every row is labelled. */
function concludeTable(labelled: Labelled, options: TableEvalOptions, parts: EvalParts): TableOutcome {
  const { run, results } = labelled;
  const classifier = parts.classifiers[0]?.name ?? '';
  const { table, input, asked, answers, at } = answeredRows(labelled, classifier);
  const requests = asked.map(({ request }) => request);
  const served = options.byPolicy === true ? { policy: { policy: parts.policy, requests, factsOf: parts.factsOf } } : {};
  const { metrics, gold, ...contenders } = measureTable({ ...input, ...served, labels: labelsOf(answers) });
  metrics.table.unanswered = labelled.table.ids.length - table.ids.length;
  metrics.fit.inSample = options.inSample ?? false;
  metrics.verdict = invalidVerdict(rowsOf(results)) ?? metrics.verdict;
  const manifest = manifestOf(labelled, options, parts);
  const names = table.models.map(({ name }) => name);
  const predicted = answers.get(classifier) ?? [];
  const implied = impliedLabels(table, gold, parts.taxonomy);
  metrics.labels = scoreImplied(classifier, table, implied, predicted, parts.taxonomy);
  const whole = labelled.asked.map(({ request }) => request);
  const rows = servedTable(labelled.table, whole, results.get(classifier)?.rows ?? [], { ...contenders, implied, at }, names);
  metrics.worstSlice = sliceLifts(rows).sort((a, b) => a.quality.mean - b.quality.mean)[0] ?? null;
  const html: RunResult['html'] = (around) => tableHtml(metrics, manifest, rows, around);
  const { folder } = run;
  const result = {
    folder,
    name: table.name,
    manifest,
    metrics,
    classifier,
    served: rows,
    report: tableMarkdown(metrics, manifest, rows),
    html,
  };
  const conclusion = finishRun(result, options, parts);
  const screen = [tableScreen(metrics, manifest, folder), conclusion.screen].filter((text) => text !== '').join('\n');
  return { kind: 'done', exitCode: exitCodeOf(metrics.verdict, isPartial(results), conclusion), screen, metrics, folder, conclusion };
}

const rowsOf = (results: ReadonlyMap<string, PredictResult>) => new Map([...results].map(([name, { rows }]) => [name, rows]));

function manifestOf({ results, run, identity, seen, seconds }: Labelled, options: TableEvalOptions, parts: EvalParts): TableManifest {
  return {
    schemaVersion: 1,
    status: isPartial(results) ? 'partial' : 'complete',
    startedAt: run.startedAt,
    identity,
    hash: identityHash(identity),
    seconds: seconds(),
    classifying: classifyingOf(results, parts),
    spentUsd: spentOf(results),
    ...freshOf(results),
    resumed: run.resumed,
    changed: options.allowChanged ?? false,
    seen,
    context: parts.context,
  };
}

function inputOf(
  table: OutcomeTable,
  options: TableEvalOptions,
  { taxonomy, policy, categoryDomains = {} }: EvalParts,
): Omit<TableInput, 'labels'> {
  const { strong, weak, objective, seed = EVAL_DEFAULTS.seed, replicates = EVAL_DEFAULTS.replicates } = options;
  const standard = { name: policy.objective, usdWeight: policy.usdWeight ?? OBJECTIVES[policy.objective].usdWeight };
  const pair = { ...(strong === undefined ? {} : { strong }), ...(weak === undefined ? {} : { weak }) };
  return {
    table,
    taxonomy,
    domains: categoryDomains,
    objective: { pinned: objective !== undefined, ...(objective ?? standard) },
    seed,
    replicates,
    ...pair,
  };
}

function identityOf(
  { name, hash, ids, models }: OutcomeTable,
  { objective, seed, replicates, strong, weak }: Omit<TableInput, 'labels'>,
  { byPolicy }: TableEvalOptions,
  { classifiers, policy }: EvalParts,
): Identity {
  return {
    table: `${name} ${hash}`,
    rows: ids.length,
    models: models.map((model) => model.name),
    pair: [strong ?? null, weak ?? null],
    objective,
    policy: byPolicy === true ? policy.hash : null,
    classifiers: classifiers.map((classifier) => `${classifier.name} ${classifier.version ?? ''}`.trim()),
    seed,
    replicates,
  };
}

function labelsOf(answers: ReadonlyMap<string, readonly Predicted[]>): TableLabels[] {
  return [...answers].map(([name, rows]) => ({
    name,
    labels: rows.map(({ label }) => label),
    usd: Float64Array.from(rows, ({ usd, state }) => (state === 'ok' ? (usd ?? Number.NaN) : 0)),
  }));
}

function openOptions({ runsFolder, resume, allowChanged }: TableEvalOptions) {
  return { runsFolder, ...(resume === undefined ? {} : { resume }), ...(allowChanged === undefined ? {} : { allowChanged }) };
}

function tableOptions({ models, strong, weak, assumeOutputTokens, priceOf, skipBad }: TableEvalOptions) {
  if ((strong === undefined) !== (weak === undefined) || (strong !== undefined && strong === weak)) {
    throw new RouterError('options.invalid', 'expected both `--strong` and `--weak`, two different models', {
      where: '--strong',
      advice: 'name both, or neither',
    });
  }
  const pair = strong === undefined || weak === undefined ? undefined : [weak, strong];
  const chosen = models ?? pair;
  return {
    ...(chosen === undefined ? {} : { models: [...new Set([...chosen, ...(pair ?? [])])] }),
    ...(pair === undefined ? {} : { modelsFrom: models === undefined ? '--strong, --weak' : '--models, --strong, --weak' }),
    ...(assumeOutputTokens === undefined ? {} : { assumeOutputTokens }),
    ...(priceOf === undefined ? {} : { priceOf }),
    ...(skipBad === undefined ? {} : { skipBad }),
  };
}

function limited(table: OutcomeTable, { limit, seed }: TableEvalOptions): OutcomeTable {
  if (limit === undefined || limit >= table.ids.length) return table;
  const drawn = shuffled(
    table.ids.map((_, row) => row),
    seededRandom(seed ?? EVAL_DEFAULTS.seed),
  ).slice(0, limit);
  return pickRows(
    table,
    drawn.sort((a, b) => a - b),
  );
}

/** The texts a policy was fitted on. */
function fittedTexts({ name, fitted }: ReadyPolicy): SeenTexts {
  return {
    name: `the fit of policy \`${name}\``,
    fingerprints: new Set((fitted?.table.seen ?? '').split(' ').filter((print) => print !== '')),
  };
}

/** Rows whose text nobody learned from. */
function unseenRows(
  table: OutcomeTable,
  { inSample, byPolicy }: TableEvalOptions,
  { seen: learned = [], policy }: EvalParts,
): { table: OutcomeTable; seen: number } {
  if (inSample === true) return { table, seen: 0 };
  const seen = byPolicy === true ? [...learned, fittedTexts(policy)] : learned;
  const kept = table.ids
    .map((_, row) => row)
    .filter((row) => !seen.some(({ fingerprints }) => fingerprints.has(table.fingerprints[row] ?? '')));
  if (kept.length === 0) {
    const cut = byPolicy === true ? ' (`pointsman data split DIR/NAME` cuts a table into one to fit on and one to score)' : '';
    const advice = `bring rows that were not fitted or trained on${cut}, or pass \`--in-sample\`, which marks the report`;
    throw new RouterError(
      'eval.invalid',
      `no row of \`${table.name}\` is left: ${table.ids.length} of ${table.ids.length} were seen in training`,
      { advice, where: table.name },
    );
  }
  return { table: kept.length === table.ids.length ? table : pickRows(table, kept), seen: table.ids.length - kept.length };
}
