import { canonicalJson } from '../core/canonical.ts';
import { RouterError } from '../core/errors.ts';
import { cachedAnswers } from './answer-cache.ts';
import { answerStore, type CacheOptions } from './answer-store.ts';
import { shortHash } from './load.ts';
import { EVAL_DEFAULTS } from './options.ts';
import type { EvalClassifier, EvalParts } from './parts.ts';
import { type AskedRow, type Predicted, type PredictResult, predictAll } from './predict.ts';
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
  parts: Pick<EvalParts, 'classifiers' | 'clock' | 'progress' | 'files' | 'sleep' | 'taxonomy' | 'context'>,
): Promise<Map<string, PredictResult>> {
  const results = new Map<string, PredictResult>();
  const all = rows.length * parts.classifiers.length;
  const store = options.cache === undefined ? null : answerStore(options.cache, parts.files);
  const basis = basisOf(parts);
  let finished = 0;
  for (const classifier of parts.classifiers) {
    const known = knownRows(run, classifier.name, options.retryErrors ?? false);
    finished += known.size;
    const onRow = (row: Predicted) => {
      run.log(classifier.name, row);
      finished++;
      parts.progress?.(finished, all, classifier.name);
    };
    const asked = rows.filter(({ id }) => !known.has(id));
    const asking =
      store === null || classifier.paid === undefined ? classifier : cachedAnswers(classifier, store, { clock: parts.clock, basis });
    const sleep = parts.sleep === undefined ? {} : { sleep: parts.sleep };
    const fresh = await predictAll(asking, asked, { clock: parts.clock, onRow, ...sleep, ...callOptions(classifier, known, options) });
    if (options.signal?.aborted) throw interrupted(finished, all, run.folder);
    results.set(classifier.name, merged(rows, known, fresh));
  }
  return results;
}

/** What every answer rests on beside its classifier: another taxonomy or another release may read the same words otherwise. */
function basisOf({ taxonomy, context }: Pick<EvalParts, 'taxonomy' | 'context'>): Record<string, unknown> {
  return { taxonomy: shortHash(canonicalJson(taxonomy)), release: context.versions.pointsman };
}

function knownRows({ done }: OpenRun, name: string, retryErrors: boolean): Map<string, Predicted> {
  const known = new Map<string, Predicted>();
  for (const { classifier, ...row } of done) {
    if (classifier !== name) continue;
    if (row.state === 'provider_error' && retryErrors) known.delete(row.id);
    else known.set(row.id, row);
  }
  return known;
}

function callOptions(
  { paid }: EvalClassifier,
  known: ReadonlyMap<string, Predicted>,
  { jobs, maxUsd, retries, signal }: PredictRunOptions,
) {
  let spentUsd = 0;
  if (paid !== undefined) for (const { usd, cached } of known.values()) spentUsd += cached ? 0 : (usd ?? 0);
  return {
    jobs: paid === undefined ? 1 : (jobs ?? EVAL_DEFAULTS.jobs),
    spentUsd,
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
