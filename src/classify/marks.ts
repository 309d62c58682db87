import type { View } from '../core/view.ts';
import { normalise } from './normalise.ts';
import { readText } from './patterns/injection.ts';
import { holdsPersonalData } from './patterns/personal.ts';
import { holdsSecret } from './patterns/secrets.ts';
import { speltOut } from './spelt.ts';

/** What patterns can find in a text; each becomes a flag of the label. */
export type RiskMark = 'injection' | 'secret' | 'personal-data' | 'hidden-characters' | 'disguised-text';

/** Everything untrusted is read, each text by itself, and once more with its disguises taken off. */
export function marksOf({ untrusted }: Pick<View, 'untrusted'>): RiskMark[] {
  const marks = new Set<RiskMark>();
  for (const text of untrusted) {
    const { text: plain, hidden } = normalise(text);
    const { injection, mayHoldKey } = readText(plain);
    if (hidden) marks.add('hidden-characters');
    const spelt = speltOut(text);
    if (spelt !== null) marks.add('disguised-text');
    if (injection || (spelt !== null && readText(normalise(spelt).text).injection)) marks.add('injection');
    if (mayHoldKey && holdsSecret(text)) marks.add('secret');
    if (holdsPersonalData(text)) marks.add('personal-data');
  }
  return [...marks];
}
