import { join } from 'node:path';
import { canonicalJson } from '../core/canonical.ts';
import { RouterError } from '../core/errors.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import type { Dataset, DatasetRow } from './dataset.ts';
import { shortHash } from './load.ts';
import type { Manifest } from './manifest.ts';
import type { EvalOptions } from './options.ts';
import type { EvalClassifier, EvalFiles } from './parts.ts';
import { promptCopy } from './predict-run.ts';
import { headOf } from './run-folder.ts';
import { type LoggedRow, recoverLog } from './run-log.ts';
import { shownText } from './served.ts';
import { readServed } from './stored.ts';

/** A run to be judged anew: who answered, what was said, and the rows of the set that have every answer. */
export type Regrading = {
  classifiers: EvalClassifier[];
  options: Pick<EvalOptions, 'replay' | 'router' | 'repeat' | 'seed' | 'replicates'>;
  /** Rows of the set that the run has no answers to, and are left out. */
  left: number;
};

/**
 * The answers of a run on labelled requests, to be held against gold labels as they are now: nobody is asked. Texts are compared by what
 * the run kept of them, their first 300 characters.
 *
 * @throws RouterError `eval.invalid` for another kind of run, another taxonomy, changed texts, or when no row has answers
 */
export function regradingOf(folder: string, dataset: Dataset, taxonomy: Taxonomy, files: EvalFiles): Regrading {
  const manifest = headOf(folder, files) as Manifest | null;
  const rowsFile = join(folder, 'rows.jsonl');
  if (manifest?.dataset === undefined || !files.exists(rowsFile))
    throw unusable(folder, 'is no finished run on labelled requests', 'evaluate again: remembered answers cost nothing');
  if (manifest.identity.taxonomy !== shortHash(canonicalJson(taxonomy)))
    throw unusable(folder, 'was made with other axes or values', 'name its project with `--project`, or evaluate again');
  refuseChangedTexts(folder, dataset.rows, files);
  const replay = recoverLog(files.read(rowsFile), rowsFile).rows;
  const { repeat, seed, replicates } = manifest.identity as Partial<Record<string, number>>;
  const classifiers = classifiersOf(manifest, replay, folder, files);
  const answered = new Set(dataset.rows.filter(({ id }) => hasAll(id, classifiers, replayed(replay), repeat ?? 1)).map(({ id }) => id));
  if (answered.size === 0)
    throw unusable(
      folder,
      `has no answer to any row of \`${dataset.name}\``,
      'give the file it was made on, its labels mended, with `--data FILE`',
    );
  const options = {
    replay: replay.filter(({ id }) => answered.has(id)),
    router: manifest.router,
    ...(repeat === undefined ? {} : { repeat }),
    ...(seed === undefined ? {} : { seed }),
    ...(replicates === undefined ? {} : { replicates }),
  };
  return { classifiers, options, left: dataset.rows.length - answered.size };
}

const keyOf = (classifier: string, id: string, repeat: number): string => JSON.stringify([classifier, id, repeat]);

const replayed = (rows: readonly LoggedRow[]): ReadonlySet<string> =>
  new Set(rows.map(({ classifier, id, repeat }) => keyOf(classifier, id, repeat)));

function hasAll(id: string, classifiers: readonly EvalClassifier[], has: ReadonlySet<string>, repeat: number): boolean {
  return classifiers.every(({ name, paid }) =>
    Array.from({ length: paid === undefined ? 1 : repeat }, (_, at) => at).every((at) => has.has(keyOf(name, id, at))),
  );
}

/** An answer belongs to the text it was given to. */
function refuseChangedTexts(folder: string, rows: readonly DatasetRow[], files: EvalFiles): void {
  const path = join(folder, 'served.jsonl');
  const asked = new Map((files.exists(path) ? readServed(path, files) : []).map(({ id, text }) => [id, text]));
  const changed = rows.filter(({ id, request }) => asked.has(id) && asked.get(id) !== shownText(request)).map(({ id }) => `\`${id}\``);
  if (changed.length === 0) return;
  const some = `${changed.slice(0, 3).join(', ')}${changed.length > 3 ? ' …' : ''}`;
  throw unusable(
    folder,
    `was asked other texts: ${changed.length} row(s) differ (${some})`,
    'evaluate again: only what changed is asked anew',
  );
}

/** Those who answered, as far as a run needs them: they are never asked. */
function classifiersOf(manifest: Manifest, replay: readonly LoggedRow[], folder: string, files: EvalFiles): EvalClassifier[] {
  const named = Array.isArray(manifest.identity.classifiers) ? manifest.identity.classifiers.map(String) : [];
  return manifest.classifiers.map(({ name, promptHash }) => {
    const version = named.find((each) => each.startsWith(`${name} `))?.slice(name.length + 1);
    const model = replay.find((row) => row.classifier === name && row.model !== null)?.model ?? null;
    const prompt = promptHash === null ? null : promptIn(folder, promptHash, files);
    return {
      name,
      classify: () => Promise.reject(unusable(folder, 'lacks an answer', 'evaluate again')),
      ...(version === undefined ? {} : { version }),
      ...(prompt === null ? {} : { prompt }),
      ...(model === null ? {} : { paid: { model, estimateUsd: () => 0, isRemembered: () => true, missing: null } }),
    };
  });
}

/** Without the prompt its few-shots could not be kept out of the rows. */
function promptIn(folder: string, hash: string, files: EvalFiles): NonNullable<EvalClassifier['prompt']> {
  const copy = promptCopy(folder, hash);
  if (files.exists(copy)) return { name: hash, hash, text: Buffer.from(files.read(copy)).toString('utf8') };
  throw unusable(folder, 'has lost its copy of the prompt', 'evaluate again: remembered answers cost nothing');
}

const unusable = (folder: string, what: string, advice: string): RouterError =>
  new RouterError('eval.invalid', `\`${folder}\` ${what}`, { where: folder, advice });
