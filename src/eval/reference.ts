import { join } from 'node:path';
import { RouterError } from '../core/errors.ts';
import type { EvalFiles, GitReader, RunContext } from './parts.ts';
import { headOf, type Identity, newestFirst, type RunHead } from './run-folder.ts';
import type { ServedRow } from './served.ts';
import { damaged, readServed, readStored } from './stored.ts';
import { metricsIn, unfitRun } from './unfit.ts';
import { unfitRows } from './validity.ts';

/** An earlier run to compare with. */
export type Reference = {
  name: string;
  identity: Identity;
  hash: string;
  startedAt: string;
  served: ServedRow[];
  /** Why no gate may rest on it, such as lost rows; null when it is complete and valid. */
  unfit: string | null;
};

/** What two runs must have in common for a comparison to mean anything. */
const COMMON = ['dataset', 'table', 'rows', 'split', 'taxonomy', 'models', 'pair', 'prices'] as const;

/** Where references are looked for; without `git`, `git:REV` is refused. */
export type ReferencePlaces = { runsFolder: string; baselinesFolder: string; git?: GitReader };

/** The run a comparison is asked for, of the same rows as the current one. */
export type CurrentRun = { folder: string; name: string; identity: Identity; hash: string; startedAt: string };

/**
 * The reference of a comparison: `last` is the newest complete, valid run on the same rows, `blessed` the committed baseline, `git:REV` a run
 * made at that revision or else the baseline committed there, anything else a run folder.
 *
 * @throws RouterError `input.not-found` when there is none, `options.invalid` for a revision git does not know, `eval.invalid` when it was of other rows, labels, models or prices
 */
export function findReference(wanted: string, current: CurrentRun, places: ReferencePlaces, files: EvalFiles): Reference {
  if (wanted === 'blessed') return comparable(blessed(current.name, places, files), current);
  if (wanted.startsWith(AT_REVISION)) return comparable(atRevision(wanted, current, places, files), current);
  if (wanted !== 'last') return comparable(runAt(wanted, places, files), current);
  const last = lastRun(current, places, files);
  if (last !== null) return last;
  throw new RouterError('input.not-found', 'no earlier complete, valid run on the same rows', {
    where: '--compare last',
    advice:
      current.identity.prompt === undefined
        ? 'run it once without `--compare`, or name a run folder'
        : 'run it once without `--compare`; where the prompt was edited already, run its committed version first: `--prompt NAME@git:HEAD`',
  });
}

/** A prompt is compared with the one before it: a second run of the same one would tell nothing. Without another one, the newest run. */
function lastRun(current: CurrentRun, places: ReferencePlaces, files: EvalFiles): Reference | null {
  const { prompt, router } = current.identity;
  const another = (identity: Identity) =>
    identity.prompt !== undefined && identity.prompt !== prompt && kindOf(identity.router) === kindOf(router);
  const tuned = prompt === undefined ? null : newestRun(current, places, files, another);
  return tuned ?? newestRun(current, places, files, () => true);
}

/** `llm` of `llm:terse`. */
const kindOf = (router: unknown): string => String(router).split(':')[0] ?? '';

function newestRun(
  current: CurrentRun,
  { runsFolder }: ReferencePlaces,
  files: EvalFiles,
  accepts: (identity: Identity, context?: RunContext) => boolean,
): Reference | null {
  for (const name of newestFirst(runsFolder, files)) {
    const folder = join(runsFolder, name);
    if (folder === current.folder) continue;
    const head = headOf(folder, files);
    if (
      head?.status === 'complete' &&
      differing(head.identity, current.identity).length === 0 &&
      accepts(head.identity, (head as RunHead & { context?: RunContext }).context) &&
      files.exists(join(folder, 'served.jsonl'))
    ) {
      const reference = referenceOf(folder, head, files);
      if (reference.unfit === null) return reference;
    }
  }
  return null;
}

/** @throws RouterError `input.not-found` */
export function runAt(path: string, { runsFolder }: Pick<ReferencePlaces, 'runsFolder'>, files: EvalFiles): Reference {
  const folder = [path, join(runsFolder, path)].find((candidate) => files.exists(join(candidate, 'served.jsonl')));
  const head = folder === undefined ? null : headOf(folder, files);
  if (folder !== undefined && head !== null) return referenceOf(folder, head, files);
  throw new RouterError('input.not-found', `no complete run in \`${path}\``, {
    where: path,
    advice: 'name a folder of `.pointsman/runs` with a `served.jsonl`',
  });
}

function referenceOf(folder: string, head: RunHead, files: EvalFiles): Reference {
  const { identity, hash, startedAt } = head;
  const served = readServed(join(folder, 'served.jsonl'), files);
  return { name: folder, identity, hash, startedAt, served, unfit: unfitRun(head, metricsIn(folder, files), served) };
}

/** Run folders and baselines are filed under the data's own name. @example filedUnder({ dataset: 'mine.csv 7f3a' }) // => 'mine' */
export function filedUnder({ dataset, table }: Identity): string {
  const named = String(dataset ?? table ?? '').replace(/ [0-9a-f]+$/, '');
  return dataset === undefined ? named : named.replace(/\.(csv|jsonl?)(\.gz)?$/i, '').replace(/[^\p{L}\p{N}._-]+/gu, '-');
}

const baselineFile = (name: string, { baselinesFolder }: ReferencePlaces): string =>
  join(baselinesFolder, `${name.replace(/[^A-Za-z0-9._-]+/g, '-')}.json`);

function blessed(name: string, places: ReferencePlaces, files: EvalFiles): Reference {
  const path = baselineFile(name, places);
  if (files.exists(path)) return { ...baselineAt(path, files), name: `blessed ${name}` };
  throw new RouterError('input.not-found', `no blessed run of \`${name}\``, {
    where: path,
    advice: 'bless one with `pointsman eval --bless`',
  });
}

/** How a revision of git is written. */
export const AT_REVISION = 'git:';

/** The newest run on the same rows made at a commit with nothing changed since, else the baseline committed there. */
function atRevision(wanted: string, current: CurrentRun, places: ReferencePlaces, files: EvalFiles): Reference {
  const revision = wanted.slice(AT_REVISION.length);
  const commit = places.git?.commitOf(revision) ?? null;
  if (commit === null) {
    const advice = 'name a commit, a branch or a tag of the repository you are in, such as `git:main`';
    throw new RouterError('options.invalid', `git knows no revision \`${revision.slice(0, 100)}\` here`, { where: wanted, advice });
  }
  const made = newestRun(current, places, files, (_, context) => context?.git?.commit === commit && !context.git.dirty);
  if (made !== null) return made;
  const path = baselineFile(current.name, places);
  const text = places.git?.textAt(commit, path) ?? null;
  if (text !== null) return { ...baselineOf(text, `${wanted}:${path}`), name: `blessed ${current.name} of ${wanted}` };
  const message = `neither a complete, valid run on the same rows made at ${commit.slice(0, 12)} with nothing uncommitted, nor \`${path}\` committed there`;
  const advice = 'evaluate in a worktree of it (`git worktree add`) with the same `--runs`, or bless a run and commit it';
  throw new RouterError('input.not-found', message, { where: wanted, advice });
}

function baselineOf(text: string, where: string): Reference {
  return baselineAt(where, { read: () => Buffer.from(text) });
}

function baselineAt(path: string, files: Pick<EvalFiles, 'read'>): Reference {
  const stored = readStored(path, files) as Partial<Reference> | null;
  if (!Array.isArray(stored?.served) || typeof stored.identity !== 'object' || typeof stored.hash !== 'string') throw damaged(path);
  return { ...(stored as Reference), unfit: unfitRows(stored.served) };
}

/** Makes a run the committed baseline of its dataset or table; texts and other routes are left out. */
export function blessRun(current: CurrentRun, served: readonly ServedRow[], places: ReferencePlaces, files: EvalFiles): string {
  const path = baselineFile(current.name, places);
  const { name, identity, hash, startedAt } = current;
  const rows = served
    .map(({ reference: _, implied: __, impliedRoute: ___, ...row }) => `  ${JSON.stringify({ ...row, text: '' })}`)
    .join(',\n');
  const head = JSON.stringify({ name, identity, hash, startedAt }, null, 1).slice(0, -2);
  files.write(path, `${head},\n "served": [\n${rows}\n ]\n}\n`);
  return path;
}

function comparable(reference: Reference, current: CurrentRun): Reference {
  const keys = differing(reference.identity, current.identity);
  if (keys.length === 0) return reference;
  const lines = keys.map((key) => `  ${key}: was ${JSON.stringify(reference.identity[key])}, is ${JSON.stringify(current.identity[key])}`);
  throw new RouterError('eval.invalid', [`\`${reference.name}\` cannot be compared:`, ...lines].join('\n'), {
    where: '--compare',
    advice: 'compare runs on the same rows, labels, models and prices, or run the reference again',
  });
}

/** Whether two runs were on the same rows, labels, models and prices. */
export function comparableIdentities(one: Identity, other: Identity): boolean {
  return differing(one, other).length === 0;
}

function differing(one: Identity, other: Identity): string[] {
  return COMMON.filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]));
}

/** What changed between two comparable runs: classifiers, prompts, policy, seed. */
export function changedBetween(one: Identity, other: Identity): string[] {
  const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return keys.filter((key) => !(COMMON as readonly string[]).includes(key) && JSON.stringify(one[key]) !== JSON.stringify(other[key]));
}
