import { type Command, project, skipBad } from './command.ts';
import { integerFlag, numberFlag, switchFlag, textFlag } from './flags.ts';

export const TUNE: Command = {
  name: 'tune',
  flagsOnly: true,
  summary: 'look for a better prompt: patches and few-shots raced on train and dev, the winner checked once on test',
  usage: '--max-usd USD [--prompt classify]',
  flags: [
    textFlag('prompt', 'NAME', 'a prompt of `prompts/`, or a file (classify unless given)'),
    numberFlag('max-usd', 'USD', 'most this run may spend, over all its attempts; labels and reflection together', { min: 0 }),
    textFlag('mode', 'NAME', 'change paragraphs, few-shots, or each in turn (both unless given)', { choices: ['edit', 'fewshot', 'both'] }),
    integerFlag('patience', 'N', 'rounds without a better prompt before the search ends (6 unless given)', { min: 1, max: 50 }),
    integerFlag('max-prompt-tokens', 'N', 'longest prompt, without a request (900 unless given)', { min: 50, max: 20_000 }),
    textFlag('model', 'MODEL', 'the small model that labels (POINTSMAN_MODEL or openai/gpt-4.1-nano unless given)'),
    textFlag('reflect-model', 'MODEL', 'the strong model that reads errors (POINTSMAN_REFLECT_MODEL or openai/gpt-4.1 unless given)'),
    textFlag(
      'data',
      'PATH',
      'a folder with train, dev and test sets, or one labelled file to be split by cluster (datasets/requests unless given)',
    ),
    switchFlag('apply', 'replace the prompt if the winner holds on test; else it is written beside it as NAME.candidate.md'),
    switchFlag('dry-run', 'say what it would cost at worst, and stop; needs no key'),
    switchFlag('force', 'go on with fewer than 150 rows'),
    skipBad,
    textFlag('cache', 'MODE', 'remembered answers: use (unless given), refresh, off, or only (a miss fails; the rule where CI is set)', {
      choices: ['use', 'refresh', 'off', 'only'],
    }),
    integerFlag('retries', 'N', 'tries again after a failure that may pass (4 unless given)', { min: 0, max: 20 }),
    integerFlag('jobs', 'N', 'calls in flight (8 unless given)', { min: 1, max: 256 }),
    integerFlag('seed', 'N', 'seed of every draw (7 unless given)'),
    textFlag('catalogue', 'FILE', 'prices instead of the shipped ones'),
    project,
    textFlag('runs', 'DIR', 'where run folders go (.pointsman/runs unless given)'),
  ],
  examples: [
    'pointsman tune --dry-run',
    'pointsman tune --prompt classify --max-usd 5',
    'pointsman tune --max-usd 5 --mode fewshot --data mine.csv --apply',
  ],
  run: async (given, io) => (await import('./commands/tune.ts')).tuneCommand(given, io),
};
