import { type Command, classifier, examples, llmFlags, project, weights } from './command.ts';
import { CALIBRATE } from './command-calibrate.ts';
import { DATA } from './command-data.ts';
import { COMPARE, EVAL, REPORT } from './command-eval.ts';
import { FIT } from './command-fit.ts';
import { CACHE, LIST, POWER, REPRICE } from './command-runs.ts';
import { TUNE } from './command-tune.ts';

const ROUTE: Command = {
  name: 'route',
  summary: 'label one request, choose a model for it, and say why',
  usage: 'TEXT | --request FILE',
  flags: [
    { name: 'request', kind: 'text', value: 'FILE', help: 'a request as JSON ({ messages, tools }), `-` for standard input' },
    classifier,
    examples,
    weights,
    ...llmFlags,
    project,
    { name: 'policy', kind: 'text', value: 'FILE', help: 'a policy instead of the shipped one' },
    { name: 'catalogue', kind: 'text', value: 'FILE', help: 'prices and abilities instead of the shipped ones' },
    { name: 'pool', kind: 'text', value: 'NAME', help: 'use this pool whatever the label says' },
    { name: 'candidates', kind: 'list', value: 'MODEL,…', help: 'choose among these models' },
    { name: 'model', kind: 'text', value: 'MODEL', help: 'only this model, if it is eligible' },
    {
      name: 'tier',
      kind: 'text',
      value: 'TIER',
      choices: ['low', 'medium', 'high'],
      help: 'route as if complexity were low, medium or high',
    },
    { name: 'min-quality', kind: 'number', value: 'Q', min: 0, max: 1, help: 'least expected quality, 0 to 1' },
    { name: 'max-usd', kind: 'number', value: 'USD', min: 0, help: 'most the request may be expected to cost, dollars' },
    {
      name: 'objective',
      kind: 'text',
      value: 'NAME',
      choices: ['cheapest', 'balanced', 'best', 'fastest'],
      help: 'cheapest, balanced, best or fastest',
    },
    { name: 'fallback', kind: 'text', value: 'ORDER', choices: ['ranked', 'listed'], help: 'order of fallbacks: ranked or listed' },
    { name: 'region', kind: 'text', value: 'REGION', help: 'only models that serve this region' },
    { name: 'user-tier', kind: 'text', value: 'TIER', help: 'only models this user tier may use' },
  ],
  examples: ['pointsman route "Summarise this contract"', 'pointsman route "Translate to Thai: good morning" --pool translation --json'],
  run: async (given, io) => (await import('./commands/route.ts')).routeCommand(given, io),
};

const CLASSIFY: Command = {
  name: 'classify',
  summary: 'label one text, or every row of a CSV or JSONL file',
  usage: 'TEXT | --in FILE [--out FILE]',
  flags: [
    {
      name: 'in',
      kind: 'text',
      value: 'FILE',
      help: 'rows with `id` and `text`, `prompt` or `messages`; CSV or JSONL, .gz of either; `-` for standard input',
    },
    {
      name: 'out',
      kind: 'text',
      value: 'FILE',
      help: 'one JSON line per row; compressed if it ends in .gz (standard output unless given)',
    },
    {
      name: 'format',
      kind: 'text',
      needs: 'in',
      value: 'NAME',
      choices: ['csv', 'jsonl'],
      help: 'csv or jsonl, where the name of --in does not tell',
    },
    { name: 'skip-bad', kind: 'switch', needs: 'in', help: 'leave bad rows out and report them, instead of stopping at the first' },
    classifier,
    examples,
    weights,
    ...llmFlags,
    project,
    {
      name: 'concurrency',
      kind: 'integer',
      value: 'N',
      min: 1,
      max: 256,
      help: 'calls in flight for llm, cascade and semantic (8 unless given)',
    },
  ],
  examples: ['pointsman classify "fix this SQL join"', 'pointsman classify --in prompts.csv --out predictions.jsonl'],
  run: async (given, io) => (await import('./commands/classify.ts')).classifyCommand(given, io),
};

const MODELS: Command = {
  name: 'models',
  summary: 'refresh the price and ability catalogue',
  usage: 'refresh',
  flags: [
    { name: 'from', kind: 'text', value: 'SOURCE', help: 'models.dev (unless given), litellm, a file or an address in either format' },
    { name: 'out', kind: 'text', value: 'FILE', help: 'where to write it (datasets/models.json, if that is here)' },
    {
      name: 'providers',
      kind: 'list',
      value: 'NAME,…',
      help: 'only these providers; `all` for every one (those of the present file unless given)',
    },
    { name: 'fresh', kind: 'switch', help: 'fetch even if the copy in .pointsman/cache is less than an hour old' },
  ],
  examples: ['pointsman models refresh', 'pointsman models refresh --from litellm --out models.json'],
  run: async (given, io) => (await import('./commands/models.ts')).modelsCommand(given, io),
};

const TRAIN: Command = {
  name: 'train',
  flagsOnly: true,
  summary: 'train the embedded classifier from datasets: seeded, the same bytes every time',
  usage: '[--check]',
  flags: [
    { name: 'datasets', kind: 'text', value: 'DIR', help: 'folder with requests/train.csv and lexicon/ (the shipped ones unless given)' },
    { name: 'out', kind: 'text', value: 'FILE', help: 'where the weights go (the shipped file unless given)' },
    project,
    { name: 'also', kind: 'text', value: 'DIR', help: 'further label sets, AXIS.SOURCE.csv or .csv.gz' },
    { name: 'seed', kind: 'integer', value: 'N', help: 'seed of the training' },
    { name: 'check', kind: 'switch', help: 'compare with --out and write nothing' },
  ],
  examples: ['pointsman train --out weights.bin', 'pointsman train --check'],
  run: async (given, io) => (await import('./commands/train.ts')).trainCommand(given, io),
};

/** Every command, in the order the help lists them. */
export const COMMANDS: readonly Command[] = [
  ROUTE,
  CLASSIFY,
  EVAL,
  COMPARE,
  REPORT,
  LIST,
  POWER,
  REPRICE,
  CALIBRATE,
  FIT,
  TUNE,
  TRAIN,
  MODELS,
  CACHE,
  ...DATA,
];
