/** Fewer characters of code than this hold no request worth hiding. */
export const RUN = 24;
export const LOOKALIKE = /[аеорсухіѕјԁһοανιρυτκ]/gi;
/** Common English words as they look rotated by thirteen letters, and backwards. */
export const ROTATED = 'gur naq gung sbe jvgu ubj jung lbh lbhe sebz jvgubhg gurz guvf'.split(' ');
export const BACKWARDS = 'eht dna taht htiw woh tahw uoy ruoy morf tuohtiw meht siht'.split(' ');

const OF_CODE = Uint8Array.from({ length: 128 }, (_, code) => Number(/[\w+/-]/.test(String.fromCharCode(code))));

/** Units that may be marks: most alphabets, Chinese and Korean have none among their letters. */
const MARKS = '[\\u0300-\\u036f\\u0483-\\u0489\\u0591-\\u33ff\\ua000-\\uabff\\ud7b0-\\uffff]*';
const SINGLE = `[a-zA-Z\\x80-\\uffff]${MARKS}`;

/**
 * What a disguise leaves to be seen: a pattern, and in front of the slow ones a quick one that finds at least as much.
 * Every text is looked through, most by the quick ones alone.
 */
export const SIGNS: readonly (readonly RegExp[])[] = [
  [/[\u202e\udb40]/, /[\u202e\u{e0020}-\u{e007e}]/u],
  [/(?:%[0-9a-f]{2}){8}/i],
  [/[a-z][013457]+[a-z]/i],
  [
    new RegExp(` ${SINGLE} {1,2}${SINGLE} `),
    / \p{L}\p{M}* {1,2}\p{L}\p{M}* /u,
    /(?:^|[^\p{L}\p{M}])\p{L}\p{M}* {1,2}\p{L}\p{M}* {1,2}\p{L}\p{M}* /u,
  ],
  [/[\u0345-\u1fff]/, new RegExp(`[a-z]${LOOKALIKE.source}|${LOOKALIKE.source}[a-z]`, 'i')],
  [new RegExp(`\\b(?:${[...ROTATED, ...BACKWARDS].join('|')})\\b`, 'i')],
];

/** Whether a text shows a sign of being disguised. */
export function looksDisguised(text: string): boolean {
  return holdsRun(text) || SIGNS.some((patterns) => patterns.every((pattern) => pattern.test(text)));
}

/** Whether `RUN` letters, digits and signs of base64 stand together: read backwards from where a run would end, on from what broke it. */
function holdsRun(text: string): boolean {
  let end = RUN;
  for (let at = end - 1; at < text.length; ) {
    if (OF_CODE[text.charCodeAt(at)] !== 1) {
      end = at + 1 + RUN;
      at = end - 1;
    } else if (end - at === RUN) return true;
    else at--;
  }
  return false;
}
