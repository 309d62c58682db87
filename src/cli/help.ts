import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { COMMON_FLAGS, type Flag } from './flags.ts';

/** What the numbers a command ends with mean. */
export const EXIT_CODES: readonly (readonly [number, string])[] = [
  [0, 'done'],
  [1, 'the answer is no: a route was refused, a gate was not met'],
  [2, 'the input, an option, a file or a key is wrong: nothing was done'],
  [3, 'it was tried and failed: a classifier, a provider, an evaluation'],
  [4, 'a budget is used up'],
  [70, 'a bug in pointsman'],
  [75, 'another run holds the lock'],
  [130, 'interrupted'],
];

/** Help on everything, or on one command; made of the same data the flags are parsed with. */
export function helpText(command?: Command): string {
  return command === undefined ? overview() : commandHelp(command);
}

function overview(): string {
  return [
    'pointsman: labels LLM requests, routes each to the best allowed model, and proves whether that pays',
    '',
    'Usage: pointsman COMMAND …',
    '',
    ...table([
      ...COMMANDS.map(({ name, summary }): [string, string] => [name, summary]),
      ['help', 'help on a command'],
      ['version', 'the version'],
    ]),
    '',
    'Exit codes',
    ...table(EXIT_CODES.map(([code, meaning]): [string, string] => [String(code), meaning])),
    '',
    'Results go to standard output, everything else to standard error. Nothing here needs a key unless it says so.',
    '',
  ].join('\n');
}

function commandHelp({ name, summary, usage, flags, examples }: Command): string {
  return [
    `pointsman ${name}: ${summary}`,
    '',
    `Usage: pointsman ${name} ${usage}`,
    '',
    ...table([...flags, ...COMMON_FLAGS].map((flag): [string, string] => [flagText(flag), flag.help])),
    '',
    'Examples',
    ...examples.map((example) => `  ${example}`),
    '',
  ].join('\n');
}

const flagText = ({ name, value }: Flag): string => (value === undefined ? `--${name}` : `--${name} ${value}`);

function table(rows: readonly [string, string][]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
