import { RouterError } from '../core/errors.ts';

/** A text with declared places to fill. */
export type Template = {
  readonly variables: readonly string[];
  /**
   * The text with every place filled, in a single pass: what is filled in is never read as a template, whatever braces it holds.
   *
   * @throws RouterError `prompt.invalid` for a missing or an undeclared variable
   */
  render(values: Readonly<Record<string, string>>): string;
};

const PLACE = /\{\{([A-Za-z][A-Za-z0-9]*)\}\}/g;

/**
 * A template from its text. A place is `{{name}}`, written without spaces; single braces are ordinary text.
 *
 * @param variables the names the text uses: each at least once, and no others
 * @throws RouterError `prompt.invalid` when text and declaration differ, or a `{{` opens no place
 * @example template('Dear {{name}},', ['name']).render({ name: '{{x}}' }) // => 'Dear {{x}},'
 */
export function template(text: string, variables: readonly string[], where = 'template'): Template {
  const used = new Set([...text.matchAll(PLACE)].map((match) => match[1] as string));
  for (const name of used)
    if (!variables.includes(name)) throw invalid(where, `declares no variable \`${name}\``, `declare \`${name}\` in \`variables\``);
  for (const name of variables)
    if (!used.has(name)) throw invalid(where, `never uses its variable \`${name}\``, `write \`{{${name}}}\` where it belongs`);
  if (text.replace(PLACE, '').includes('{{'))
    throw invalid(where, 'holds a `{{` that opens no place', 'write places as `{{name}}`, without spaces');
  return { variables, render: (values) => fill(text, variables, values, where) };
}

function fill(text: string, variables: readonly string[], values: Readonly<Record<string, string>>, where: string): string {
  for (const name of Object.keys(values)) {
    if (!variables.includes(name))
      throw invalid(where, `was given an undeclared variable \`${name}\``, `use ${variables.join(', ') || 'none'}`);
  }
  return text.replace(PLACE, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw invalid(where, `was given no value for \`${name}\``, `pass \`${name}\``);
    return value;
  });
}

const invalid = (where: string, what: string, advice: string) =>
  new RouterError('prompt.invalid', `\`${where}\` ${what}`, { where, advice });
