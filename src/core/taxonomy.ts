import { RouterError } from './errors.ts';

/** One value of an axis: what it means, and short examples that a person or a model can learn from. */
export type ValueDefinition = { meaning: string; examples: readonly string[] };

/**
 * One axis of the label. `ordered` axes run from least to most (their values' order is the order of the record).
 * `reads: 'segments'` marks an axis scored on every segment of the text and combined by maximum, so it can only rise (risk).
 */
export type AxisDefinition = {
  readonly question: string;
  readonly ordered: boolean;
  readonly reads: 'view' | 'segments';
  readonly values: Readonly<Record<string, ValueDefinition>>;
};

/** All axes by name. Replace an axis or add one; types of labels follow. */
export type Taxonomy = Readonly<Record<string, AxisDefinition>>;

export type AxisName<T extends Taxonomy> = Extract<keyof T, string>;
export type AxisValue<A extends AxisDefinition> = Extract<keyof A['values'], string>;

/** Texts that show what a value means, by axis and value: `{ domain: { law: ['is this lease clause valid', …], … } }`. */
export type Examples<T extends Taxonomy = Taxonomy> = {
  readonly [A in AxisName<T>]?: { readonly [V in AxisValue<T[A]>]?: readonly string[] };
};

const NAME = /^[a-z][a-zA-Z0-9_-]{0,63}$/;

/**
 * Checks a taxonomy and keeps its literal types.
 *
 * @throws RouterError `taxonomy.invalid` for no axes, a bad name, or an axis with fewer than two values.
 * @example
 * const taxonomy = defineTaxonomy({
 *   urgency: { question: 'How soon?', ordered: true, reads: 'view', values: { later: { meaning: 'can wait', examples: [] }, now: { meaning: 'cannot', examples: [] } } },
 * });
 * axisValues(taxonomy.urgency) // => ['later', 'now']
 */
export function defineTaxonomy<const T extends Taxonomy>(taxonomy: T): T {
  const axes = Object.entries(taxonomy);
  if (axes.length === 0) throw invalid('taxonomy', 'at least one axis', 'none');
  for (const [axis, definition] of axes) {
    if (!NAME.test(axis)) throw invalid(axis, 'an axis name of letters, digits, `-` and `_`', axis);
    const given: unknown = (definition as Partial<AxisDefinition> | null | undefined)?.values;
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw invalid(axis, 'an axis `{ question, ordered, reads, values: { NAME: { meaning, examples } } }`', shown(definition));
    const values = Object.keys(given);
    if (values.length < 2) throw invalid(axis, 'at least two values', String(values.length));
    for (const value of values)
      if (!NAME.test(value)) throw invalid(`${axis}.values`, 'a value name of letters, digits, `-` and `_`', value);
  }
  return taxonomy;
}

/** The values of an axis, least first where the axis is ordered. */
export function axisValues<A extends AxisDefinition>(axis: A): AxisValue<A>[] {
  return Object.keys(axis.values) as AxisValue<A>[];
}

/** The axes of a taxonomy by name, in their written order. */
export function axesOf<T extends Taxonomy>(taxonomy: T): [AxisName<T>, AxisDefinition][] {
  return Object.entries(taxonomy) as [AxisName<T>, AxisDefinition][];
}

/** Of what may be anything, enough to recognise it. */
const shown = (found: unknown): string => (JSON.stringify(found) ?? String(found)).slice(0, 80);

function invalid(where: string, expected: string, found: string): RouterError {
  return new RouterError('taxonomy.invalid', `expected ${expected}, found \`${found}\``, {
    where,
    advice: 'see `defaultTaxonomy` for a complete example',
  });
}
