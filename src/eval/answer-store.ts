import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { canonicalJson } from '../core/canonical.ts';
import { RouterError } from '../core/errors.ts';
import type { TokenUsage } from '../core/label.ts';
import { nearestText, shortened } from './nearest.ts';
import type { EvalFiles } from './parts.ts';

/**
 * `use` reads and writes, `refresh` asks anew and writes, `off` does neither, `only` never asks: a miss is an error, so that a build
 * without a key cannot spend or guess.
 */
export type CacheMode = 'use' | 'refresh' | 'off' | 'only';

export type CacheOptions = {
  mode: CacheMode;
  /** Where answers lie, by content. */
  folder: string;
  /** Keeps secrets out of what is written. Default: nothing is redacted, nothing refused. */
  guard?: { redact(text: string): string; holdsSecret(text: string): boolean };
  /** Told of an answer that was not written, since it looks as if it held a secret. */
  onRefused?: (about: string) => void;
};

/** What an answer depends on. Anything JSON can hold; keys may come in any order. */
export type Question = {
  /** Who is asked, with a hash of what the answer rests on beside the question: prompt, model, schema, sampling. */
  who: Readonly<Record<string, unknown>>;
  /** What is asked. */
  what: unknown;
  /** Which of several answers to the same question: repeats are different answers, not one answer counted again. @default 0 */
  repeat?: number;
  /** False for a remembered answer of an older kind, that is then asked for anew. @default all are */
  usable?(raw: unknown): boolean;
};

/** An answer as it was given, with what it cost and took at that time. */
export type Answer<T = unknown> = {
  /** The answer itself; must survive JSON. */
  raw: T;
  /** The model that says it answered. */
  model: string | null;
  usage: TokenUsage | null;
  /** List price of the call, dollars; null when unknown. */
  usd: number | null;
  latencyMs: number | null;
};

/** `cached` is true for an answer that was remembered: it costs nothing now, and its latency is of the day it was given. */
export type Remembered<T> = Answer<T> & { cached: boolean };

/** Answers kept on disk by content: same question, same answer, no call. Errors are never kept. */
export type AnswerStore = {
  readonly mode: CacheMode;
  /** True when `ask` would not call, so that no money need be put aside. */
  has(question: Question): boolean;
  /**
   * The remembered answer, else that of `call`. Equal questions asked at the same time share one call.
   *
   * @param about what the question is of, for errors, such as a row's id
   * @throws RouterError `cache.miss` in mode `only`; whatever `call` throws
   */
  ask<T>(question: Question, call: () => Promise<Answer<T>>, about: string): Promise<Remembered<T>>;
};

/** `what` is the beginning of the question with secrets out: for people, and to say what changed; the key is made of the whole. */
export type Entry = Answer & { v: 1; who: Question['who']; what: unknown; repeat: number };

/** Entries that were looked for and are about to be asked for: read once, not twice. */
const MOST_READY = 256;

/** Finding entries, those just looked for kept for the moment. */
function lookup({ mode, folder }: CacheOptions, files: EvalFiles) {
  const ready = new Map<string, Entry>();
  const read = (question: Question) => {
    const entry = mode === 'refresh' || mode === 'off' ? null : readEntry(pathOf(folder, keyOf(question)), files);
    return entry !== null && question.usable?.(entry.raw) === false ? null : entry;
  };
  return {
    has(question: Question): boolean {
      if (mode === 'only' || ready.has(keyOf(question))) return true;
      const entry = read(question);
      if (ready.size >= MOST_READY) ready.clear();
      if (entry !== null) ready.set(keyOf(question), entry);
      return entry !== null;
    },
    known(question: Question): Entry | null {
      const entry = ready.get(keyOf(question)) ?? read(question);
      ready.delete(keyOf(question));
      return entry;
    },
  };
}

export function answerStore(options: CacheOptions, files: EvalFiles): AnswerStore {
  const { mode } = options;
  const pending = new Map<string, Promise<Answer>>();
  const { has, known } = lookup(options, files);
  const fresh = async (question: Question, call: () => Promise<Answer>, about: string): Promise<Answer> => {
    const answer = await call();
    writeEntry(question, answer, about, options, files);
    return answer;
  };
  return {
    mode,
    has,
    async ask<T>(question: Question, call: () => Promise<Answer<T>>, about: string): Promise<Remembered<T>> {
      if (mode === 'off') return { ...(await call()), cached: false };
      const entry = known(question);
      if (entry !== null) return remembered<T>(entry);
      if (mode === 'only') throw missing(question, about, options, files);
      const key = keyOf(question);
      const shared = pending.get(key);
      if (shared !== undefined) return remembered<T>(await shared);
      const asked = fresh(question, call, about).finally(() => pending.delete(key));
      pending.set(key, asked);
      return { ...((await asked) as Answer<T>), cached: false };
    },
  };
}

/**
 * Answers that could not be kept would be paid for and lost: the folder is tried before anybody is asked.
 *
 * @throws RouterError `output.unwritable`
 */
export function requireKept({ mode, folder }: Pick<CacheOptions, 'mode' | 'folder'>, files: EvalFiles): void {
  if (mode === 'off' || mode === 'only') return;
  files.makeFolder(folder);
  const trial = join(folder, '.trial');
  files.createNew(trial, '');
  files.remove(trial);
}

function writeEntry(question: Question, answer: Answer, about: string, { folder, guard, onRefused }: CacheOptions, files: EvalFiles): void {
  const { who, repeat = 0 } = question;
  const entry: Entry = { v: 1, who, repeat, what: shortened(question.what, guard?.redact ?? ((text) => text)), ...answer };
  const text = JSON.stringify(entry);
  if (guard?.holdsSecret(text)) onRefused?.(about);
  else files.write(pathOf(folder, keyOf(question)), `${text}\n`, { flush: false });
}

function remembered<T>({ raw, model, usage, usd, latencyMs }: Answer): Remembered<T> {
  return { raw: raw as T, model, usage, usd, latencyMs, cached: true };
}

/** Keys of questions already hashed. */
const KEYS = new WeakMap<Question, string>();

function keyOf(question: Question): string {
  const hashed = KEYS.get(question);
  if (hashed !== undefined) return hashed;
  const { who, what, repeat = 0 } = question;
  const key = createHash('sha256')
    .update(canonicalJson({ v: 1, who, what, repeat }))
    .digest('hex');
  KEYS.set(question, key);
  return key;
}

const pathOf = (folder: string, key: string): string => join(folder, key.slice(0, 2), `${key}.json`);

/** A damaged entry is no entry. */
function readEntry(path: string, files: EvalFiles): Entry | null {
  return files.exists(path) ? entryOf(files.read(path)) : null;
}

function entryOf(content: Uint8Array): Entry | null {
  try {
    const entry = JSON.parse(Buffer.from(content).toString('utf8')) as Entry;
    return entry.v === 1 && entry.raw !== undefined ? entry : null;
  } catch {
    return null;
  }
}

function missing(question: Question, about: string, { folder, guard }: CacheOptions, files: EvalFiles): RouterError {
  const whom = String(question.who.classifier ?? question.who.model ?? 'whom it asked');
  const what = shortened(question.what, guard?.redact ?? ((text) => text));
  const nearest = nearestText({ ...question, what }, entriesIn(folder, files));
  return new RouterError('cache.miss', `no remembered answer of \`${whom}\` for \`${about.slice(0, 100)}\`\n${nearest}`, {
    where: '--cache only',
    advice: 'nobody is asked under `--cache only` (the rule where CI is set): record with `--cache use`, or restore the recording',
  });
}

/** Entries looked through for the nearest one: enough to say what changed. */
const MOST_ENTRIES = 5_000;

function entriesIn(folder: string, files: EvalFiles): Entry[] {
  return pathsIn(folder, files)
    .slice(0, MOST_ENTRIES)
    .flatMap((path) => readEntry(path, files) ?? []);
}

/** Answers lie in folders of two hexadecimal digits; whatever else is there is none. */
function pathsIn(folder: string, files: EvalFiles): string[] {
  const parts = files.list(folder).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const names = (part: string) => files.list(join(folder, part)).filter((name) => name.endsWith('.json'));
  return parts.flatMap((part) => names(part).map((name) => join(folder, part, name)));
}

/** Every answer kept in a folder with the bytes it takes; the entry of a damaged one is null. */
export function* keptAnswers(folder: string, files: EvalFiles): Generator<{ entry: Entry | null; bytes: number }> {
  for (const path of pathsIn(folder, files)) {
    const content = files.read(path);
    yield { entry: entryOf(content), bytes: content.length };
  }
}
