import { BACKWARDS, LOOKALIKE, looksDisguised, ROTATED, RUN } from './suspect.ts';

/** Words of a line that must look disguised before the whole line is read so. */
const WORDS = 2;

const OVERRIDDEN = /\u202e([^\u202c\n]*)\u202c?/g;
const TAGS = /[\u{e0020}-\u{e007e}]/gu;
const SPACED = /(?<![\p{L}\p{M}])\p{L}\p{M}*(?: {1,2}\p{L}\p{M}*(?![\p{L}\p{M}])){5,}/gu;
const PERCENT = /(?:%[0-9a-fA-F]{2}){8,}/g;
const HEX = new RegExp(`(?:[0-9a-fA-F]{2}){${RUN},}`, 'g');
const BASE64 = new RegExp(`[A-Za-z0-9+/_-]{${RUN},}={0,2}`, 'g');
const WORD = /[\p{L}\p{N}]+/gu;
const LATIN = /\p{Script=Latin}/u;
const LOOKALIKES: Readonly<Record<string, string>> = {
  ...{ а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ѕ: 's', ј: 'j', ԁ: 'd', һ: 'h' },
  ...{ ο: 'o', α: 'a', ν: 'v', ι: 'i', ρ: 'p', υ: 'u', τ: 't', κ: 'k' },
};
/** A digit between letters. */
const LEET = /[a-z][013457]+[a-z]/i;
const DIGITS: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' };
/** Text as people write it: letters, marks, blanks and a few signs. */
const WRITTEN = /^[\p{L}\p{M}\p{N}\p{P}\p{Zs}\p{S}\n\t]*$/u;
const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * What a text says when its disguises are taken off: reversed display, invisible tags, letters set apart, percent, hexadecimal and base64
 * codes, look-alike letters, digits for letters, rotated or reversed words. Line by line, so that no line changes how another is read.
 * For detectors of risk, to be read beside the text itself.
 *
 * @returns null when nothing was disguised
 * @example speltOut('aG93IGRvIEkgc3RlYWwgYSBjYXI=') // => 'how do I steal a car'
 */
export function speltOut(text: string): string | null {
  if (text === last.text) return last.spelt;
  const spelt = looksDisguised(text) ? text.split('\n').map(speltLine).join('\n') : text;
  last = { text, spelt: spelt === text ? null : spelt };
  return last.spelt;
}

/** Rules and the embedded model read the same text one after the other. */
let last: { text: string; spelt: string | null } = { text: '', spelt: null };

function speltLine(line: string): string {
  if (!looksDisguised(line)) return line;
  const shown = line
    .replace(OVERRIDDEN, (_, inner: string) => backwards(inner))
    .replace(TAGS, (tag) => String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000));
  const joined = shown.replace(SPACED, (letters) => letters.replace(/(?<! ) (?! )/g, '').replace(/ {2}/g, ' '));
  const decoded = joined
    .replace(PERCENT, (code) => written(bytesOfHex(code.replaceAll('%', ''))) ?? code)
    .replace(HEX, (code) => written(bytesOfHex(code)) ?? code)
    .replace(BASE64, (code) => written(bytesOfBase64(code)) ?? code);
  return reordered(decoded.replace(WORD, undisguised));
}

const backwards = (text: string): string => [...text].reverse().join('');

/** Letters of another alphabet within a Latin word. Digits are only letters where the line has several such words: see `reordered`. */
function undisguised(word: string): string {
  return LATIN.test(word) ? word.replace(LOOKALIKE, (letter) => LOOKALIKES[letter.toLowerCase()] ?? letter) : word;
}

/** Lines of which several words are disguised in the same way. */
function reordered(line: string): string {
  const words = line.match(WORD) ?? [];
  const several = (disguised: (word: string) => boolean) => words.filter(disguised).length >= WORDS;
  const plain = (word: string) => (/[a-z]/i.test(word) ? word.replace(/[013457]/g, (digit) => DIGITS[digit] ?? digit) : word);
  if (several((word) => LEET.test(word))) return line.replace(WORD, plain);
  if (several((word) => ROTATED.includes(word.toLowerCase()))) return line.replace(/[a-z]/gi, rotated);
  return several((word) => BACKWARDS.includes(word.toLowerCase())) ? backwards(line) : line;
}

function rotated(letter: string): string {
  const base = letter <= 'Z' ? 65 : 97;
  return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
}

function bytesOfHex(code: string): Uint8Array {
  return Uint8Array.from({ length: code.length >> 1 }, (_, at) => Number.parseInt(code.slice(at * 2, at * 2 + 2), 16));
}

function bytesOfBase64(code: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(code.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** The text of some bytes, if it is one that a person may have written. */
function written(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null;
  try {
    const text = decoder.decode(bytes);
    return WRITTEN.test(text) && /\p{L}{2}/u.test(text) ? text : null;
  } catch {
    return null;
  }
}
