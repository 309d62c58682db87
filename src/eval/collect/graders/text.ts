import { foundText, type Made, passed, readable } from './grade.ts';

/**
 * Unicode composed, white space runs as one space, ends cut: two texts a reader cannot tell apart are equal.
 *
 * @example plain(' a \n b ') // => 'a b'
 */
export function plain(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** One text or several, none of them blank. */
function textsOf(expected: unknown): string[] | null {
  const list = Array.isArray(expected) ? expected : [expected];
  const texts = list.map((item) => (typeof item === 'number' ? String(item) : item));
  return texts.length > 0 && texts.every((text): text is string => typeof text === 'string' && text.trim() !== '') ? texts : null;
}

const wanted = (expected: unknown) => `expected an \`answer\`, a text or a list of texts, found ${foundText(expected)}`;

/**
 * The whole answer is the expected text, or one of several, but for white space; `ignore-case` forgives case as well.
 *
 * @param argument null or `ignore-case`
 */
export function exactGrader(argument: string | null, expected: unknown): Made {
  if (argument !== null && argument !== 'ignore-case')
    return { fault: `expected \`exact\` or \`exact:ignore-case\`, found \`exact:${argument}\`` };
  const texts = textsOf(expected);
  if (texts === null) return { fault: wanted(expected) };
  const form = (text: string) => (argument === null ? plain(text) : plain(text).toLowerCase());
  const accepted = new Set(texts.map(form));
  return { grader: (answer) => passed(accepted.has(form(answer))) };
}

/** The answer holds the expected text, or all of several, whatever the case. */
export function containsGrader(argument: string | null, expected: unknown): Made {
  if (argument !== null) return { fault: `\`contains\` takes no argument, found \`contains:${argument}\`` };
  const texts = textsOf(expected)?.map((text) => plain(text).toLowerCase());
  if (texts === undefined) return { fault: wanted(expected) };
  return {
    grader: (answer) => {
      const read = plain(readable(answer)).toLowerCase();
      return passed(texts.every((text) => read.includes(text)));
    },
  };
}
