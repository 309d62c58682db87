/** Contenders by the words a reader knows; JSON and terminal keep the keys. */
const WORDS: Readonly<Record<string, string>> = {
  bestConstant: 'best constant',
  allCheap: 'all cheap',
  allStrong: 'all strong',
  shuffled: 'same mix, shuffled',
  neighbours: 'nearest neighbours',
  goldLabel: 'gold labels',
  'gold-label': 'gold labels',
  oracle: 'oracle, single draw',
  oracleCrossFitted: 'oracle, cross-fitted',
  category: 'true category',
};

export const contenderName = (name: string): string => (Object.hasOwn(WORDS, name) ? (WORDS[name] ?? name) : name);

/** Contenders that know what no router can. */
const SKYLINES: readonly string[] = ['goldLabel', 'gold-label', 'oracle', 'oracleCrossFitted', 'category'];

export const isSkyline = (name: string): boolean => SKYLINES.includes(name);
