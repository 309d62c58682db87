import { foundText, type Made, passed, readable } from './grade.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The part of JSON Schema that is understood. Patterns and references are left out on purpose: both can be made to take for ever. */
const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'minItems', 'maxItems'] as const;
const UNDERSTOOD = ['type', 'properties', 'required', 'additionalProperties', 'items', 'enum', 'const', 'anyOf', ...BOUNDS];
const KEYWORDS = new Set([...UNDERSTOOD, 'title', 'description', '$schema', 'default', 'examples']);
const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
const DEPTH = 32;

/**
 * The answer is JSON, in one code fence or none, that fits the schema given as `answer`: an object, or its JSON text.
 * Understood are `type`, `properties`, `required`, `additionalProperties`, `items`, `enum`, `const`, `anyOf` and the bounds of numbers, texts and lists.
 */
export function schemaGrader(argument: string | null, expected: unknown): Made {
  if (argument !== null)
    return { fault: `\`json-schema\` takes no argument: the schema is the \`answer\`, found \`json-schema:${argument}\`` };
  const schema = typeof expected === 'string' ? parsed(expected) : expected;
  if (schema === undefined) return { fault: `expected an \`answer\` that is a JSON schema, found ${foundText(expected)}` };
  const fault = schemaFault(schema, 'schema', DEPTH);
  if (fault !== null) return { fault };
  return {
    grader: (answer) => {
      const value = parsed(unfenced(readable(answer)));
      return passed(value !== undefined && fits(schema as Schema, value));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** @example unfenced('```json\n{}\n```') // => '{}' */
export function unfenced(text: string): string {
  const [, inside] = /^\s*```[a-zA-Z]*\n([\s\S]*)\n\s*```\s*$/.exec(text) ?? [];
  return inside ?? text;
}

const isObject = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

function schemaFault(schema: unknown, where: string, levels: number): string | null {
  if (!isObject(schema)) return `expected \`${where}\` to be an object, found ${foundText(schema)}`;
  if (levels === 0) return `\`${where}\` is nested deeper than ${DEPTH} levels`;
  const unknown = Object.keys(schema).find((key) => !KEYWORDS.has(key));
  if (unknown !== undefined) return `\`${where}.${unknown}\` is not understood: use ${UNDERSTOOD.join(', ')}`;
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const odd = types.find((type) => !TYPES.includes(type as string));
  if (odd !== undefined) return `expected \`${where}.type\` of ${TYPES.join(', ')}, found ${foundText(odd)}`;
  if (schema.required !== undefined && !(Array.isArray(schema.required) && schema.required.every((name) => typeof name === 'string')))
    return `expected \`${where}.required\` to be a list of names`;
  const unlisted = ['enum', 'anyOf'].find((key) => schema[key] !== undefined && !Array.isArray(schema[key]));
  if (unlisted !== undefined) return `expected \`${where}.${unlisted}\` to be a list`;
  const unbound = BOUNDS.find((key) => schema[key] !== undefined && typeof schema[key] !== 'number');
  if (unbound !== undefined) return `expected \`${where}.${unbound}\` to be a number, found ${foundText(schema[unbound])}`;
  const inner: [string, unknown][] = [
    ...(schema.properties === undefined ? [] : innerOf(schema.properties, `${where}.properties`)),
    ...(isObject(schema.additionalProperties) ? [[`${where}.additionalProperties`, schema.additionalProperties] as [string, unknown]] : []),
    ...(schema.items === undefined ? [] : [[`${where}.items`, schema.items] as [string, unknown]]),
    ...(Array.isArray(schema.anyOf) ? schema.anyOf.map((each, at): [string, unknown] => [`${where}.anyOf.${at}`, each]) : []),
  ];
  for (const [path, each] of inner) {
    const fault = schemaFault(each, path, levels - 1);
    if (fault !== null) return fault;
  }
  return null;
}

function innerOf(properties: unknown, where: string): [string, unknown][] {
  if (!isObject(properties)) return [[where, properties]];
  return Object.entries(properties).map(([name, each]) => [`${where}.${name}`, each]);
}

/** Whether a value fits a schema that was checked. */
function fits(schema: Schema, value: unknown): boolean {
  const { type, anyOf } = schema;
  if (type !== undefined && ![type].flat().some((each) => isOfType(value, each as string))) return false;
  if (Array.isArray(schema.enum) && !schema.enum.some((each) => same(each, value))) return false;
  if ('const' in schema && !same(schema.const, value)) return false;
  if (Array.isArray(anyOf) && !anyOf.some((each) => fits(each as Schema, value))) return false;
  if (typeof value === 'number') return within(value, schema, 'minimum', 'maximum') && withinOpen(value, schema);
  if (typeof value === 'string') return within([...value].length, schema, 'minLength', 'maxLength');
  if (Array.isArray(value))
    return (
      within(value.length, schema, 'minItems', 'maxItems') &&
      (!isObject(schema.items) || value.every((item) => fits(schema.items as Schema, item)))
    );
  return isObject(value) ? fitsObject(schema, value) : true;
}

function fitsObject({ properties, required, additionalProperties: more }: Schema, value: Schema): boolean {
  const known = (properties ?? {}) as Readonly<Record<string, Schema>>;
  if (Array.isArray(required) && !required.every((name) => Object.hasOwn(value, name as string))) return false;
  return Object.entries(value).every(([name, item]) => {
    const schema = Object.hasOwn(known, name) ? known[name] : undefined;
    if (schema !== undefined) return fits(schema, item);
    return isObject(more) ? fits(more, item) : more !== false;
  });
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

const bound = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

const within = (size: number, schema: Schema, least: string, most: string): boolean =>
  size >= bound(schema[least], -Infinity) && size <= bound(schema[most], Infinity);

const withinOpen = (value: number, { exclusiveMinimum, exclusiveMaximum }: Schema): boolean =>
  value > bound(exclusiveMinimum, -Infinity) && value < bound(exclusiveMaximum, Infinity);

const same = (a: unknown, b: unknown): boolean => a === b || (isComposite(a) && isComposite(b) && sameComposite(a, b));

const isComposite = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

function sameComposite(a: Schema, b: Schema): boolean {
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]))
  );
}
