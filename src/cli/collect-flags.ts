import { type Flag, integerFlag, listFlag, numberFlag, switchFlag, textFlag } from './flags.ts';

/** Flags of `eval --collect` alone. */
export const COLLECT_FLAGS: readonly Flag[] = [
  switchFlag('collect', 'ask every prompt of --data of each model, grade the answers, add them to the outcome table --out', {
    notWith: 'outcomes',
  }),
  textFlag('pool', 'NAME', 'with --collect: the models of this pool', { needs: 'collect', notWith: 'models' }),
  textFlag('out', 'DIR/NAME', 'with --collect: the table written or added to', { needs: 'collect' }),
  textFlag(
    'grader',
    'NAME',
    'for rows that name none: exact, number[:TOLERANCE], contains, regex, json-schema, function:FILE, judge or judge:pairwise',
    { needs: 'collect' },
  ),
  textFlag('judge', 'MODEL', 'the model that judges: of no family that is judged', { needs: 'collect' }),
  textFlag('judge-prompt', 'FILE', 'a rubric in place of prompts/judge.md', { needs: 'judge' }),
  textFlag('calibration', 'FILE', 'human grades (id,model,human) of some answers: corrects the judge, with an interval', {
    needs: 'judge',
  }),
  integerFlag('max-output-tokens', 'N', 'limit of an answer whose row sets none (2048)', { needs: 'collect', min: 1, max: 1_000_000 }),
  numberFlag('timeout', 'SECONDS', 'longest time for one call (120)', { needs: 'collect', min: 0.1, max: 3_600 }),
  switchFlag('keep-answers', 'keep the answers themselves, not their hash: they can be graded anew', { needs: 'collect' }),
  listFlag('endpoint', 'NAME=URL,…', 'where a provider is reached, such as openai=http://127.0.0.1:8000/v1', { needs: 'collect' }),
];

/** Flags of `eval` that mean something beside `--collect`. */
export const WITH_COLLECT: ReadonlySet<string> = new Set([
  ...COLLECT_FLAGS.map(({ name }) => name),
  ...['data', 'repeat', 'models', 'policy', 'catalogue', 'project', 'limit', 'seed', 'jobs', 'retries', 'max-usd'],
  ...['retry-errors', 'dry-run', 'skip-bad', 'json', 'help'],
]);
