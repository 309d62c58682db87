import type { ScriptWords, WordsByScript } from './word-types.ts';
import { ALPHABETIC_WORDS } from './words-alphabetic.ts';
import { WEST_WORDS } from './words-latin-west.ts';
import { WIDE_WORDS } from './words-latin-wide.ts';
import { UNSEGMENTED_WORDS } from './words-unsegmented.ts';

/** First and last character code of the blocks of each script. */
const BLOCKS: Readonly<Record<string, readonly [number, number]>> = {
  latin: [0xc0, 0x24f],
  greek: [0x370, 0x3ff],
  cyrillic: [0x400, 0x52f],
  armenian: [0x530, 0x58f],
  hebrew: [0x590, 0x5ff],
  arabic: [0x600, 0x77f],
  devanagari: [0x900, 0x97f],
  bengali: [0x980, 0x9ff],
  tamil: [0xb80, 0xbff],
  telugu: [0xc00, 0xc7f],
  thai: [0xe00, 0xe7f],
  georgian: [0x10a0, 0x10ff],
  han: [0x3000, 0x9fff],
  hangul: [0xac00, 0xd7af],
};

const scriptsOf = (scripts: WordsByScript, wordsApart: boolean): ScriptWords[] =>
  Object.entries(scripts).map(([name, languages]) => ({ name, languages, wordsApart }));

/** All scripts, Latin first: its bit is 1. */
export const SCRIPTS: readonly ScriptWords[] = [
  { name: 'latin', wordsApart: true, languages: { ...WEST_WORDS, ...WIDE_WORDS } },
  ...scriptsOf(ALPHABETIC_WORDS, true),
  ...scriptsOf(UNSEGMENTED_WORDS, false),
];

/** For each 128 character codes beyond ASCII, one bit per script (by its place in `SCRIPTS`) that has letters there. */
const SCRIPT_BITS = new Uint32Array(512);
for (const [index, { name }] of SCRIPTS.entries()) {
  const [first, last] = BLOCKS[name] ?? [0, -1];
  for (let block = first >> 7; block <= last >> 7; block++) SCRIPT_BITS[block] = (SCRIPT_BITS[block] as number) | (1 << index);
}

SCRIPT_BITS.fill(1, 0x1e00 >> 7, (0x1eff >> 7) + 1);

/** The scripts that may occur in a text. */
export function scriptsIn(text: string): ScriptWords[] {
  let bits = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    bits |= code < 0x80 ? Number(code >= 0x61) : (SCRIPT_BITS[code >> 7] as number);
  }
  return SCRIPTS.filter((_, index) => (bits & (1 << index)) !== 0);
}
