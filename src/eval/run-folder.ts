import { join } from 'node:path';
import { RouterError } from '../core/errors.ts';
import type { EvalParts, ProcessInfo } from './parts.ts';
import type { Predicted } from './predict.ts';
import { encodeRow, type LoggedRow, recoverLog } from './run-log.ts';

/** What a run rests on; two runs with the same identity give the same rows. */
export type Identity = Readonly<Record<string, unknown>>;

/** The beginning of every `manifest.json`. */
export type RunHead = {
  schemaVersion: 1;
  status: 'running' | 'partial' | 'complete';
  startedAt: string;
  identity: Identity;
  hash: string;
  /** Set when a run was continued although something had changed. */
  changed?: boolean;
};

/** An open run: what it has already, and where more goes. */
export type OpenRun = {
  folder: string;
  startedAt: string;
  /** Rows of an earlier attempt at the same run. */
  done: LoggedRow[];
  resumed: boolean;
  /** @param repeat which of several answers to the row; 0 for the first */
  log(classifier: string, row: Predicted, repeat?: number): void;
  /** A line of `events.jsonl`: what happened on the way, such as a retry. There is no such file when nothing did. */
  event(event: Readonly<Record<string, unknown>>): void;
  /** Lets go of the folder; the run stays resumable unless its manifest says complete. */
  close(): void;
};

const LOCK = 'lock';
const ROWS = 'rows.jsonl';

export type OpenOptions = {
  runsFolder: string;
  /** Part of the folder's name. */
  name: string;
  identity: Identity;
  hash: string;
  /** Continue this run folder, or fail if it was another run. */
  resume?: string;
  /** With `resume`: continue although something changed. */
  allowChanged?: boolean;
  /** The run may spend: it is refused while another process makes the same one, which would pay twice. @default false */
  paid?: boolean;
};

type Parts = Pick<EvalParts, 'files' | 'clock' | 'process'>;

/**
 * Opens a run folder: an unfinished run with the same identity is taken up again, else a new one begins. Of two paid ones that start at the
 * same time one begins, so that nothing is paid for twice.
 *
 * @throws RouterError `eval.locked` when another process has it or works on a paid run of the same identity, `eval.invalid` when a named run was another one, `state.invalid` when its rows are damaged
 */
export function openRun(options: OpenOptions, parts: Parts): OpenRun {
  if (options.resume !== undefined || options.paid !== true) return openFound(options, parts);
  // Held from the look around until the new folder has a lock and a manifest by which others find it.
  const door = join(options.runsFolder, `.starting-${options.hash}`);
  takeLockFile(door, (pid) => sameRunBy(pid, options.runsFolder), parts);
  try {
    return openFound(options, parts);
  } finally {
    releaseFile(door, parts);
  }
}

function openFound(options: OpenOptions, parts: Parts): OpenRun {
  const folder = options.resume ?? unfinishedRun(options, parts) ?? newFolder(options, parts);
  takeLock(folder, parts);
  try {
    return openLocked(folder, options, parts);
  } catch (error) {
    release(folder, parts);
    throw error;
  }
}

/** Locks this very process holds: its number alone would not tell, since numbers are used again after a restart. */
const HELD = new Set<string>();

export function release(folder: string, parts: Pick<Parts, 'files'>): void {
  releaseFile(join(folder, LOCK), parts);
}

function releaseFile(path: string, { files }: Pick<Parts, 'files'>): void {
  HELD.delete(path);
  files.remove(path);
}

function openLocked(folder: string, options: OpenOptions, { files, clock }: Parts): OpenRun {
  const head = headOf(folder, files);
  if (head !== null) refuseChanged(head, options);
  const rowsFile = join(folder, ROWS);
  const { rows: done, bytes } = files.exists(rowsFile) ? recoverLog(files.read(rowsFile), ROWS) : { rows: [], bytes: 0 };
  if (files.exists(rowsFile) && files.read(rowsFile).length > bytes) files.truncate(rowsFile, bytes);
  const startedAt = head?.startedAt ?? new Date(clock.now()).toISOString();
  const begun: RunHead = { schemaVersion: 1, status: 'running', startedAt, identity: options.identity, hash: options.hash };
  files.write(join(folder, 'manifest.json'), `${JSON.stringify(begun, null, 1)}\n`);
  const log = files.openLog(rowsFile);
  return {
    folder,
    startedAt,
    done,
    resumed: head !== null,
    log: (classifier, row, repeat) => append(log, encodeRow(classifier, row, repeat), folder),
    event: (event) => files.append(join(folder, 'events.jsonl'), JSON.stringify({ at: new Date(clock.now()).toISOString(), ...event })),
    close: () => {
      log.close();
      release(folder, { files });
    },
  };
}

/** A full disk or a vanished file stops the run at once: what was acknowledged before stays, and nothing later is. */
function append(log: { append(line: string): void }, line: string, folder: string): void {
  try {
    log.append(line);
  } catch (cause) {
    const why = (cause as Error).message;
    const advice = 'mend the disk and run the same command again: rows written so far are kept and not asked again';
    throw new RouterError('state.unavailable', `cannot write to \`${folder}\`: ${why}`, { where: folder, advice, cause });
  }
}

/**
 * The newest unfinished run of the same identity that nobody is working on.
 *
 * @throws RouterError `eval.locked` when somebody is working on one that is paid for
 */
function unfinishedRun({ runsFolder, hash, paid }: OpenOptions, { files, process }: Parts): string | null {
  for (const name of newestFirst(runsFolder, files)) {
    const folder = join(runsFolder, name);
    const head = headOf(folder, files);
    if (head === null || head.hash !== hash || head.status === 'complete') continue;
    const holder = lockHolder(join(folder, LOCK), files, process);
    if (holder === null) return folder;
    if (paid) throw sameRunBy(holder, folder);
  }
  return null;
}

/** Characters of a run's name that tell its second. */
const TO_THE_SECOND = '2026-11-21T091403Z'.length;

/** The names of a folder of runs, the newest first; runs of one second by what their manifests say. */
export function newestFirst(runsFolder: string, files: EvalParts['files']): string[] {
  const second = (name: string) => name.slice(0, TO_THE_SECOND);
  const startedAt = (name: string) => headOf(join(runsFolder, name), files)?.startedAt ?? '';
  const compared = (a: string, b: string) => (a === b ? 0 : a < b ? 1 : -1);
  return files.list(runsFolder).toSorted((a, b) => compared(second(a), second(b)) || compared(startedAt(a), startedAt(b)));
}

export function headOf(folder: string, files: EvalParts['files']): RunHead | null {
  const path = join(folder, 'manifest.json');
  if (!files.exists(path)) return null;
  try {
    return JSON.parse(Buffer.from(files.read(path)).toString('utf8')) as RunHead;
  } catch {
    return null;
  }
}

function refuseChanged(head: RunHead, { identity, hash, resume, allowChanged }: OpenOptions): void {
  if (head.hash === hash || allowChanged === true) return;
  const changed = Object.keys({ ...head.identity, ...identity }).filter(
    (key) => JSON.stringify(head.identity[key]) !== JSON.stringify(identity[key]),
  );
  const lines = changed.map((key) => `  ${key}: was ${JSON.stringify(head.identity[key])}, is ${JSON.stringify(identity[key])}`);
  throw new RouterError('eval.invalid', [`\`${resume ?? ''}\` was another run (${head.hash}, now ${hash}):`, ...lines].join('\n'), {
    advice: 'start a new run, or pass `--allow-changed`, which marks the report',
    where: '--resume',
  });
}

/** A folder named by time, what is evaluated and its hash; a second run within the same second gets a number. */
function newFolder({ runsFolder, name, hash }: OpenOptions, { files, clock }: Parts): string {
  const stamp = new Date(clock.now()).toISOString().replace(/[:]/g, '').replace(/\..*/, 'Z');
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 40);
  const base = join(runsFolder, `${stamp}-${safe}-${hash.slice(0, 4)}`);
  let folder = base;
  for (let count = 2; files.exists(folder); count++) folder = `${base}-${count}`;
  files.makeFolder(folder);
  return folder;
}

/** @throws RouterError `eval.locked` */
export function takeLock(folder: string, parts: Parts): void {
  takeLockFile(join(folder, LOCK), (pid) => lockedBy(pid, folder), parts);
}

function takeLockFile(path: string, refused: (pid: number) => RouterError, { files, process }: Parts): void {
  const mine = JSON.stringify({ pid: process.pid });
  for (let attempt = 0; attempt < 3; attempt++) {
    if (files.createNew(path, mine)) {
      HELD.add(path);
      return;
    }
    const holder = lockHolder(path, files, process);
    if (holder !== null) throw refused(holder);
    files.remove(path);
  }
  throw refused(0);
}

function lockedBy(pid: number, folder: string): RouterError {
  return new RouterError('eval.locked', `\`${folder}\` is being written by process ${pid}`, {
    where: folder,
    advice: 'wait for it, or stop it: a lock of a process that is gone is taken over',
    retryable: true,
  });
}

function sameRunBy(pid: number, folder: string): RouterError {
  return new RouterError('eval.locked', `the same run is being made by process ${pid} in \`${folder}\``, {
    where: folder,
    advice: 'wait for it and run the same command again, or start a second one beside it, which pays for itself, with another `--runs`',
    retryable: true,
  });
}

/** The living process that holds a lock; null when nobody does, or its holder is gone. */
function lockHolder(path: string, files: EvalParts['files'], { pid, isAlive }: ProcessInfo): number | null {
  if (!files.exists(path)) return null;
  try {
    const holder = (JSON.parse(Buffer.from(files.read(path)).toString('utf8')) as { pid: number }).pid;
    return holder === pid ? (HELD.has(path) ? pid : null) : isAlive(holder) ? holder : null;
  } catch {
    return null;
  }
}
