import type { Level } from '../../core/default-taxonomy.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { levelByLength } from './length.ts';
import { type RuleFit, ruleBaseline } from './rule.ts';

/** The rule of router tutorials, hardest first: the first list with a word in the text decides. */
const KEYWORDS: readonly [Level, RegExp][] = [
  ['high', /\b(?:analyze|compare|evaluate|synthesize|create|design|architect)\b/i],
  ['medium', /\b(?:explain|describe|summarize|list)\b/i],
  ['low', /\b(?:what is|define|translate|format)\b/i],
];

/** Complexity by keywords, else by length. @example levelByKeywords('What is a monad?') // => 'low' */
export function levelByKeywords(text: string): Level {
  return KEYWORDS.find(([, words]) => words.test(text))?.[0] ?? levelByLength(text);
}

/** The baseline that believes in trap words. */
export const keywordsBaseline = <T extends Taxonomy>(taxonomy: T, fit: RuleFit) => ruleBaseline('keywords', levelByKeywords, taxonomy, fit);
