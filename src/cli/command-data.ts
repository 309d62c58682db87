import { type Command, catalogue, policy, project, runs, skipBad, weights } from './command.ts';
import { integerFlag, listFlag, switchFlag, textFlag } from './flags.ts';

const IMPORT: Command = {
  name: 'data import',
  summary: 'make an outcome table of somebody else’s results',
  usage: '--from FORMAT --in FILE … --out DIR/NAME',
  flags: [
    textFlag(
      'from',
      'FORMAT',
      'routellm (CSV), routerbench (CSV or JSONL made from its pickle), promptfoo (JSON or JSONL), openai-evals (one log a model)',
      { choices: ['routellm', 'routerbench', 'promptfoo', 'openai-evals'] },
    ),
    listFlag('in', 'FILE,…', 'one file or several, .gz of any; further files may simply follow'),
    textFlag('out', 'DIR/NAME', 'writes NAME.prompts.jsonl and NAME.outcomes.csv, and adds to models.csv'),
    listFlag('models', 'MODEL,…', 'only these models, as the source calls them'),
    listFlag('rename', 'OLD=NEW,…', 'other names for models, such as `openai:gpt-5=openai/gpt-5`'),
    listFlag(
      'without',
      'FILE,…',
      'leave out the prompts of these files (`eval_prompt`, `prompt` or `text`), as RouteLLM does with contaminated_prompts.jsonl',
    ),
    skipBad,
  ],
  examples: [
    'pointsman data import --from routellm --in responses/*.csv --out tables/mmlu',
    'pointsman data import --from promptfoo --in results.json --out tables/mine --rename openai:gpt-5-mini=openai/gpt-5-mini',
  ],
  run: async (given, io) => (await import('./commands/data-import.ts')).importCommand(given, io),
};

const CHECK: Command = {
  name: 'data check',
  summary: 'say what is wrong with a labelled set or an outcome table: labels, duplicates, leaks, gaps, prices',
  usage: 'FILE | DIR/NAME',
  flags: [
    listFlag(
      'against',
      'FILE,…',
      'sets or tables that must not share a text with it (besides train, dev and test beside it, training texts and few-shots)',
    ),
    project,
  ],
  examples: ['pointsman data check datasets/requests/dev.csv', 'pointsman data check tables/mmlu --against tables/gsm8k'],
  run: async (given, io) => (await import('./commands/data-check.ts')).checkCommand(given, io),
};

const DIFF: Command = {
  name: 'data diff',
  summary: 'say what changed between two versions of a labelled set: rows, texts, labels',
  usage: 'OLDER NEWER',
  flags: [project],
  examples: ['pointsman data diff dev.before.csv datasets/requests/dev.csv'],
  run: async (given, io) => (await import('./commands/data-diff.ts')).diffCommand(given, io),
};

const SPLIT: Command = {
  name: 'data split',
  summary: 'cut a labelled set into train, dev and test, or an outcome table into one to fit on and one to score: families together',
  usage: 'FILE | DIR/NAME --out DIR',
  flags: [
    textFlag('out', 'DIR', 'where the parts go: train, dev and test, or tables NAME-fit and NAME-score; nothing is written over'),
    listFlag(
      'shares',
      'A,B,C',
      'parts of train, dev and test (0.6,0.2,0.2 unless given), or of a table’s questions to fit on and to score (0.6,0.4)',
    ),
    integerFlag('seed', 'N', 'seed of the split (7 unless given)'),
    switchFlag(
      'plain',
      'write `id`, `text`, axes and `cluster` as CSV, as `train` reads them, whatever the file is (its own columns and format unless given)',
    ),
    skipBad,
    project,
  ],
  examples: [
    'pointsman data split labelled.csv --out datasets/requests',
    'pointsman data split labelled.csv --out cut --shares 0.8,0.1,0.1 --seed 1',
    'pointsman data split tables/mmlu --out cut',
  ],
  run: async (given, io) => (await import('./commands/data-split.ts')).splitCommand(given, io),
};

const INIT: Command = {
  name: 'init',
  summary: 'start a project with axes of your own: taxonomy, prompt, requests and policy to edit',
  usage: '[DIR]',
  flags: [
    textFlag('name', 'NAME', 'what prompt and policy are called (that of the folder unless given)'),
    textFlag(
      'data',
      'FILE',
      'a labelled set of yours (`id`, `text`, a column for each axis): axes, values and splits are taken from it (a help desk to edit unless given)',
    ),
    listFlag('axes', 'COLUMN,…', 'which columns are axes (every one with 2 to 20 values unless given)', { needs: 'data' }),
  ],
  examples: ['pointsman init support-desk', 'pointsman init mine --data labelled.csv --axes topic,urgency'],
  run: async (given, io) => (await import('./commands/init.ts')).initCommand(given, io),
};

const DOCTOR: Command = {
  name: 'doctor',
  summary: 'examine the installation, the policy and the newest run: what is wrong, where, what to do',
  usage: '[RUN]',
  flags: [policy, catalogue, weights, project, runs],
  examples: ['pointsman doctor', 'pointsman doctor --policy policy.fitted.json --json'],
  run: async (given, io) => (await import('./commands/doctor.ts')).doctorCommand(given, io),
};

export const DATA: readonly Command[] = [IMPORT, CHECK, DIFF, SPLIT, INIT, DOCTOR];
