import { type AxisDefinition, axesOf, type Taxonomy } from '../core/taxonomy.ts';

/**
 * The axes as a model reads them: one line per axis, one per value with its meaning.
 * Levels of ordered axes also show their examples, since "low" and "high" say little by themselves; names of unordered values speak, and tokens are paid on every call.
 *
 * @example
 * taxonomyText({ haste: { question: 'How soon?', ordered: true, reads: 'view', values: { later: { meaning: 'can wait', examples: ['some day'] }, now: { meaning: 'cannot', examples: [] } } } })
 * // => 'haste: How soon?\nlater: can wait (some day)\nnow: cannot'
 */
export function taxonomyText(taxonomy: Taxonomy): string {
  return axesOf(taxonomy)
    .map(([axis, definition]) => [`${axis}: ${definition.question}`, ...valueLines(definition)].join('\n'))
    .join('\n\n');
}

function valueLines({ ordered, values }: AxisDefinition): string[] {
  return Object.entries(values).map(([value, { meaning, examples }]) => {
    const shown = ordered && examples.length > 0 ? ` (${examples.join('; ')})` : '';
    return `${value}: ${meaning}${shown}`;
  });
}
