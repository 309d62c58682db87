import type { Problem } from '../../../core/errors.ts';
import type { BadRow, RowsOptions } from '../../rows-raw.ts';
import type { Bytes } from '../../rows-text.ts';

/** One question of an outcome table. */
export type ImportedPrompt = { id: string; prompt: string; category: string | null };

/** What one model did with it: quality 0..1; null is unknown, never 0. */
export type ImportedOutcome = {
  id: string;
  model: string;
  quality: number;
  inputTokens: number | null;
  outputTokens: number | null;
  usd: number | null;
};

export type ImportBatch = { prompts: ImportedPrompt[]; outcomes: ImportedOutcome[] };

/** A file of somebody else's results, as a stream. */
export type ImportSource = { name: string; bytes: Bytes };

/** What a format's reader tells beside its rows. */
export type ImportNotes = {
  /** Something that cannot be right: the import fails, or leaves it out on request. */
  bad(problem: Problem): void;
  /** Something rightly left out or left unknown, counted by its reason. */
  leave(reason: string, count?: number): void;
};

export type ImportFormat = {
  /** Whether rows may hold dollars: the table then has a column `usd`. */
  usd: boolean;
  /** A reader for one import; what it remembers spans all its files. */
  open(options: { models?: readonly string[] }): (source: ImportSource, notes: ImportNotes) => AsyncGenerator<ImportBatch>;
};

export const emptyBatch = (): ImportBatch => ({ prompts: [], outcomes: [] });

/** Rows that cannot be read become problems with their line. */
export function rowsOptions({ name }: ImportSource, notes: ImportNotes): RowsOptions {
  return { name, onBad: ({ line, message }: BadRow) => notes.bad({ where: `${name}:${line}`, message }) };
}

/** File name without folders and endings. @example stemOf('eval/mmlu_anatomy.csv.gz') // => 'mmlu_anatomy' */
export function stemOf(name: string): string {
  const file = name.split(/[\\/]/).at(-1) ?? name;
  return file.replace(/\.gz$/i, '').replace(/\.[^.]+$/, '');
}

/** Why a score is left out without being a fault. */
export const NO_ANSWER = 'no score';

/**
 * A score in a cell or field: true and false are 1 and 0, blank is no answer (null); a text says what is wrong.
 *
 * @example scoreOf('True') // => 1
 */
export function scoreOf(value: unknown): number | null | string {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return value ? 1 : 0;
  const text = String(value).trim();
  if (text === '' || /^nan$/i.test(text)) return null;
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? 1 : 0;
  const score = typeof value === 'object' ? Number.NaN : Number(text);
  return score >= 0 && score <= 1 ? score : `must be true, false or 0 to 1, found \`${text.slice(0, 40)}\``;
}

/** Whole tokens from 0, else unknown. */
export function tokensOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
}

export const FREE = 'a cost of 0, taken for unknown';

/** Dollars above 0; 0 stands for "nobody knew the price" in every one of these formats, so it is unknown. A text says what is wrong. */
export function usdOf(value: unknown, notes: ImportNotes): number | null | string {
  if (value === undefined || value === null || String(value).trim() === '' || /^nan$/i.test(String(value))) return null;
  const usd = typeof value === 'object' ? Number.NaN : Number(value);
  if (!(usd >= 0) || usd === Number.POSITIVE_INFINITY) return `must be dollars from 0, found \`${String(value).slice(0, 40)}\``;
  if (usd > 0) return usd;
  notes.leave(FREE);
  return null;
}

/**
 * What the user said of a prompt, which may be a text, a list of messages or of texts, or either written as JSON: system texts and worked
 * examples are the harness's own, and the same on every row. Null when there are no words.
 *
 * @example promptText('[{"role":"system","content":"Be brief."},{"role":"user","content":"1+1?"}]') // => '1+1?'
 */
export function promptText(prompt: unknown): string | null {
  if (typeof prompt === 'string') return textOf(listIn(prompt) === null ? prompt : promptText(listIn(prompt)));
  if (!Array.isArray(prompt)) return null;
  const messages = prompt.filter(isObject);
  const users = messages.filter(({ role }) => role === 'user');
  const said = messages.length === 0 ? prompt : (users.length > 0 ? users : messages.slice(-1)).map(({ content }) => content);
  const texts = said.flatMap((text) => textOf(text) ?? []);
  return texts.length > 0 ? texts.join('\n\n') : null;
}

/** A JSON list of messages or of texts; any other text that looks like one stays a text. */
function listIn(text: string): unknown[] | null {
  if (!/^\s*\[\s*[{"]/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    const isMessage = (item: unknown) => isObject(item) && 'role' in item && 'content' in item;
    return Array.isArray(value) && (value.every(isMessage) || value.every((item) => typeof item === 'string')) ? value : null;
  } catch {
    return null;
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);
