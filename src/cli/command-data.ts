import { type Command, project, runs, weights } from './command.ts';

const IMPORT: Command = {
  name: 'data import',
  summary: 'make an outcome table of somebody else’s results',
  usage: '--from FORMAT --in FILE … --out DIR/NAME',
  flags: [
    {
      name: 'from',
      kind: 'text',
      value: 'FORMAT',
      choices: ['routellm', 'routerbench', 'promptfoo', 'openai-evals'],
      help: 'routellm (CSV), routerbench (CSV or JSONL made from its pickle), promptfoo (JSON or JSONL), openai-evals (one log a model)',
    },
    { name: 'in', kind: 'list', value: 'FILE,…', help: 'one file or several, .gz of any; further files may simply follow' },
    { name: 'out', kind: 'text', value: 'DIR/NAME', help: 'writes NAME.prompts.jsonl and NAME.outcomes.csv, and adds to models.csv' },
    { name: 'models', kind: 'list', value: 'MODEL,…', help: 'only these models, as the source calls them' },
    { name: 'rename', kind: 'list', value: 'OLD=NEW,…', help: 'other names for models, such as `openai:gpt-5=openai/gpt-5`' },
    {
      name: 'without',
      kind: 'list',
      value: 'FILE,…',
      help: 'leave out the prompts of these files (`eval_prompt`, `prompt` or `text`), as RouteLLM does with contaminated_prompts.jsonl',
    },
    { name: 'skip-bad', kind: 'switch', help: 'leave bad rows out and count them' },
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
    {
      name: 'against',
      kind: 'list',
      value: 'FILE,…',
      help: 'sets or tables that must not share a text with it (besides train, dev and test beside it, training texts and few-shots)',
    },
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
    {
      name: 'out',
      kind: 'text',
      value: 'DIR',
      help: 'where the parts go: train, dev and test, or tables NAME-fit and NAME-score; nothing is written over',
    },
    {
      name: 'shares',
      kind: 'list',
      value: 'A,B,C',
      help: 'parts of train, dev and test (0.6,0.2,0.2 unless given), or of a table’s questions to fit on and to score (0.6,0.4)',
    },
    { name: 'seed', kind: 'integer', value: 'N', help: 'seed of the split (7 unless given)' },
    {
      name: 'plain',
      kind: 'switch',
      help: 'write `id`, `text`, axes and `cluster` as CSV, as `train` reads them, whatever the file is (its own columns and format unless given)',
    },
    { name: 'skip-bad', kind: 'switch', help: 'leave bad rows out and count them' },
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
    { name: 'name', kind: 'text', value: 'NAME', help: 'what prompt and policy are called (that of the folder unless given)' },
    {
      name: 'data',
      kind: 'text',
      value: 'FILE',
      help: 'a labelled set of yours (`id`, `text`, a column for each axis): axes, values and splits are taken from it (a help desk to edit unless given)',
    },
    {
      name: 'axes',
      kind: 'list',
      needs: 'data',
      value: 'COLUMN,…',
      help: 'which columns are axes (every one with 2 to 20 values unless given)',
    },
  ],
  examples: ['pointsman init support-desk', 'pointsman init mine --data labelled.csv --axes topic,urgency'],
  run: async (given, io) => (await import('./commands/init.ts')).initCommand(given, io),
};

const DOCTOR: Command = {
  name: 'doctor',
  summary: 'examine the installation, the policy and the newest run: what is wrong, where, what to do',
  usage: '[RUN]',
  flags: [
    { name: 'policy', kind: 'text', value: 'FILE', help: 'a policy instead of the shipped one' },
    { name: 'catalogue', kind: 'text', value: 'FILE', help: 'prices and abilities instead of the shipped ones' },
    weights,
    project,
    runs,
  ],
  examples: ['pointsman doctor', 'pointsman doctor --policy policy.fitted.json --json'],
  run: async (given, io) => (await import('./commands/doctor.ts')).doctorCommand(given, io),
};

export const DATA: readonly Command[] = [IMPORT, CHECK, DIFF, SPLIT, INIT, DOCTOR];
