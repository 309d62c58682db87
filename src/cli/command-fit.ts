import { type Command, classifier, weights } from './command.ts';

export const FIT: Command = {
  name: 'fit',
  summary: 'learn a policy from an outcome table: judged on left-out folds, and free to answer "use one model"',
  usage: '--outcomes DIR/NAME --out FILE',
  flags: [
    {
      name: 'outcomes',
      kind: 'text',
      value: 'DIR/NAME',
      help: 'a table of real outcomes: NAME.prompts.jsonl and NAME.outcomes.csv, .gz of either',
    },
    { name: 'out', kind: 'text', value: 'FILE', help: 'the policy (policy.fitted.json unless given); its weights go beside it' },
    { name: 'models', kind: 'list', value: 'MODEL,…', help: 'only these models of the table' },
    { name: 'assume-output-tokens', kind: 'integer', value: 'N', min: 1, help: 'where the table has none; the cost is then MODELLED' },
    { name: 'cost-weight', kind: 'number', value: 'W', min: 0, help: 'dial: quality (0 to 1) that a dollar is worth' },
    {
      name: 'within',
      kind: 'number',
      value: 'X',
      min: 0,
      max: 1,
      help: 'dial: as cheap as possible within X (0 to 1) of the quality of --of, with 95 % confidence',
    },
    { name: 'of', kind: 'text', value: 'MODEL', help: 'with --within' },
    {
      name: 'max-usd-per-1k',
      kind: 'number',
      value: 'USD',
      min: 0,
      help: 'dial: best quality for at most so many dollars per 1,000 requests',
    },
    {
      name: 'incumbent',
      kind: 'text',
      value: 'FILE',
      help: 'the policy in use: exit code 1 unless the new one passes against it on questions it was not fitted on',
    },
    classifier,
    weights,
    {
      name: 'policy',
      kind: 'text',
      value: 'FILE',
      help: 'a policy whose models (tier, clearance, abilities, prices) are kept where names agree',
    },
    { name: 'catalogue', kind: 'text', value: 'FILE', help: 'prices and abilities instead of the shipped ones' },
    { name: 'skip-bad', kind: 'switch', help: 'leave bad lines out and count them' },
    { name: 'seed', kind: 'integer', value: 'N', help: 'seed of folds and training (1 unless given)' },
  ],
  examples: [
    'pointsman fit --outcomes tables/mmlu --out policy.fitted.json',
    'pointsman fit --outcomes tables/mmlu --within 0.01 --of gpt-4',
  ],
  run: async (given, io) => (await import('./commands/fit.ts')).fitCommand(given, io),
};
