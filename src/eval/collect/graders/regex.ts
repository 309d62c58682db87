import vm from 'node:vm';
import { foundText, type Made, passed, readable, ungraded } from './grade.ts';

const PATTERN_CHARACTERS = 1_000;
/** Longest time one match may take, milliseconds: far more than any pattern without nested repetition needs. */
const MATCH_MS = 500;
const PROBE_MS = 100;
const DELIMITED = /^\/(.+)\/([a-z]*)$/s;
const FLAGS = /^[imsu]*$/;

/**
 * The answer matches the pattern: `/…/flags` with flags of `imsu`, or the pattern alone.
 * A pattern that takes too long on repetitive text (nested repetition) is a fault; one that does so on an answer all the same leaves it ungraded.
 */
export function regexGrader(argument: string | null, expected: unknown): Made {
  if (argument !== null) return { fault: `\`regex\` takes no argument: the pattern is the \`answer\`, found \`regex:${argument}\`` };
  if (typeof expected !== 'string' || expected.trim() === '')
    return { fault: `expected an \`answer\` that is a pattern, found ${foundText(expected)}` };
  if (expected.length > PATTERN_CHARACTERS) return { fault: `a pattern has at most ${PATTERN_CHARACTERS} characters` };
  const [, source = expected, flags = ''] = DELIMITED.exec(expected) ?? [];
  if (!FLAGS.test(flags)) return { fault: `expected flags of \`imsu\`, found \`${flags}\`` };
  const pattern = patternOf(source, flags);
  if (typeof pattern === 'string') return { fault: `\`${source.slice(0, 60)}\` is no pattern: ${pattern}` };
  const slow = probes(source).some((text) => matches(pattern, text, PROBE_MS) === null);
  if (slow) return { fault: `\`${source.slice(0, 60)}\` takes too long on repetitive text: avoid repetition within repetition` };
  return {
    grader: (answer) => {
      const found = matches(pattern, readable(answer), MATCH_MS);
      return found === null ? ungraded(`the pattern took longer than ${MATCH_MS} ms`) : passed(found);
    },
  };
}

function patternOf(source: string, flags: string): RegExp | string {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: /, '');
  }
}

const SCRIPT = new vm.Script('pattern.test(text)');
let context: vm.Context | undefined;

/** Null when it took too long. The engine can be stopped in the midst of a match only in a context of its own. */
function matches(pattern: RegExp, text: string, timeout: number): boolean | null {
  context ??= vm.createContext({});
  Object.assign(context, { pattern, text });
  try {
    return SCRIPT.runInContext(context, { timeout }) as boolean;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  }
}

const PROBE_CHARACTERS = 3_000;

/** Texts that nested repetition chokes on: the pattern's own characters and pieces, over and over, with an end that fits nothing. */
function probes(source: string): string[] {
  const letters = new Set(
    [...source.replace(/\\./g, ''), 'a', '0', ' ', '-', '\n'].filter((letter) => !'()[]{}*+?|^$.\\'.includes(letter)),
  );
  const words = source.match(/[A-Za-z0-9 ]{2,20}/g) ?? [];
  const repeated = [...letters, ...words].slice(0, 24);
  return repeated.map((piece) => `${piece.repeat(Math.ceil(PROBE_CHARACTERS / piece.length))}\u0000`);
}
