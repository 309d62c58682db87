import { COLLECT_FLAGS } from './collect-flags.ts';
import { type Command, catalogue, examples, llmFlags, policy, project, runs, skipBad, weights } from './command.ts';
import { integerFlag, listFlag, numberFlag, switchFlag, textFlag } from './flags.ts';

export const EVAL: Command = {
  name: 'eval',
  flagsOnly: true,
  summary: 'score classifiers on labelled requests, or a router on real outcomes, against every fixed model',
  usage: '[--split dev] | --outcomes DIR/NAME | --collect --data FILE --models A,B --out DIR/NAME',
  flags: [
    textFlag('split', 'NAME', 'dev unless given; test asks first and is counted', { choices: ['dev', 'test', 'train'] }),
    textFlag('data', 'FILE', 'a labelled set of your own, CSV or JSONL, instead of a split', { notWith: 'outcomes' }),
    listFlag(
      'classifier',
      'NAME,…',
      'the first serves, the others are compared (every offline one unless given; llm, cascade and semantic need a key and --max-usd)',
    ),
    listFlag(
      'prompt',
      'NAME,…',
      'prompts that llm and cascade ask with, side by side: a file, a name of `prompts/`, or either `@git:REV` (classify unless given)',
    ),
    textFlag(
      'suite',
      'NAME',
      'attack the classifiers instead: injection templates × requests, typos, envelope, paraphrases (embedded, rules and a fooled cascade unless named)',
      { notWith: 'outcomes', choices: ['robustness'] },
    ),
    textFlag('templates', 'FILE', 'attacks of your own, one JSON object a line', { needs: 'suite' }),
    examples,
    textFlag('predictions', 'FILE', 'labels written by `pointsman classify --out`, scored like a classifier'),
    weights,
    ...llmFlags,
    project,
    policy,
    catalogue,
    textFlag('outcomes', 'DIR/NAME', 'a table of real outcomes: NAME.prompts.jsonl and NAME.outcomes.csv, .gz of either'),
    listFlag('models', 'MODEL,…', 'only these models of the table; with --collect: the models to ask', { needs: ['outcomes', 'collect'] }),
    textFlag('strong', 'MODEL', 'with --weak: also APGR and CPT for this pair', { needs: 'outcomes' }),
    textFlag('weak', 'MODEL', 'with --strong', { needs: 'outcomes' }),
    integerFlag('assume-output-tokens', 'N', 'where the table has none; the cost is then MODELLED', { needs: 'outcomes', min: 1 }),
    textFlag('objective', 'NAME', 'what a dollar is worth when choosing on a table (that of the policy unless given)', {
      needs: 'outcomes',
      choices: ['cheapest', 'balanced', 'best', 'fastest'],
    }),
    switchFlag('in-sample', 'score rows whose text was learned from, too; marks the report', { needs: 'outcomes' }),
    integerFlag('limit', 'N', 'at most so many rows, drawn with the seed', { min: 1 }),
    integerFlag('seed', 'N', 'seed of every draw (7 unless given)'),
    integerFlag('replicates', 'N', 'bootstrap replicates (2000 unless given)', { min: 100, max: 100_000 }),
    integerFlag('jobs', 'N', 'calls in flight for llm, cascade and semantic (8 unless given)', { min: 1, max: 256 }),
    numberFlag('max-usd', 'USD', 'most that paid classifiers may spend; without it they do not run', { min: 0 }),
    textFlag(
      'cache',
      'MODE',
      'remembered answers of paid classifiers: use (unless given), refresh, off, or only (a miss fails; the rule where CI is set)',
      { choices: ['use', 'refresh', 'off', 'only'] },
    ),
    integerFlag(
      'repeat',
      'N',
      'ask each model so often for each row; answers are averaged within the row and never count as rows (1 unless given)',
      { min: 1, max: 100, notWith: 'outcomes' },
    ),
    textFlag(
      'cache-folder',
      'DIR',
      'where answers are remembered (.pointsman/cache/answers unless given); a folder you commit makes builds that ask nobody',
    ),
    integerFlag('retries', 'N', 'tries again after a failure that may pass (4 unless given)', { min: 0, max: 20 }),
    textFlag(
      'compare',
      'REF',
      '`last`, `blessed`, a run folder or `git:REV` (a run made there, else the baseline committed there): what changed, and is it better',
    ),
    textFlag('drift', 'FILE', '`drift.json` of a run, or a fitted policy: has the traffic moved since?'),
    switchFlag('watch', 'show at every change of the prompt what it does to sixty rows, errors first; a biased preview, no run is kept', {
      needs: 'prompt',
      notWith: 'outcomes',
    }),
    textFlag('gate', 'FILE', 'checks that must hold, as in evals/gate.yaml; a failed one ends with exit code 1'),
    switchFlag('bless', 'make this run the committed baseline, if it is complete and valid and the gate passes'),
    textFlag('resume', 'RUN', 'go on with this run folder (an unfinished run of the same kind is found by itself)'),
    switchFlag('allow-changed', 'with --resume, although something changed since; marks the report', { needs: 'resume' }),
    switchFlag('retry-errors', 'ask again for rows an earlier attempt lost to the provider'),
    switchFlag('dry-run', 'say what it would cost, and stop'),
    switchFlag('yes', 'open the test split without asking', { notWith: 'outcomes' }),
    skipBad,
    textFlag('runs', 'DIR', 'where run folders go (.pointsman/runs unless given)'),
    ...COLLECT_FLAGS,
  ],
  examples: [
    'pointsman eval',
    'pointsman eval --data labelled.csv --classifier embedded,keywords --json',
    'pointsman eval --outcomes tables/mmlu --strong gpt-4 --weak mixtral',
    'pointsman eval --compare last --gate evals/gate.yaml',
    'pointsman eval --suite robustness',
  ],
  run: async (given, io) => (await import('./commands/eval.ts')).evalCommand(given, io),
};

export const COMPARE: Command = {
  name: 'compare',
  summary: 'compare two runs on the same rows: which is better, which cases flipped',
  usage: 'OLDER NEWER (OLDER may be `blessed` or `git:REV`)',
  flags: [
    runs,
    integerFlag('seed', 'N', 'seed of the resampling (7 unless given)'),
    integerFlag('replicates', 'N', 'bootstrap replicates (2000 unless given)', { min: 100, max: 100_000 }),
  ],
  examples: ['pointsman compare 2026-11-21T091403Z-dev-7f3a 2026-11-22T101500Z-dev-91bc'],
  run: async (given, io) => (await import('./commands/compare.ts')).compareCommand(given, io),
};

export const REPORT: Command = {
  name: 'report',
  summary: 'draw report.html of a finished run again, without asking or computing anything',
  usage: 'RUN',
  flags: [runs],
  examples: ['pointsman report 2026-11-21T091403Z-dev-7f3a'],
  run: async (given, io) => (await import('./commands/report.ts')).reportCommand(given, io),
};
