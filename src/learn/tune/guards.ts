import { viewOf } from '../../core/view.ts';
import type { DatasetRow } from '../../eval/dataset.ts';
import { normalisedText } from '../../eval/fingerprint.ts';

/** Words in a row that count as copied. */
const RUN = 8;
/** A capitalised word in at most so many rows is the name of somebody or something, not a word of the trade. */
const RARE_ROWS = 3;

/** What must not get from the data into a prompt. Built once, from all three splits. */
export type TextGuard = {
  /** Runs of eight words, hashed. */
  runs: ReadonlySet<number>;
  ids: ReadonlySet<string>;
  names: ReadonlySet<string>;
};

export function textGuard(rows: readonly DatasetRow[]): TextGuard {
  const runs = new Set<number>();
  const seen = { capital: new Map<string, number>(), small: new Set<string>() };
  for (const { request } of rows) {
    const { text } = viewOf(request);
    for (const run of runsOf(text)) runs.add(hashOf(run));
    countWords(text, seen);
  }
  const rare = [...seen.capital].filter(([word, count]) => count <= RARE_ROWS && !seen.small.has(word.toLowerCase()));
  const ids = rows.map(({ id }) => id.toLowerCase()).filter((id) => id.length >= 4 && /\p{L}/u.test(id) && /\d/.test(id));
  return { runs, ids: new Set(ids), names: new Set(rare.map(([word]) => word.toLowerCase())) };
}

/**
 * Why a changed text must not enter the prompt, or null. What the incumbent already says is not held against it.
 *
 * @param known the text of the incumbent prompt
 */
export function copiedFromData(text: string, known: string, guard: TextGuard): string | null {
  const old = new Set(runsOf(known));
  const copied = [...runsOf(text)].find((run) => !old.has(run) && guard.runs.has(hashOf(run)));
  if (copied !== undefined) return `it copies ${RUN} words of a row: "${copied}"`;
  if (/[^\s@"'<>]+@[^\s@"'<>]+\.\p{L}{2,}/u.test(text)) return 'it holds an e-mail address';
  const tokens = text.match(/[\p{L}\p{N}][\p{L}\p{N}_-]*/gu) ?? [];
  const id = tokens.find((token) => guard.ids.has(token.toLowerCase()));
  if (id !== undefined) return `it names a row: ${id}`;
  const words = new Set(normalisedText(known).split(' '));
  const name = tokens.find((token) => CAPITALISED.test(token) && guard.names.has(token.toLowerCase()) && !words.has(token.toLowerCase()));
  return name === undefined ? null : `it holds a rare name of the data: ${name}`;
}

const CAPITALISED = /^\p{Lu}\p{Ll}{2,}$/u;

/** Each word once a row. Words that open a text or follow a full stop are capitalised by grammar and tell nothing. */
function countWords(text: string, seen: { capital: Map<string, number>; small: Set<string> }): void {
  const capital = new Set<string>();
  for (const [, before = '', word = ''] of text.matchAll(/(^|[^\p{L}\p{N}]+)([\p{L}][\p{L}']*)/gu)) {
    if (!CAPITALISED.test(word)) seen.small.add(word.toLowerCase());
    else if (/^[ ]$|[,("']$/.test(before)) capital.add(word);
  }
  for (const word of capital) seen.capital.set(word, (seen.capital.get(word) ?? 0) + 1);
}

/** Every run of eight words. */
function* runsOf(text: string): Generator<string> {
  const words = wordsOf(text);
  for (let start = 0; start + RUN <= words.length; start++) yield words.slice(start, start + RUN).join(' ');
}

/** Words without case and marks. Scripts without spaces count a character as a word. @example wordsOf('Ah, 東京!') // => ['ah', '東', '京'] */
export function wordsOf(text: string): string[] {
  const spaced = normalisedText(text).replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu, ' $& ');
  return spaced.split(' ').filter((word) => word !== '');
}

/** Two FNV-1a hashes in one number of 52 bits: with a few hundred thousand runs a chance hit is out of the question. */
function hashOf(text: string): number {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return (a >>> 0) * 0x100000 + ((b ^ (b >>> 15)) >>> 12);
}
