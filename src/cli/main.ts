import { packageVersion } from '../config/files.ts';
import { ERROR_EXIT_CODES, isRouterError, RouterError } from '../core/errors.ts';
import { meantText } from '../core/meant.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { parseFlags } from './flags.ts';
import { helpText } from './help.ts';
import type { Io } from './io.ts';

const BUG = 70;
const INTERRUPTED = 130;

/**
 * The command line: arguments in, exit code out. Never exits by itself and never throws.
 *
 * @param argv what follows the program's name
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return report(error, argv.includes('--json'), io);
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [name = 'help', ...rest] = joined(argv);
  if (name === 'version' || name === '--version' || name === '-v') return say(`${packageVersion()}\n`, io);
  if (name === 'help' || name === '--help' || name === '-h')
    return say(helpText(rest[0] === undefined ? undefined : commandOf(joined(rest)[0] as string)), io);
  const command = commandOf(name, rest[0]);
  const given = parseFlags(rest, command.flags, command.name);
  if (given.flags.on('help')) return say(helpText(command), io);
  const [extra] = given.positionals;
  if (command.flagsOnly && extra !== undefined) throw unexpected(command.name, extra);
  return command.run(given, io);
}

function unexpected(command: string, found: string): RouterError {
  return new RouterError('options.invalid', `\`pointsman ${command}\` takes flags alone, found \`${found.slice(0, 100)}\``, {
    where: command,
    advice: `see \`pointsman help ${command}\``,
  });
}

async function say(text: string, io: Io): Promise<number> {
  await io.out(text);
  return 0;
}

/** Some commands have two words: `data check`. */
function joined(argv: readonly string[]): readonly string[] {
  const [first, second, ...rest] = argv;
  return COMMANDS.some(({ name }) => name === `${first} ${second}`) ? [`${first} ${second}`, ...rest] : argv;
}

/** @param next what follows it on the line: of a name of two words the second may be the misspelt one */
function commandOf(name: string, next?: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const below = COMMANDS.map((candidate) => candidate.name).filter((known) => known.startsWith(`${name} `));
  const known = COMMANDS.map((candidate) => candidate.name);
  const found = (below.length > 0 && next !== undefined && !next.startsWith('-') ? `${name} ${next}` : name).slice(0, 100);
  throw new RouterError('options.invalid', `unknown command \`${found}\`${meantText(found, known)}`, {
    where: 'command',
    advice: `use one of ${(below.length > 0 ? below : known).join(', ')}, help, version`,
  });
}

/** A reader that has gone is no error; an interruption is not a failure; anything that is not ours is a bug. */
function report(error: unknown, json: boolean, io: Io): number {
  if ((error as NodeJS.ErrnoException | null)?.code === 'EPIPE') return 0;
  if (!isRouterError(error)) {
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.talk(
      json
        ? `${JSON.stringify({ error: { code: 'bug', message: trace } })}\n`
        : `pointsman: unexpected error, please report it\n${trace}\n`,
    );
    return BUG;
  }
  if (json) io.talk(`${JSON.stringify({ error })}\n`);
  else io.talk(`pointsman: ${error.message}\n  ${error.advice} [${error.code}]\n`);
  return io.signal.aborted ? INTERRUPTED : ERROR_EXIT_CODES[error.code];
}
