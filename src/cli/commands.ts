import { type Command, catalogue, classifier, examples, llmFlags, policy, project, weights } from './command.ts';
import { CALIBRATE } from './command-calibrate.ts';
import { DATA } from './command-data.ts';
import { COMPARE, EVAL, REPORT } from './command-eval.ts';
import { FIT } from './command-fit.ts';
import { CACHE, LIST, POWER, REGRADE, REPRICE } from './command-runs.ts';
import { TUNE } from './command-tune.ts';
import { integerFlag, listFlag, numberFlag, switchFlag, textFlag } from './flags.ts';

const ROUTE: Command = {
  name: 'route',
  summary: 'label one request, choose a model for it, and say why',
  usage: 'TEXT | --request FILE',
  flags: [
    textFlag('request', 'FILE', 'a request as JSON ({ messages, tools }), `-` for standard input'),
    classifier,
    examples,
    weights,
    ...llmFlags,
    project,
    policy,
    catalogue,
    textFlag('pool', 'NAME', 'use this pool whatever the label says'),
    listFlag('candidates', 'MODEL,…', 'choose among these models'),
    textFlag('model', 'MODEL', 'only this model, if it is eligible'),
    textFlag('tier', 'TIER', 'route as if complexity were low, medium or high', { choices: ['low', 'medium', 'high'] }),
    numberFlag('min-quality', 'Q', 'least expected quality, 0 to 1', { min: 0, max: 1 }),
    numberFlag('max-usd', 'USD', 'most the request may be expected to cost, dollars', { min: 0 }),
    textFlag('objective', 'NAME', 'cheapest, balanced, best or fastest', { choices: ['cheapest', 'balanced', 'best', 'fastest'] }),
    textFlag('fallback', 'ORDER', 'order of fallbacks: ranked or listed', { choices: ['ranked', 'listed'] }),
    textFlag('region', 'REGION', 'only models that serve this region'),
    textFlag('user-tier', 'TIER', 'only models this user tier may use'),
  ],
  examples: ['pointsman route "Summarise this contract"', 'pointsman route "Translate to Thai: good morning" --pool translation --json'],
  run: async (given, io) => (await import('./commands/route.ts')).routeCommand(given, io),
};

const CLASSIFY: Command = {
  name: 'classify',
  summary: 'label one text, or every row of a CSV or JSONL file',
  usage: 'TEXT | --in FILE [--out FILE]',
  flags: [
    textFlag('in', 'FILE', 'rows with `id` and `text`, `prompt` or `messages`; CSV or JSONL, .gz of either; `-` for standard input'),
    textFlag('out', 'FILE', 'one JSON line per row; compressed if it ends in .gz (standard output unless given)'),
    textFlag('format', 'NAME', 'csv or jsonl, where the name of --in does not tell', { needs: 'in', choices: ['csv', 'jsonl'] }),
    switchFlag('skip-bad', 'leave bad rows out and report them, instead of stopping at the first', { needs: 'in' }),
    classifier,
    examples,
    weights,
    ...llmFlags,
    project,
    integerFlag('concurrency', 'N', 'calls in flight for llm, cascade and semantic (8 unless given)', { min: 1, max: 256 }),
  ],
  examples: ['pointsman classify "fix this SQL join"', 'pointsman classify --in prompts.csv --out predictions.jsonl'],
  run: async (given, io) => (await import('./commands/classify.ts')).classifyCommand(given, io),
};

const MODELS: Command = {
  name: 'models',
  summary: 'refresh the price and ability catalogue',
  usage: 'refresh',
  flags: [
    textFlag('from', 'SOURCE', 'models.dev (unless given), litellm, a file or an address in either format'),
    textFlag('out', 'FILE', 'where to write it (datasets/models.json, if that is here)'),
    listFlag('providers', 'NAME,…', 'only these providers; `all` for every one (those of the present file unless given)'),
    switchFlag('fresh', 'fetch even if the copy in .pointsman/cache is less than an hour old'),
  ],
  examples: ['pointsman models refresh', 'pointsman models refresh --from litellm --out models.json'],
  run: async (given, io) => (await import('./commands/models.ts')).modelsCommand(given, io),
};

const TRAIN: Command = {
  name: 'train',
  flagsOnly: true,
  deaf: true,
  summary: 'train the embedded classifier from datasets: seeded, the same bytes every time',
  usage: '[--check]',
  flags: [
    textFlag('datasets', 'DIR', 'folder with requests/train.csv and lexicon/ (the shipped ones unless given)'),
    textFlag('out', 'FILE', 'where the weights go (the shipped file unless given)'),
    project,
    textFlag('also', 'DIR', 'further label sets, AXIS.SOURCE.csv or .csv.gz'),
    integerFlag('seed', 'N', 'seed of the training'),
    switchFlag('check', 'compare with --out and write nothing'),
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
  REGRADE,
  REPRICE,
  CALIBRATE,
  FIT,
  TUNE,
  TRAIN,
  MODELS,
  CACHE,
  ...DATA,
];
