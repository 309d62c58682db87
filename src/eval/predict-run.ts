import { join } from 'node:path';
import { RouterError } from '../core/errors.ts';
import type { CacheOptions } from './answer-store.ts';
import { EVAL_DEFAULTS } from './options.ts';
import type { PaceEvent } from './pace.ts';
import type { EvalClassifier, EvalParts } from './parts.ts';
import { type AskedRow, type Predicted, type PredictResult, predictAll } from './predict.ts';
import { rememberingAll } from './remember.ts';
import type { OpenRun } from './run-folder.ts';

export type PredictRunOptions = {
  /** How remembered answers of paid classifiers are used. Default: not at all. */
  cache?: CacheOptions;
  /** Tries again after a failure that may pass. @default 4 */
  retries?: number;
  jobs?: number;
  maxUsd?: number;
  /** Ask again for rows an earlier attempt lost to the provider. @default false */
  retryErrors?: boolean;
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
  const results = new Map<string, PredictResult>();
  keepPrompts(run.folder, parts);
  const all = rows.length * parts.classifiers.length;
  let finished = 0;
  let spentUsd = 0;
  const onRefused = (about: string) => run.event({ event: 'not-remembered', about, why: 'the answer looks as if it held a secret' });
  for (const classifier of rememberingAll(options.cache, parts, onRefused)) {
    const known = knownRows(run, classifier.name, options.retryErrors ?? false);
    finished += known.size;
    const onRow = (row: Predicted) => {
      run.log(classifier.name, row);
      finished++;
      parts.progress?.(finished, all, classifier.name);
    };
    let warned = false;
    const onEvent = (event: PaceEvent) => {
      run.event({ classifier: classifier.name, ...event });
      if (event.event !== 'gave-up' || warned) return;
      warned = true;
      parts.warn?.(`${classifier.name} gave up on a row after ${event.attempt + 1} tries: ${event.why}\n`);
    };
    const asked = rows.filter(({ id }) => !known.has(id));
    const sleep = parts.sleep === undefined ? {} : { sleep: parts.sleep };
    // One cap for the whole run: what earlier classifiers and earlier attempts have spent counts too.
    spentUsd += spentOn(classifier, known);
    const calls = { ...callOptions(classifier, options), spentUsd };
    const fresh = await predictAll(classifier, asked, { clock: parts.clock, onRow, onEvent, ...sleep, ...calls });
    spentUsd += fresh.spentUsd;
    if (options.signal?.aborted) throw interrupted(finished, all, run.folder);
    results.set(classifier.name, merged(rows, known, fresh));
  }
  return results;
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

function knownRows({ done }: OpenRun, name: string, retryErrors: boolean): Map<string, Predicted> {
  const known = new Map<string, Predicted>();
  for (const { classifier, ...row } of done) {
    if (classifier !== name) continue;
    if (row.state === 'provider_error' && retryErrors) known.delete(row.id);
    else known.set(row.id, row);
  }
  return known;
}

function spentOn({ paid }: EvalClassifier, known: ReadonlyMap<string, Predicted>): number {
  if (paid === undefined) return 0;
  return [...known.values()].reduce((sum, { usd, cached }) => sum + (cached ? 0 : (usd ?? 0)), 0);
}

function callOptions({ paid }: EvalClassifier, { jobs, maxUsd, retries, signal }: PredictRunOptions) {
  return {
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
