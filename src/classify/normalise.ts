const ASCII_ONLY = /^[\x00-\x7f]*$/;
/** Zero-width, direction-changing, tag and filler characters: invisible, and a way to hide words. */
const HIDDEN = /\p{Default_Ignorable_Code_Point}/gu;
/** Those that ordinary text holds: soft hyphen, joiners, direction marks, emoji selectors, byte order mark. */
const ORDINARY = new Set(['\u00ad', '\u200c', '\u200d', '\u200e', '\u200f', '\ufe0e', '\ufe0f', '\ufeff']);

export type Normalised = {
  /** Compatibility-normalised, in lower case, without hidden characters. For classifiers only: what is sent upstream stays as it was. */
  text: string;
  /** True when characters were hidden that ordinary text does not hold. */
  hidden: boolean;
};

/**
 * The copy of a text that classifiers read: Unicode NFKC, lower case, hidden characters removed.
 *
 * @example normalise('Ｈello').text // => 'hello'
 */
export function normalise(text: string): Normalised {
  if (ASCII_ONLY.test(text)) return { text: text.toLowerCase(), hidden: false };
  let hidden = false;
  const visible = text.replace(HIDDEN, (character) => {
    if (!ORDINARY.has(character)) hidden = true;
    return '';
  });
  return { text: visible.normalize('NFKC').toLowerCase(), hidden };
}
