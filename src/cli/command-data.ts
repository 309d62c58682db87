import type { Command } from './command.ts';

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
    { name: 'skip-bad', kind: 'switch', help: 'leave bad rows out and count them' },
  ],
  examples: [
    'pointsman data import --from routellm --in responses/*.csv --out tables/mmlu',
    'pointsman data import --from promptfoo --in results.json --out tables/mine --rename openai:gpt-5-mini=openai/gpt-5-mini',
  ],
  run: async (given, io) => (await import('./commands/data-import.ts')).importCommand(given, io),
};

const INIT: Command = {
  name: 'init',
  summary: 'start a project with axes of your own: taxonomy, prompt, requests and policy to edit',
  usage: '[DIR]',
  flags: [{ name: 'name', kind: 'text', value: 'NAME', help: 'what prompt and policy are called (that of the folder unless given)' }],
  examples: ['pointsman init support-desk', 'pointsman init support-desk --name support'],
  run: async (given, io) => (await import('./commands/init.ts')).initCommand(given, io),
};

export const DATA: readonly Command[] = [IMPORT, INIT];
