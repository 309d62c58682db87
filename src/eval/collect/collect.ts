import { join } from 'node:path';
import type { Answerer } from '../../core/answerer.ts';
import { RouterError } from '../../core/errors.ts';
import { seededRandom, shuffled } from '../../core/random.ts';
import { EVAL_DEFAULTS } from '../options.ts';
import { askEverything } from './ask-all.ts';
import { type Cell, cellKey } from './cell.ts';
import { type Correction, correctionOf, loadHumanGrades } from './correction.ts';
import type { CostBasis } from './estimate.ts';
import { kinOf } from './family.ts';
import { collectFolder, latestOf, openCollectLog, readCells, spentOf } from './log.ts';
import { COLLECT_DEFAULTS, type CollectOptions, type CollectParts } from './options.ts';
import { type Plan, planOf } from './plan.ts';
import { type CollectRow, loadCollectRows } from './rows.ts';
import { collectScreen, estimateScreen } from './screen.ts';
import { gradingSheet } from './sheet.ts';
import { type CollectSummary, summaryOf } from './summary.ts';
import { readOldTable, writePrices, writeTable } from './table-files.ts';

export type CollectOutcome =
  | { kind: 'collected'; exitCode: 0 | 3 | 4; screen: string; summary: CollectSummary }
  | { kind: 'estimate'; exitCode: 0 | 2; screen: string };

/**
 * Asks every prompt of every model, grades the answers, and adds them to an outcome table. What was answered is in an append-only log
 * before it counts; the same command goes on from there and asks only what is missing.
 *
 * Exit codes: 0 done, 2 consent missing, 3 a model is down or too much was lost, 4 budget reached.
 *
 * @throws RouterError `options.invalid`, `dataset.invalid`, `eval.invalid`, `eval.locked`, `eval.interrupted`
 */
export async function collect(options: CollectOptions, parts: CollectParts): Promise<CollectOutcome> {
  const { files } = parts;
  refuseKin(parts);
  const rows = drawn(await loadCollectRows(options.dataFile, parts, options.skipBad ?? false, files), options);
  const old = await readOldTable(options.out, rows, files);
  const folder = collectFolder(options.out);
  const before = readCells(folder, files).cells;
  const plan = planNow(rows, latestOf(before), options, parts);
  const consent = askForMoney(plan, spentOf(before), options, parts);
  if (consent !== null) return consent;
  const log = openCollectLog(options.out, parts);
  try {
    const usdBefore = spentOf(log.all);
    const { skipped } = await askEverything(planNow(rows, log.known, options, parts), log, options, parts);
    const cells = cellsOf(rows, log.known, options, parts.answerers);
    writeTable(options.out, old, rows, cells, files);
    await writePrices(options.out, parts.answerers, files);
    if (options.signal?.aborted) throw interrupted(plan, skipped.length, folder);
    const judged = cells.filter(({ judge, state }) => judge !== null && state === 'ok');
    const correction = await correctBy(options, judged, rows, parts);
    const sheet = correction === null ? gradingSheet(rows, judged, options.seed ?? EVAL_DEFAULTS.seed) : null;
    // One that is there may hold hours of somebody's work.
    if (sheet !== null) files.createNew(join(folder, SHEET), sheet);
    const usd = usdOf(log.all, spentOf(log.all) - usdBefore);
    const summary = summaryOf({
      table: options.name ?? options.out,
      rows,
      answerers: parts.answerers,
      repeat: repeatOf(options),
      cells,
      skipped,
      usd,
      correction,
      sheet: sheet === null ? null : `${collectFolder(options.name ?? options.out)}/${SHEET}`,
    });
    files.write(join(folder, 'summary.json'), `${JSON.stringify(summary, null, 1)}\n`);
    return { kind: 'collected', exitCode: exitCodeOf(summary), screen: collectScreen(summary), summary };
  } finally {
    log.close();
  }
}

/** Where people grade: beside the log. */
const SHEET = 'to-grade.csv';

const repeatOf = ({ repeat }: CollectOptions): number => repeat ?? COLLECT_DEFAULTS.repeat;

/** A judge prefers its own words and those of its family. */
function refuseKin({ judge, answerers }: CollectParts): void {
  if (judge === null) return;
  const { id } = judge.absolute.answerer;
  const kin = kinOf(
    id,
    answerers.map((answerer) => answerer.id),
  );
  if (kin.length === 0) return;
  const message = `\`${id}\` may not judge ${kin.map((model) => `\`${model}\``).join(', ')}: a model prefers its own words and those of its family`;
  throw new RouterError('options.invalid', message, {
    where: '--judge',
    advice: 'name a judge of another family, or leave those models out',
  });
}

/** A seeded draw of rows, kept in the order of the file. */
function drawn(rows: CollectRow[], { limit, seed }: CollectOptions): CollectRow[] {
  if (limit === undefined || limit >= rows.length) return rows;
  const some = new Set(shuffled(rows, seededRandom(seed ?? EVAL_DEFAULTS.seed)).slice(0, limit));
  return rows.filter((row) => some.has(row));
}

function planNow(rows: readonly CollectRow[], known: ReadonlyMap<string, Cell>, options: CollectOptions, parts: CollectParts): Plan {
  const basis: CostBasis = {
    inputTokens: parts.inputTokens,
    maxOutputTokens: options.maxOutputTokens ?? COLLECT_DEFAULTS.maxOutputTokens,
    expectedOutputTokens: parts.expectedOutputTokens,
    measured: measuredOutput([...known.values()]),
  };
  const settings = { repeat: repeatOf(options), retryErrors: options.retryErrors ?? false, basis };
  return planOf(rows, parts.answerers, known, settings, collectFolder(options.out));
}

/** Answers enough to say how long a model's are. */
const ENOUGH_ANSWERS = 5;

function measuredOutput(cells: readonly Cell[]): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { model, tokens } of cells) {
    if (tokens?.output == null) continue;
    const { sum, count } = sums.get(model) ?? { sum: 0, count: 0 };
    sums.set(model, { sum: sum + tokens.output, count: count + 1 });
  }
  const enough = [...sums].filter(([, { count }]) => count >= ENOUGH_ANSWERS);
  return new Map(enough.map(([model, { sum, count }]) => [model, sum / count]));
}

/** Nothing is asked without a cap, unless nothing has a price; nothing is asked that cannot be priced, or not be reached. */
function askForMoney(plan: Plan, spentUsd: number, options: CollectOptions, parts: CollectParts): CollectOutcome | null {
  const asked = plan.prompts.flat();
  const judges = asked.some(({ row }) => row.judge !== null) && parts.judge !== null ? [parts.judge.absolute.answerer] : [];
  const used = [...parts.answerers.filter(({ id }) => asked.some(({ answerer }) => answerer.id === id)), ...judges];
  const unpriced = used.filter(({ price, keyless }) => !keyless && (price.input === null || price.output === null)).map(({ id }) => id);
  const missing = [...new Set(used.flatMap((answerer) => answerer.missing ?? []))];
  const free = used.every(({ price, keyless }) => keyless && price.input === null);
  const ready = unpriced.length === 0 && missing.length === 0 && (free || options.maxUsd !== undefined);
  if (!options.dryRun && (asked.length === 0 || ready)) return null;
  const needsCap = !free && options.maxUsd === undefined;
  const screen = estimateScreen({ plan, judge: judges[0]?.id ?? null, spentUsd, maxUsd: options.maxUsd, unpriced, missing, needsCap });
  return { kind: 'estimate', exitCode: options.dryRun ? 0 : 2, screen };
}

/** The latest line of each cell asked for, prompt by prompt. */
function cellsOf(
  rows: readonly CollectRow[],
  known: ReadonlyMap<string, Cell>,
  options: CollectOptions,
  answerers: readonly Answerer[],
): Cell[] {
  const repeats = Array.from({ length: repeatOf(options) }, (_, repeat) => repeat);
  return rows.flatMap(({ id }) =>
    answerers.flatMap((answerer) => repeats.flatMap((repeat) => known.get(cellKey({ id, model: answerer.id, repeat })) ?? [])),
  );
}

function usdOf(cells: readonly Cell[], thisRun: number): CollectSummary['usd'] {
  const judge = cells.reduce((sum, cell) => sum + (cell.judge?.usd ?? 0), 0);
  const unknown = cells.filter((cell) => cell.usd === null || cell.judge?.usd === null).length;
  return { thisRun, candidates: spentOf(cells) - judge, judge, unknown };
}

async function correctBy(
  { calibrationFile }: CollectOptions,
  cells: readonly Cell[],
  rows: readonly CollectRow[],
  { files }: CollectParts,
): Promise<Correction | null> {
  if (calibrationFile === undefined) return null;
  const judged = new Map(cells.map((cell) => [cellKey(cell), cell]));
  const grades = await loadHumanGrades(calibrationFile, judged, files);
  const pairs = new Set(rows.filter(({ judge }) => judge?.mode === 'pairwise').map(({ id }) => id));
  return correctionOf(grades, judged, ({ id }) => pairs.has(id));
}

function interrupted({ tasks }: Plan, left: number, folder: string): RouterError {
  return new RouterError('eval.interrupted', `interrupted after ${tasks - left} of ${tasks} answers, all of them kept in \`${folder}\``, {
    where: folder,
    advice: 'run the same command again: it goes on from there',
  });
}

/** Above this share of cells lost to the provider, the rest is no fair sample. */
const LOST = 0.01;

function exitCodeOf({ cells, models }: CollectSummary): 0 | 3 | 4 {
  if (cells.skipped_budget > 0) return 4;
  const tooMany = models.some(({ cells: own }) => own.provider_error > LOST * (own.ok + own.ungraded + own.provider_error));
  return tooMany ? 3 : 0;
}
