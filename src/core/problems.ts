import type { z } from 'zod';
import type { Problem } from './errors.ts';
import { meantText } from './meant.ts';
import { keysAt } from './schema-keys.ts';

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

type Issue = z.core.$ZodIssue;

/**
 * What a schema found wrong, in the words of the house: where, what was expected, what was found. Texts that were given are
 * repeated only where a choice was wanted, since any other may hold a secret.
 *
 * @param subject stands for the place when the whole value is wrong
 * @param schema what the value was held against: an unknown key is then told with the one that may be meant
 * @example problemsOf(z.object({ sureAt: z.number() }).safeParse({ sureAt: 'x' }).error, { sureAt: 'x' }, 'policy') // => [{ where: 'sureAt', message: 'expected a number, found a text' }]
 */
export function problemsOf(error: z.ZodError, value: unknown, subject: string, schema?: z.ZodType): Problem[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') return unknownKeys(issue, schema);
    return [{ where: path.join('.') || subject, message: messageOf(issue, path.reduce<unknown>(inside, value)) }];
  });
}

/** Also where the key that may be meant is given: options are often others' with one changed. */
function unknownKeys({ path, keys }: z.core.$ZodIssueUnrecognizedKeys, schema: z.ZodType | undefined): Problem[] {
  const known = schema === undefined ? [] : keysAt(schema, path);
  return keys.map((key) => ({ where: [...path, key].join('.'), message: `unknown key${meantText(key, known)}` }));
}

const inside = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;

function messageOf(issue: Issue, value: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.startsWith('Invalid input')
        ? `expected ${NOUNS[issue.expected] ?? issue.expected}, found ${nounOf(value)}`
        : issue.message;
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}, found ${typeof value === 'string' ? `\`${value.slice(0, 60)}\`` : nounOf(value)}`;
    case 'too_small':
      return `expected ${sizeOf(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}, found ${countOf(value)}`;
    case 'too_big':
      return `expected ${sizeOf(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}, found ${countOf(value)}`;
    case 'invalid_union':
      return issue.message === 'Invalid input' ? `expected another kind of value, found ${nounOf(value)}` : issue.message;
    default:
      return issue.message;
  }
}

function sizeOf(origin: string, comparison: string, limit: number | bigint): string {
  const unit = { array: ' item(s)', set: ' item(s)', string: ' character(s)' }[origin] ?? '';
  return `${comparison} ${limit}${unit}`;
}

const countOf = (value: unknown): string => (typeof value === 'string' || Array.isArray(value) ? String(value.length) : nounOf(value));

function nounOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return `\`${value}\``;
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'a text' : `a ${typeof value}`;
}
