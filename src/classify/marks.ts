import type { View } from '../core/view.ts';
import { normalise } from './normalise.ts';
import { readText } from './patterns/injection.ts';
import { holdsPersonalData } from './patterns/personal.ts';
import { holdsSecret } from './patterns/secrets.ts';

/** What patterns can find in a text; each becomes a flag of the label. */
export type RiskMark = 'injection' | 'secret' | 'personal-data' | 'hidden-characters';

/** Everything untrusted is read, each text by itself, and once more with what invisible tag characters spell. */
export function marksOf({ untrusted }: Pick<View, 'untrusted'>): RiskMark[] {
  const marks = new Set<RiskMark>();
  for (const text of untrusted) {
    const { text: plain, hidden } = normalise(text);
    const { injection, mayHoldKey } = readText(plain);
    if (hidden) marks.add('hidden-characters');
    if (injection || (hidden && readText(spelledByTags(text)).injection)) marks.add('injection');
    if (mayHoldKey && holdsSecret(text)) marks.add('secret');
    if (holdsPersonalData(text)) marks.add('personal-data');
  }
  return [...marks];
}

/** Unicode tag characters U+E0020 to U+E007E mirror ASCII and are never shown. */
function spelledByTags(text: string): string {
  return Array.from(text.matchAll(/[\u{e0020}-\u{e007e}]/gu), ([tag]) => String.fromCharCode((tag.codePointAt(0) ?? 0) - 0xe0000)).join('');
}
