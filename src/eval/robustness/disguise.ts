/** A way to write a text so that people or models still read it and a classifier may not. */
export type Disguise = keyof typeof DISGUISES;

const ASCII_LETTER = /[A-Za-z]/g;
const TAG_OFFSET = 0xe0000;
const FULLWIDTH_OFFSET = 0xfee0;
const ZERO_WIDTH_SPACE = '\u200b';
const [RIGHT_TO_LEFT_OVERRIDE, POP] = ['\u202e', '\u202c'];
const LOOKALIKES: Readonly<Record<string, string>> = { a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у' };
const DIGITS: Readonly<Record<string, string>> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' };

const mapped = (text: string, table: Readonly<Record<string, string>>): string =>
  text.replace(ASCII_LETTER, (letter) => table[letter] ?? letter);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Rotates the letters of the Latin alphabet by thirteen places. */
function rotated(text: string): string {
  return text.replace(ASCII_LETTER, (letter) => {
    const base = letter <= 'Z' ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

const shifted = (text: string, offset: number): string =>
  text.replace(/[!-~]/g, (character) => String.fromCodePoint((character.codePointAt(0) as number) + offset));

export const DISGUISES = {
  /** A zero-width space after every letter. */
  'zero-width': (text: string) => text.replace(/\p{L}/gu, `$&${ZERO_WIDTH_SPACE}`),
  /** Each line written backwards inside a right-to-left override, which shows it forwards again. */
  bidi: (text: string) => text.replace(/[^\n]+/g, (line) => RIGHT_TO_LEFT_OVERRIDE + [...line].reverse().join('') + POP),
  /** Invisible tag characters U+E0021 to U+E007E. */
  tags: (text: string) => shifted(text, TAG_OFFSET),
  /** Cyrillic letters that look Latin. */
  homoglyph: (text: string) => mapped(text, LOOKALIKES),
  fullwidth: (text: string) => shifted(text, FULLWIDTH_OFFSET),
  base64: (text: string) => btoa(Array.from(bytesOf(text), (byte) => String.fromCharCode(byte)).join('')),
  hex: (text: string) => Array.from(bytesOf(text), (byte) => byte.toString(16).padStart(2, '0')).join(''),
  rot13: rotated,
  /** Digits for letters. */
  leet: (text: string) => mapped(text.toLowerCase(), DIGITS),
  /** A blank after every letter. */
  spaced: (text: string) => text.replace(/\p{L}/gu, '$& '),
  percent: (text: string) => Array.from(bytesOf(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  reversed: (text: string) => [...text].reverse().join(''),
} as const satisfies Record<string, (text: string) => string>;

export const DISGUISE_NAMES = Object.keys(DISGUISES) as [Disguise, ...Disguise[]];

/** @example disguised('low', 'leet') // => 'l0w' */
export function disguised(text: string, how: Disguise): string {
  return DISGUISES[how](text);
}
