import type { Level } from '../../core/default-taxonomy.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import { type RuleFit, ruleBaseline } from './rule.ts';

/** Complexity by length alone: over 2,000 characters high, over 500 medium, else low. @example levelByLength('hi') // => 'low' */
export function levelByLength(text: string): Level {
  return text.length > 2_000 ? 'high' : text.length > 500 ? 'medium' : 'low';
}

/** The baseline that believes long means hard. */
export const lengthBaseline = <T extends Taxonomy>(taxonomy: T, fit: RuleFit) => ruleBaseline('length', levelByLength, taxonomy, fit);
