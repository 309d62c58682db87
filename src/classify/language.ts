import { FUNCTION_WORDS, SCRIPT_LANGUAGE, TELLING_LETTERS } from './language-words.ts';

/** Characters looked at; more adds nothing. */
const SAMPLE = 600;
const LETTER_VOTE = 0.5;

/** First and last code unit of each script told apart here; Latin comes first because it is the commonest. */
const SCRIPTS: readonly [string, number, number][] = [
  ['latin', 0x41, 0x24f],
  ['latin', 0x1e00, 0x1eff],
  ['greek', 0x370, 0x3ff],
  ['cyrillic', 0x400, 0x52f],
  ['armenian', 0x530, 0x58f],
  ['hebrew', 0x590, 0x5ff],
  ['arabic', 0x600, 0x77f],
  ['arabic', 0xfb50, 0xfdff],
  ['devanagari', 0x900, 0x97f],
  ['bengali', 0x980, 0x9ff],
  ['gurmukhi', 0xa00, 0xa7f],
  ['gujarati', 0xa80, 0xaff],
  ['oriya', 0xb00, 0xb7f],
  ['tamil', 0xb80, 0xbff],
  ['telugu', 0xc00, 0xc7f],
  ['kannada', 0xc80, 0xcff],
  ['malayalam', 0xd00, 0xd7f],
  ['sinhala', 0xd80, 0xdff],
  ['thai', 0xe00, 0xe7f],
  ['lao', 0xe80, 0xeff],
  ['tibetan', 0xf00, 0xfff],
  ['burmese', 0x1000, 0x109f],
  ['georgian', 0x10a0, 0x10ff],
  ['ethiopic', 0x1200, 0x139f],
  ['khmer', 0x1780, 0x17ff],
  ['kana', 0x3040, 0x30ff],
  ['han', 0x3400, 0x9fff],
  ['hangul', 0xac00, 0xd7af],
];

/** Word → languages it is frequent in, per script. */
const WORDS = new Map<string, Map<string, string[]>>();
for (const [script, languages] of Object.entries(FUNCTION_WORDS)) {
  const words = new Map<string, string[]>();
  for (const [language, list] of Object.entries(languages)) {
    for (const word of new Set(list.split(' '))) words.set(word, [...(words.get(word) ?? []), language]);
  }
  WORDS.set(script, words);
}
/** Letter → languages of a script that it tells; no letter of ASCII is among them. */
const LETTERS = new Map<string, Map<string, string[]>>();
for (const [script, languages] of Object.entries(FUNCTION_WORDS)) {
  const letters = Object.entries(TELLING_LETTERS).map(
    ([letter, told]) => [letter, told.split(' ').filter((language) => language in languages)] as const,
  );
  LETTERS.set(script, new Map(letters.filter(([, told]) => told.length > 0)));
}

export type Language = { language: string; script: string };

/**
 * Language (ISO 639-1) and dominant script of a text, offline: by script where one language owns it, else by function words and telling letters.
 * `und` when nothing tells, as for a bare number or code.
 *
 * @example detectLanguage('Wie viele Einwohner hat Wien?') // => { language: 'de', script: 'latin' }
 */
export function detectLanguage(text: string): Language {
  const sample = text.slice(0, SAMPLE).toLowerCase();
  const counts = scriptCounts(sample);
  const script = dominant(counts);
  if (script === 'none') return { language: 'und', script };
  if ((script === 'han' || script === 'kana') && (counts.get('kana') ?? 0) > 0.1 * (counts.get('han') ?? 0))
    return { language: 'ja', script };
  const owner = SCRIPT_LANGUAGE[script];
  return { language: owner ?? byWords(sample, script), script };
}

function scriptCounts(sample: string): Map<string, number> {
  const counts = new Map<string, number>();
  let latin = 0;
  for (let at = 0; at < sample.length; at++) {
    const code = sample.charCodeAt(at);
    if (code < 0x61 || (code > 0x7a && code < 0xaa)) continue;
    // Nearly every character is one: only the first goes into the map at once, which keeps the order of scripts.
    if (code < 0x250 && latin++ > 0) continue;
    const script = code < 0x250 ? 'latin' : SCRIPTS.find(([, first, last]) => code >= first && code <= last)?.[0];
    if (script !== undefined) counts.set(script, (counts.get(script) ?? 0) + 1);
  }
  if (latin > 1) counts.set('latin', (counts.get('latin') ?? 0) + latin - 1);
  return counts;
}

/** A few foreign letters in a Latin text are names; a few Latin words in another script are terms. Latin letters weigh a third. */
function dominant(counts: ReadonlyMap<string, number>): string {
  let best = 'none';
  let most = 0;
  for (const [script, count] of counts) {
    const weight = script === 'latin' ? count / 3 : count;
    if (weight > most) [best, most] = [script, weight];
  }
  return best;
}

function byWords(sample: string, script: string): string {
  const votes = new Map<string, number>();
  const vote = (languages: readonly string[], weight: number) => {
    for (const language of languages) votes.set(language, (votes.get(language) ?? 0) + weight / languages.length);
  };
  const words = WORDS.get(script);
  for (const word of sample.split(/[^\p{L}\p{M}]+/u)) {
    const languages = words?.get(word);
    if (languages !== undefined) vote(languages, 1);
  }
  const letters = LETTERS.get(script);
  for (let at = 0; at < sample.length; at++) {
    if (sample.charCodeAt(at) < 0x80) continue;
    const languages = letters?.get(sample[at] as string);
    if (languages !== undefined) vote(languages, LETTER_VOTE);
  }
  const ranked = [...votes].sort((a, b) => b[1] - a[1]);
  const [first] = ranked;
  return first === undefined || first[1] < 0.3 ? 'und' : first[0];
}
