import { type Command, catalogue, classifier, project, weights } from './command.ts';
import { integerFlag, listFlag, numberFlag, switchFlag, textFlag } from './flags.ts';

export const FIT: Command = {
  name: 'fit',
  flagsOnly: true,
  deaf: true,
  summary: 'learn a policy from an outcome table: judged on left-out folds, and free to answer "use one model"',
  usage: '--outcomes DIR/NAME --out FILE | --feedback DIR/NAME --incumbent FILE | --band FILE',
  flags: [
    textFlag('outcomes', 'DIR/NAME', 'a table of real outcomes: NAME.prompts.jsonl and NAME.outcomes.csv, .gz of either'),
    textFlag('out', 'FILE', 'the policy (policy.fitted.json unless given); its weights go beside it'),
    listFlag('models', 'MODEL,…', 'only these models of the table'),
    integerFlag('assume-output-tokens', 'N', 'where the table has none; the cost is then MODELLED', { min: 1 }),
    numberFlag('cost-weight', 'W', 'dial: quality (0 to 1) that a dollar is worth', { min: 0 }),
    numberFlag('within', 'X', 'dial: as cheap as possible within X (0 to 1) of the quality of --of, with 95 % confidence', {
      min: 0,
      max: 1,
    }),
    textFlag('of', 'MODEL', 'with --within'),
    numberFlag('max-usd-per-1k', 'USD', 'dial: best quality for at most so many dollars per 1,000 requests', { min: 0 }),
    textFlag('incumbent', 'FILE', 'the policy in use: exit code 1 unless the new one passes against it on questions it was not fitted on'),
    textFlag(
      'feedback',
      'DIR/NAME',
      'instead: does --incumbent still deliver what it promised? a table of feedback (`outcomesOf`); exit code 1 when it does not',
      { needs: 'incumbent', notWith: 'outcomes' },
    ),
    classifier,
    weights,
    project,
    textFlag('policy', 'FILE', 'a policy whose models (tier, clearance, abilities, prices) are kept where names agree'),
    catalogue,
    textFlag('band', 'FILE', 'instead: choose the doubtful band of the cascade from a labelled set, one threshold an axis'),
    numberFlag('max-error', 'X', 'with --band: share of wrong labels among the believed (0.1 unless given)', { min: 0, max: 1 }),
    textFlag('predictions', 'FILE', 'with --band: what the second classifier said (`pointsman classify --out`)'),
    numberFlag('usd-per-call', 'USD', 'with --band: dollars of one second opinion', { min: 0 }),
    switchFlag('skip-bad', 'leave bad lines out and count them'),
    integerFlag('seed', 'N', 'seed of folds and training (1 unless given)'),
  ],
  examples: [
    'pointsman fit --outcomes tables/mmlu --out policy.fitted.json',
    'pointsman fit --outcomes tables/mmlu --within 0.01 --of gpt-4',
  ],
  run: async (given, io) => (await import('./commands/fit.ts')).fitCommand(given, io),
};
