import { join } from 'node:path';
import { RouterError } from '../core/errors.ts';
import type { CacheOptions } from './answer-store.ts';
import { EVAL_DEFAULTS } from './options.ts';
import type { PaceEvent } from './pace.ts';
import type { EvalClassifier, EvalParts } from './parts.ts';
import { type AskedRow, type Predicted, type PredictResult, predictAll } from './predict.ts';
import { rememberingAll } from './remember.ts';
import type { OpenRun } from './run-folder.ts';
import type { LoggedRow } from './run-log.ts';

export type PredictRunOptions = {
  /** How remembered answers of paid classifiers are used. Default: not at all. */
  cache?: CacheOptions;
  /** Tries again after a failure that may pass. @default 4 */
  retries?: number;
  jobs?: number;
  maxUsd?: number;
  /** Answers of paid classifiers to each row. @default 1 */
  repeat?: number;
  /** Ask again for rows an earlier attempt lost to the provider. @default false */
  retryErrors?: boolean;
  /** Answers of an earlier run, taken in place of asking. */
  replay?: readonly LoggedRow[];
  signal?: AbortSignal;
};

/**
 * Labels of every row by every classifier: rows an earlier attempt has are taken from the log, the others asked and logged one by one.
 *
 * @throws RouterError `eval.interrupted` when the signal fired; what was answered is kept
 */
export async function predictEvery(
  rows: readonly AskedRow[],
  run: OpenRun,
  options: PredictRunOptions,
  parts: Pick<EvalParts, 'classifiers' | 'clock' | 'progress' | 'warn' | 'files' | 'sleep' | 'taxonomy' | 'context'>,
): Promise<Map<string, PredictResult>> {
  const { cache, repeat = 1, retryErrors = false, signal } = options;
  keepPrompts(run.folder, parts);
  const rounds = new Map<string, PredictResult[]>(parts.classifiers.map(({ name }) => [name, []]));
  const all = rows.length * parts.classifiers.reduce((sum, { paid }) => sum + (paid === undefined ? 1 : repeat), 0);
  const state = { finished: 0, spentUsd: 0 };
  const onRefused = (about: string) => run.event({ event: 'not-remembered', about, why: 'the answer looks as if it held a secret' });
  for (let at = 0; at < repeat; at++) {
    for (const classifier of rememberingAll(cache, parts, onRefused, at)) {
      if (at > 0 && classifier.paid === undefined) continue;
      const known = knownRows(run, classifier.name, at, retryErrors);
      takeOver(options.replay ?? [], known, rows, classifier.name, at, run);
      state.finished += known.size;
      const onRow = (row: Predicted) => {
        run.log(classifier.name, row, at);
        state.finished++;
        parts.progress?.(state.finished, all, classifier.name);
      };
      // One cap for the whole run: what earlier classifiers and earlier attempts have spent counts too.
      state.spentUsd += spentOn(classifier, known);
      const asked = rows.filter(({ id }) => !known.has(id));
      const calls = {
        ...callOptions(classifier, options, parts),
        spentUsd: state.spentUsd,
        onRow,
        onEvent: teller(classifier.name, run, parts),
      };
      const fresh = await predictAll(classifier, asked, calls);
      state.spentUsd += fresh.spentUsd;
      if (signal?.aborted) throw interrupted(state.finished, all, run.folder);
      rounds.get(classifier.name)?.push(merged(rows, known, fresh));
    }
  }
  return new Map([...rounds].map(([name, results]) => [name, withOthers(results)]));
}

/** Several answers to each row as one: the first that came, what they cost on average, and the others beside it. */
function withOthers(results: readonly PredictResult[]): PredictResult {
  const [first, ...more] = results;
  if (first === undefined || more.length === 0) return first ?? { rows: [], spentUsd: 0 };
  const rows = first.rows.map((_, index): Predicted => {
    const answers = results.flatMap((result) => result.rows[index] ?? []);
    const chosen = answers.find(({ state }) => state === 'ok' || state === 'parse_failed') ?? (answers[0] as Predicted);
    const usd = answers.filter(({ state }) => state === 'ok').map((answer) => answer.usd);
    const mean = usd.length === 0 || usd.includes(null) ? chosen.usd : usd.reduce<number>((sum, each) => sum + (each ?? 0), 0) / usd.length;
    return { ...chosen, usd: mean, others: answers.filter((answer) => answer !== chosen) };
  });
  return { rows, spentUsd: results.reduce((sum, { spentUsd }) => sum + spentUsd, 0) };
}

/** Writes down what happened on the way; the first row that is given up is told at once. */
function teller(name: string, run: OpenRun, { warn }: Pick<EvalParts, 'warn'>): (event: PaceEvent) => void {
  let warned = false;
  return (event) => {
    run.event({ classifier: name, ...event });
    if (event.event !== 'gave-up' || warned) return;
    warned = true;
    warn?.(`${name} gave up on a row after ${event.attempt + 1} tries: ${event.why}\n`);
  };
}

/** Exact copies of the prompts, under their versions: a report without them could not say what was asked. */
function keepPrompts(folder: string, { classifiers, files }: Pick<EvalParts, 'classifiers' | 'files'>): void {
  for (const { prompt } of classifiers) {
    if (prompt === undefined) continue;
    const path = promptCopy(folder, prompt.hash);
    if (!files.exists(path)) files.write(path, prompt.text);
  }
}

/** Where a run keeps the prompt of a version. */
export const promptCopy = (folder: string, hash: string): string => join(folder, 'prompts', `${hash}.md`);

function knownRows({ done }: OpenRun, name: string, at: number, retryErrors: boolean): Map<string, Predicted> {
  const known = new Map<string, Predicted>();
  for (const { classifier, repeat, ...row } of done) {
    if (classifier !== name || repeat !== at) continue;
    if (row.state === 'provider_error' && retryErrors) known.delete(row.id);
    else known.set(row.id, row);
  }
  return known;
}

/** Answers of an earlier run become rows of this one; what a model gave then counts as remembered. */
function takeOver(
  replay: readonly LoggedRow[],
  known: Map<string, Predicted>,
  rows: readonly AskedRow[],
  name: string,
  at: number,
  run: OpenRun,
): void {
  const wanted = new Set(rows.map(({ id }) => id));
  for (const { classifier, repeat, ...row } of replay) {
    if (classifier !== name || repeat !== at || !wanted.has(row.id) || known.has(row.id)) continue;
    const taken = { ...row, cached: row.cached || row.model !== null };
    run.log(name, taken, at);
    known.set(row.id, taken);
  }
}

function spentOn({ paid }: EvalClassifier, known: ReadonlyMap<string, Predicted>): number {
  if (paid === undefined) return 0;
  return [...known.values()].reduce((sum, { usd, cached }) => sum + (cached ? 0 : (usd ?? 0)), 0);
}

function callOptions(
  { paid }: EvalClassifier,
  { jobs, maxUsd, retries, signal }: PredictRunOptions,
  { clock, sleep }: Pick<EvalParts, 'clock' | 'sleep'>,
) {
  return {
    clock,
    ...(sleep === undefined ? {} : { sleep }),
    jobs: paid === undefined ? 1 : (jobs ?? EVAL_DEFAULTS.jobs),
    ...(retries === undefined ? {} : { retries }),
    ...(maxUsd === undefined ? {} : { maxUsd }),
    ...(signal === undefined ? {} : { signal }),
  };
}

function merged(rows: readonly AskedRow[], known: ReadonlyMap<string, Predicted>, fresh: PredictResult): PredictResult {
  let next = 0;
  const all = rows.map(({ id }) => known.get(id) ?? (fresh.rows[next++] as Predicted));
  return { ...fresh, rows: all };
}

function interrupted(finished: number, all: number, folder: string): RouterError {
  return new RouterError('eval.interrupted', `interrupted after ${finished} of ${all} labels, all of them kept in \`${folder}\``, {
    where: folder,
    advice: 'run the same command again to go on from there',
  });
}
