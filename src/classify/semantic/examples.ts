import { failWithProblems, type Problem } from '../../core/errors.ts';
import { type AxisDefinition, axisValues, type Examples, type Taxonomy } from '../../core/taxonomy.ts';

/** The examples of one axis: `values[i]` is the index of the value that `texts[i]` shows. */
export type AxisExamples = { axis: string; definition: AxisDefinition; texts: string[]; values: number[] };

/**
 * Examples axis by axis, in the taxonomy's order. An axis with at least one example also learns from the short ones in its taxonomy;
 * an axis without any is left out.
 *
 * @throws RouterError `options.invalid` listing unknown axes and values, empty texts, texts that show two values, and values left without an example
 */
export function readExamples(given: Examples, taxonomy: Taxonomy): AxisExamples[] {
  const problems: Problem[] = [];
  for (const axis of Object.keys(given)) {
    if (taxonomy[axis] === undefined) problems.push({ where: axis, message: `expected an axis of ${Object.keys(taxonomy).join(', ')}` });
  }
  const found = Object.entries(taxonomy).flatMap(([axis, definition]) => {
    const own = Object.entries(given[axis] ?? {}).filter(([, texts]) => (texts ?? []).length > 0) as [string, readonly string[]][];
    return own.length === 0 ? [] : [readAxis(axis, definition, own, problems)];
  });
  if (found.length === 0 && problems.length === 0)
    problems.push({ where: 'examples', message: 'expected at least one example, found none' });
  if (problems.length > 0)
    failWithProblems(
      'options.invalid',
      'the examples of `semantic`',
      problems,
      'give each value of an axis about ten examples, as `{ axis: { value: [text, …] } }`',
    );
  return found;
}

function readAxis(
  axis: string,
  definition: AxisDefinition,
  own: readonly [string, readonly string[]][],
  problems: Problem[],
): AxisExamples {
  const names: string[] = axisValues(definition);
  const shown = new Map<string, string>();
  const add = (value: string, text: string, where: string): void => {
    const trimmed = text.trim();
    const other = shown.get(trimmed);
    if (trimmed === '') problems.push({ where, message: 'expected a text, found an empty one' });
    else if (other !== undefined && other !== value)
      problems.push({ where, message: `shows \`${other}\` already: \`${trimmed.slice(0, 60)}\`` });
    else shown.set(trimmed, value);
  };
  for (const [value, texts] of own) {
    if (!names.includes(value)) problems.push({ where: `${axis}.${value}`, message: `expected a value of ${names.join(', ')}` });
    else for (const [at, text] of texts.entries()) add(value, text, `${axis}.${value}.${at}`);
  }
  for (const value of names) {
    for (const text of definition.values[value]?.examples ?? [])
      if (!shown.has(text.trim()) && text.trim() !== '') shown.set(text.trim(), value);
    if (![...shown.values()].includes(value))
      problems.push({ where: `${axis}.${value}`, message: 'has no example, so it could never be chosen' });
  }
  return { axis, definition, texts: [...shown.keys()], values: [...shown.values()].map((value) => names.indexOf(value)) };
}
