import { foundText, type Made } from './grade.ts';
import { numberGrader } from './number.ts';
import { regexGrader } from './regex.ts';
import { schemaGrader } from './schema.ts';
import { containsGrader, exactGrader } from './text.ts';

export const GRADERS = ['exact', 'number', 'contains', 'regex', 'json-schema', 'function', 'judge'] as const;
export type GraderKind = (typeof GRADERS)[number];

/** Which grader grades a row: `kind` or `kind:argument`, such as `number:0.01` or `function:grade.mjs`. */
export type Specification = { kind: GraderKind; argument: string | null };

/**
 * A specification from its text.
 *
 * @returns a text that says what is wrong with it
 * @example readSpecification('number:1%') // => { kind: 'number', argument: '1%' }
 */
export function readSpecification(text: unknown): Specification | string {
  const [, name = '', argument] = typeof text === 'string' ? (/^\s*([a-z-]+)(?::(.+))?\s*$/s.exec(text) ?? []) : [];
  const kind = GRADERS.find((each) => each === name);
  if (kind === undefined) return `expected a \`grader\` of ${GRADERS.join(', ')}, found ${foundText(text)}`;
  return { kind, argument: argument?.trim() ?? null };
}

/** A grader that needs nothing but the row itself, or what is wrong with the row. */
export function plainGrader(
  { kind, argument }: Specification & { kind: Exclude<GraderKind, 'function' | 'judge'> },
  expected: unknown,
): Made {
  switch (kind) {
    case 'exact':
      return exactGrader(argument, expected);
    case 'number':
      return numberGrader(argument, expected);
    case 'contains':
      return containsGrader(argument, expected);
    case 'regex':
      return regexGrader(argument, expected);
    case 'json-schema':
      return schemaGrader(argument, expected);
  }
}
