import { parseArgs } from 'node:util';
import { failWithProblems, type Problem, RouterError } from '../core/errors.ts';
import { meantText } from '../core/meant.ts';

/** A flag as data: parsing, checking and the help text all come from it. */
export type Flag = {
  name: string;
  /** `list` is comma-separated and may be given several times. */
  kind: 'text' | 'number' | 'integer' | 'list' | 'switch';
  /** What the help shows in place of a value, such as `FILE`. */
  value?: string;
  help: string;
  choices?: readonly string[];
  /** Another flag without which this one would do nothing; of several, any. */
  needs?: string | readonly string[];
  /** Another flag beside which this one would do nothing. */
  notWith?: string;
  min?: number;
  max?: number;
};

/** What a flag says beyond its name and help. */
type FlagRules = Omit<Flag, 'name' | 'kind' | 'value' | 'help'>;

/** Makes flags of a kind; `value` is what the help shows in place of theirs. */
const flagsOf =
  (kind: Exclude<Flag['kind'], 'switch'>) =>
  (name: string, value: string, help: string, rules: FlagRules = {}): Flag => ({ name, kind, value, help, ...rules });

export const textFlag = flagsOf('text');
/** Comma-separated, and may be given several times. */
export const listFlag = flagsOf('list');
export const integerFlag = flagsOf('integer');
export const numberFlag = flagsOf('number');
export const switchFlag = (name: string, help: string, rules: FlagRules = {}): Flag => ({ name, kind: 'switch', help, ...rules });

export type FlagValue = string | number | boolean | readonly string[];
export type FlagValues = Readonly<Record<string, FlagValue | undefined>>;

/** What follows a command's name on the line. */
export type Arguments = { flags: Flags; positionals: readonly string[] };

/** Flags by name, read with the type they were declared with. */
export class Flags {
  private readonly values: FlagValues;
  constructor(values: FlagValues) {
    this.values = values;
  }
  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }
  number(name: string): number | undefined {
    const value = this.values[name];
    return typeof value === 'number' ? value : undefined;
  }
  list(name: string): readonly string[] | undefined {
    const value = this.values[name];
    return Array.isArray(value) ? value : undefined;
  }
  on(name: string): boolean {
    return this.values[name] === true;
  }
  /** The same flags with some set otherwise. */
  with(values: FlagValues): Flags {
    return new Flags({ ...this.values, ...values });
  }
  /** Names of the flags that were given. */
  given(): string[] {
    return Object.keys(this.values).filter((name) => this.values[name] !== undefined);
  }
}

/** Understood by every command. */
export const COMMON_FLAGS: readonly Flag[] = [
  switchFlag('json', 'print the result (and errors) as JSON'),
  switchFlag('help', 'show this help'),
];

/**
 * The flags and positionals of one command.
 *
 * @throws RouterError `options.invalid` listing every bad flag
 */
export function parseFlags(argv: readonly string[], declared: readonly Flag[], command: string): Arguments {
  const known = [...declared, ...COMMON_FLAGS];
  const { values, positionals } = parsed(argv, known, command);
  const problems: Problem[] = [];
  const read: Record<string, FlagValue | undefined> = {};
  for (const flag of known) read[flag.name] = readFlag(flag, values[flag.name], problems);
  problems.push(...known.flatMap((flag) => idleProblems(flag, values)));
  if (problems.length > 0) failWithProblems('options.invalid', `\`pointsman ${command}\``, problems, `see \`pointsman help ${command}\``);
  return { flags: new Flags(read), positionals };
}

/** A flag that would do nothing is an error: whoever gave it believes it does something. */
function idleProblems({ name, needs, notWith }: Flag, values: Readonly<Record<string, unknown>>): Problem[] {
  if (values[name] === undefined) return [];
  const where = `--${name}`;
  const needed = needs === undefined ? [] : [needs].flat();
  if (needed.length > 0 && needed.every((each) => values[each] === undefined))
    return [{ where, message: `does nothing without --${needed.join(' or --')}` }];
  if (notWith !== undefined && values[notWith] !== undefined) return [{ where, message: `does nothing beside --${notWith}` }];
  return [];
}

function parsed(argv: readonly string[], known: readonly Flag[], command: string) {
  const options = Object.fromEntries(
    known.map(({ name, kind }) => [
      name,
      kind === 'switch' ? { type: 'boolean' as const } : { type: 'string' as const, multiple: kind === 'list' },
    ]),
  );
  try {
    return parseArgs({ args: withNegatives(argv, known), options, allowPositionals: true, strict: true });
  } catch (cause) {
    const message =
      withoutValue(cause as Error) ?? unknownFlag(cause as Error, known) ?? ((cause as Error).message.split('. To specify')[0] as string);
    throw new RouterError('options.invalid', `\`pointsman ${command}\`: ${message}`, {
      advice: `see \`pointsman help ${command}\``,
      where: command,
      cause,
    });
  }
}

/** `--max-usd -1` as `--max-usd=-1`: a number with its sign is a value, and told what is wrong with it as any other. */
function withNegatives(argv: readonly string[], known: readonly Flag[]): string[] {
  const numeric = new Set(known.filter(({ kind }) => kind === 'number' || kind === 'integer').map(({ name }) => `--${name}`));
  const end = argv.indexOf('--');
  const words: string[] = [];
  for (const [index, word] of argv.entries()) {
    const flag = words.at(-1);
    const value = flag !== undefined && numeric.has(flag) && /^-\.?\d/.test(word) && (end === -1 || index < end);
    if (value) words.pop();
    words.push(value ? `${flag}=${word}` : word);
  }
  return words;
}

/** What is wrong where a flag stands in the place of another's value. */
function withoutValue({ message }: Error): string | null {
  const flag = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(message)?.[1];
  return flag === undefined ? null : `\`${flag}\` has no value; one that starts with a dash is written \`${flag}=-…\``;
}

/** What is wrong where there is no such flag, and which one may be meant. */
function unknownFlag({ message }: Error, known: readonly Flag[]): string | null {
  const flag = /^Unknown option '(--?[^']+)'/.exec(message)?.[1];
  if (flag === undefined) return null;
  return `unknown flag \`${flag}\`${meantText(
    flag,
    known.map(({ name }) => `--${name}`),
  )}`;
}

function readFlag(flag: Flag, value: unknown, problems: Problem[]): FlagValue | undefined {
  if (value === undefined || flag.kind === 'switch') return value as boolean | undefined;
  const fail = (message: string) => void problems.push({ where: `--${flag.name}`, message });
  if (flag.kind === 'list') {
    const items = (value as string[]).flatMap((text) => text.split(',')).map((item) => item.trim());
    if (items.some((item) => item === '')) fail('an item of the list is empty');
    return items;
  }
  const text = value as string;
  if (flag.kind === 'text') {
    if (flag.choices !== undefined && !flag.choices.includes(text)) fail(`expected one of ${flag.choices.join(', ')}, found \`${text}\``);
    if (text === '') fail('expected a value, found none');
    return text;
  }
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number) || (flag.kind === 'integer' && !Number.isInteger(number)))
    fail(`expected a ${nounOf(flag)}, found \`${text}\``);
  else if (number < (flag.min ?? -Infinity) || number > (flag.max ?? Infinity)) fail(`expected ${rangeOf(flag)}, found \`${text}\``);
  return number;
}

const nounOf = ({ kind }: Flag): string => (kind === 'integer' ? 'whole number' : 'number');

function rangeOf({ min, max }: Flag): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  return min !== undefined ? `at least ${min}` : `at most ${max}`;
}
