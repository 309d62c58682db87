import { join } from 'node:path';
import { canonicalJson } from '../../core/canonical.ts';
import { RouterError } from '../../core/errors.ts';
import { OBJECTIVES } from '../../core/policy.ts';
import { seededRandom, shuffled } from '../../core/random.ts';
import { toRequest } from '../../core/request.ts';
import { shortHash } from '../load.ts';
import { newFolder } from '../manifest.ts';
import { EVAL_DEFAULTS } from '../options.ts';
import type { EvalClassifier, EvalParts } from '../parts.ts';
import { type AskedRow, predictAll } from '../predict.ts';
import { tableMarkdown } from '../report/table-markdown.ts';
import { tableScreen } from '../report/table-screen.ts';
import { estimateText, paidEstimate } from '../spend.ts';
import type { TableLabels } from './contenders.ts';
import { loadTable } from './load.ts';
import { measureTable } from './measure.ts';
import type { TableEvalOptions } from './options.ts';
import type { TableManifest, TableMetrics } from './result.ts';
import { type OutcomeTable, pickRows } from './table.ts';

export type TableOutcome =
  | { kind: 'done'; exitCode: 0 | 3 | 4; screen: string; metrics: TableMetrics; folder: string }
  | { kind: 'estimate'; exitCode: 0 | 2; screen: string };

/**
 * A router on real outcomes: five folds, so that no row is judged by what was fitted on it, against every control a router must beat.
 *
 * @throws RouterError `dataset.invalid`, `input.not-found`, `options.invalid`, or `eval.invalid` when no unseen row is left
 */
export async function runTable(options: TableEvalOptions, parts: EvalParts): Promise<TableOutcome> {
  const [startedAt, started] = [parts.clock.now(), parts.clock.monotonic()];
  const loaded = await loadTable(options.outcomes, tableOptions(options), parts.files);
  const { table, seen } = unseenRows(limited(loaded, options), options, parts);
  const asked = table.ids.map((id, row): AskedRow => ({ id: id.slice(0, 256), request: toRequest(table.prompts[row] ?? '') }));
  const stop = askForMoney(asked, options, parts);
  if (stop !== null) return stop;
  const { labels, spentUsd, skipped } = await labelRows(asked, options, parts);
  const { seed, replicates } = { seed: options.seed ?? EVAL_DEFAULTS.seed, replicates: options.replicates ?? EVAL_DEFAULTS.replicates };
  const { taxonomy, policy } = parts;
  const pinned = options.objective !== undefined;
  const objective = { pinned, ...(options.objective ?? { name: policy.objective, usdWeight: OBJECTIVES[policy.objective].usdWeight }) };
  const pair = {
    ...(options.strong === undefined ? {} : { strong: options.strong }),
    ...(options.weak === undefined ? {} : { weak: options.weak }),
  };
  const measured = measureTable({ table, taxonomy, labels, domains: parts.categoryDomains ?? {}, objective, seed, replicates, ...pair });
  const metrics: TableMetrics = { ...measured, fit: { ...measured.fit, inSample: options.inSample ?? false } };
  const seconds = (parts.clock.monotonic() - started) / 1_000;
  const identity = {
    table: { name: table.name, hash: table.hash, rows: table.ids.length },
    classifiers: labels.map(({ name }) => name),
    seed,
    replicates,
  };
  const manifest: TableManifest = {
    schemaVersion: 1,
    status: skipped ? 'partial' : 'complete',
    startedAt: new Date(startedAt).toISOString(),
    seconds,
    ...identity,
    spentUsd,
    seen,
    context: parts.context,
    hash: shortHash(canonicalJson(identity)),
  };
  const folder = newFolder(options.runsFolder, table.name, table.hash, startedAt, parts.files);
  const screen = tableScreen(metrics, manifest, folder);
  parts.files.write(join(folder, 'metrics.json'), `${JSON.stringify(metrics, null, 1)}\n`);
  parts.files.write(join(folder, 'report.md'), tableMarkdown(metrics, manifest));
  parts.files.write(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
  return { kind: 'done', exitCode: skipped ? 4 : 0, screen, metrics, folder };
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

/** Rows whose text nobody learned from. */
function unseenRows(table: OutcomeTable, { inSample }: TableEvalOptions, { seen = [] }: EvalParts): { table: OutcomeTable; seen: number } {
  if (inSample === true) return { table, seen: 0 };
  const kept = table.ids
    .map((_, row) => row)
    .filter((row) => !seen.some(({ fingerprints }) => fingerprints.has(table.fingerprints[row] ?? '')));
  if (kept.length === 0) {
    const advice = 'bring rows that were not fitted or trained on, or pass `--in-sample`, which marks the report';
    throw new RouterError(
      'eval.invalid',
      `no row of \`${table.name}\` is left: ${table.ids.length} of ${table.ids.length} were seen in training`,
      { advice, where: table.name },
    );
  }
  return { table: kept.length === table.ids.length ? table : pickRows(table, kept), seen: table.ids.length - kept.length };
}

function askForMoney(rows: readonly AskedRow[], { maxUsd, dryRun }: TableEvalOptions, { classifiers }: EvalParts): TableOutcome | null {
  const estimates = classifiers.filter(({ paid }) => paid !== undefined).map((classifier) => paidEstimate(classifier, rows));
  const ready = estimates.length === 0 || (maxUsd !== undefined && estimates.every(({ missing }) => missing === null));
  if (ready && dryRun !== true) return null;
  return { kind: 'estimate', exitCode: dryRun === true ? 0 : 2, screen: estimateText(estimates, rows.length, maxUsd) };
}

async function labelRows(
  rows: readonly AskedRow[],
  options: TableEvalOptions,
  parts: EvalParts,
): Promise<{ labels: TableLabels[]; spentUsd: number; skipped: boolean }> {
  const labels: TableLabels[] = [];
  let [spentUsd, skipped, done] = [0, false, 0];
  for (const classifier of parts.classifiers) {
    const onRow = () => parts.progress?.(++done, rows.length * parts.classifiers.length, classifier.name);
    const result = await predictAll(classifier, rows, { clock: parts.clock, onRow, ...callOptions(classifier, options) });
    spentUsd += result.spentUsd;
    skipped ||= result.rows.some(({ state }) => state === 'skipped_budget');
    labels.push({
      name: classifier.name,
      labels: result.rows.map(({ label }) => label),
      usd: Float64Array.from(result.rows, ({ usd, state }) => (state === 'ok' ? (usd ?? Number.NaN) : 0)),
    });
  }
  return { labels, spentUsd, skipped };
}

function callOptions({ paid }: EvalClassifier, { jobs, maxUsd, signal }: TableEvalOptions) {
  return {
    jobs: paid === undefined ? 1 : (jobs ?? EVAL_DEFAULTS.jobs),
    ...(maxUsd === undefined ? {} : { maxUsd }),
    ...(signal === undefined ? {} : { signal }),
  };
}
