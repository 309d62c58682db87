import { GAP, SKIP } from './automaton.ts';

export type Fold = (code: number) => number;

const code = (character: string): number => character.charCodeAt(0);
const isLetterLike = /^[\p{L}\p{M}\p{N}]$/u;
const isMark = /^\p{M}$/u;

/** Letters that `NFD` does not take apart. */
const LATIN_PLAIN: Readonly<Record<string, string>> = { ß: 's', ø: 'o', æ: 'a', œ: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 't', ı: 'i' };
/** Look-alikes from other scripts, and digits that stand for letters. */
const LATIN_DISGUISED: Readonly<Record<string, string>> = {
  ...{ а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ѕ: 's', ј: 'j', ԁ: 'd', һ: 'h' },
  ...{ ο: 'o', α: 'a', ν: 'v', ι: 'i', ρ: 'p', υ: 'u', τ: 't', κ: 'k' },
  ...{ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' },
};
/** Spellings that Arabic, Persian and Urdu keyboards mix. */
const ARABIC_PLAIN: Readonly<Record<string, string>> = {
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ٱ: 'ا',
  ى: 'ی',
  ي: 'ی',
  ك: 'ک',
  ة: 'ه',
  ۀ: 'ه',
  ۂ: 'ہ',
  ؤ: 'و',
};
const TATWEEL = 0x640;

/** The base letter without accents, in lower case. */
function plain(character: string): string {
  const lower = character.toLowerCase();
  return LATIN_PLAIN[lower] ?? (lower.normalize('NFD')[0] as string);
}

/** Latin letters without accents, their look-alikes among them; everything else parts words. */
export const foldLatin: Fold = (value) => {
  const character = String.fromCharCode(value);
  const disguised = LATIN_DISGUISED[character.toLowerCase()];
  if (disguised !== undefined) return code(disguised);
  if (value < 0x80) return isLetterLike.test(character) ? code(character.toLowerCase()) : GAP;
  if (value >= 0x300 && value <= 0x36f) return SKIP;
  if (value < 0xc0 || (value > 0x24f && value < 0x1e00) || value > 0x1eff) return GAP;
  return isLetterLike.test(character) ? code(plain(character)) : GAP;
};

/** Letters of any alphabet without accents; marks, signs and blanks part words. */
export const foldAlphabet: Fold = (value) => {
  const character = String.fromCharCode(value);
  if (isMark.test(character)) return SKIP;
  return isLetterLike.test(character) ? code(plain(character)) : GAP;
};

/** Letters and vowel signs as they are. */
export const foldSigns: Fold = (value) => {
  const character = String.fromCharCode(value);
  return isLetterLike.test(character) ? code(character.toLowerCase()) : GAP;
};

/** Consonants alone, one spelling for each. */
export const foldConsonants: Fold = (value) => {
  const character = String.fromCharCode(value);
  if (value === TATWEEL || isMark.test(character)) return SKIP;
  return isLetterLike.test(character) ? code(ARABIC_PLAIN[character] ?? character.toLowerCase()) : GAP;
};

/** As `foldSigns`, and blanks are passed over: these scripts write words together. */
export const foldTogether: Fold = (value) => (value === 0x20 || value === 0x3000 ? SKIP : foldSigns(value));
