import { type Command, catalogue, policy, project, runs, skipBad } from './command.ts';
import { integerFlag, numberFlag, switchFlag, textFlag } from './flags.ts';

export const POWER: Command = {
  name: 'power',
  summary: 'say how many rows it takes to see a difference, given a run; with a second one, how far the two differ is measured',
  usage: 'RUN | OLDER NEWER',
  flags: [
    numberFlag('delta', 'POINTS', 'the difference to see, points of a hundred (0.5, 1, 2, 3, 5 and 10 unless given)', {
      min: 0.01,
      max: 100,
    }),
    numberFlag('power', 'P', 'chance of seeing a difference that is there (0.8 unless given)', { min: 0.5, max: 0.99 }),
    runs,
  ],
  examples: ['pointsman power 2026-11-21T091403Z-dev-7f3a', 'pointsman power OLDER NEWER --delta 2'],
  run: async (given, io) => (await import('./commands/power.ts')).powerCommand(given, io),
};

export const REGRADE: Command = {
  name: 'regrade',
  summary: 'judge the answers of a run on labelled requests anew, by gold labels or a policy that changed since; asks nobody',
  usage: 'RUN [--data FILE]',
  flags: [
    textFlag('data', 'FILE', 'the labelled set as it is now (its split, if that is what the run was on)'),
    policy,
    catalogue,
    project,
    switchFlag('yes', 'open the test split without asking'),
    skipBad,
    runs,
  ],
  examples: ['pointsman regrade RUN', 'pointsman regrade RUN --data labelled.csv'],
  run: async (given, io) => (await import('./commands/regrade.ts')).regradeCommand(given, io),
};

export const REPRICE: Command = {
  name: 'reprice',
  summary: 'say what a run would have cost by other prices: choices and answers as they were, nobody is asked, nothing is changed',
  usage: 'RUN --prices FILE [--outcomes DIR/NAME]',
  flags: [
    textFlag(
      'prices',
      'FILE',
      'a catalogue like datasets/models.json, or CSV with `model`, `input_usd_per_mtok` and `output_usd_per_mtok`',
    ),
    textFlag('outcomes', 'DIR/NAME', 'the table the run was on: its tokens price router and fixed models, too'),
    integerFlag('assume-output-tokens', 'N', 'where the table has none; the costs are then MODELLED', { needs: 'outcomes', min: 1 }),
    runs,
  ],
  examples: ['pointsman reprice RUN --prices new.json', 'pointsman reprice RUN --prices new.csv --outcomes tables/mine'],
  run: async (given, io) => (await import('./commands/reprice.ts')).repriceCommand(given, io),
};

export const CACHE: Command = {
  name: 'cache stats',
  flagsOnly: true,
  summary: 'say what the remembered answers of paid classifiers hold, and what they saved the runs there are',
  usage: '[--cache-folder DIR]',
  flags: [textFlag('cache-folder', 'DIR', 'where answers are remembered (.pointsman/cache/answers unless given)'), runs],
  examples: ['pointsman cache stats', 'pointsman cache stats --cache-folder evals/cassettes --json'],
  run: async (given, io) => (await import('./commands/cache-stats.ts')).cacheStatsCommand(given, io),
};

export const LIST: Command = {
  name: 'list',
  flagsOnly: true,
  summary: 'list the runs there are, the newest first: when, on what, with which verdict',
  usage: '[--limit N]',
  flags: [integerFlag('limit', 'N', 'the newest N (20 on a screen, all with --json, unless given)', { min: 1 }), runs],
  examples: ['pointsman list', 'pointsman list --json'],
  run: async (given, io) => (await import('./commands/list.ts')).listCommand(given, io),
};
