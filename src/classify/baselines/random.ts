import type { Classifier } from '../../core/contracts.ts';
import { type AxisLabel, axisLabel, localSource } from '../../core/label.ts';
import { type Random, seededRandom } from '../../core/random.ts';
import { type AxisDefinition, axisValues, type Taxonomy } from '../../core/taxonomy.ts';
import { viewOf } from '../../core/view.ts';
import { refuseAborted } from '../abort.ts';
import { mapAxes } from '../raise.ts';

/**
 * A value drawn evenly for each axis, with even probabilities, which is exactly how often it will be right on evenly spread labels.
 * The draw hangs on the seed and the text, so the same text always gets the same label.
 *
 * @param seed any integer; its lower 32 bits count
 */
export function randomBaseline<T extends Taxonomy>(taxonomy: T, seed: number): Classifier<T> {
  return {
    name: 'random',
    async classify(request, signal) {
      refuseAborted(signal);
      const random = seededRandom(seed ^ hashOf(viewOf(request).text));
      return { label: mapAxes(taxonomy, (definition) => drawn(definition, random)), source: localSource('random') };
    },
  };
}

function drawn(definition: AxisDefinition, random: Random): AxisLabel {
  const values = axisValues(definition);
  const even = axisLabel(Object.fromEntries(values.map((value) => [value, 1 / values.length])));
  return { ...even, value: values[Math.floor(random() * values.length)] as string };
}

/** FNV-1a over code units, 32 bits. Source: Fowler, Noll and Vo 1991. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
