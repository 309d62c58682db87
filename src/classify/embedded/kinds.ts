export const SEPARATOR = 0;
export const LETTER = 1;
export const DIGIT = 2;
export const SYMBOL = 3;
export const NEWLINE = 4;
export const UNSPACED = 5;

/** What each UTF-16 unit is; blanks and controls are separators. */
export const KINDS = new Uint8Array(0x10000);
KINDS.fill(SYMBOL, 0x21, 0x7f);
KINDS.fill(DIGIT, 0x30, 0x3a).fill(LETTER, 0x41, 0x5b).fill(LETTER, 0x61, 0x7b);
KINDS.fill(SYMBOL, 0x80, 0xc0).fill(LETTER, 0xc0, 0x0e00);
for (const code of [0xaa, 0xb5, 0xba]) KINDS[code] = LETTER;
for (const code of [0xd7, 0xf7]) KINDS[code] = SYMBOL;
KINDS.fill(UNSPACED, 0x0e00, 0x1000).fill(LETTER, 0x1000, 0x1780).fill(UNSPACED, 0x1780, 0x1800).fill(LETTER, 0x1800, 0x2000);
KINDS.fill(SYMBOL, 0x2070, 0x2e80).fill(SYMBOL, 0x3001, 0x3004).fill(UNSPACED, 0x3040, 0xa000);
KINDS.fill(LETTER, 0xa000).fill(SYMBOL, 0xd800, 0xe000).fill(SEPARATOR, 0xff00, 0xff66);
for (const code of [0x0a, 0x0d, 0x2028, 0x2029]) KINDS[code] = NEWLINE;
