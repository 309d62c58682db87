import type { Flag } from './flags.ts';

/** Flags of `eval --collect` alone. */
export const COLLECT_FLAGS: readonly Flag[] = [
  {
    name: 'collect',
    kind: 'switch',
    notWith: 'outcomes',
    help: 'ask every prompt of --data of each model, grade the answers, add them to the outcome table --out',
  },
  { name: 'pool', kind: 'text', needs: 'collect', notWith: 'models', value: 'NAME', help: 'with --collect: the models of this pool' },
  { name: 'out', kind: 'text', needs: 'collect', value: 'DIR/NAME', help: 'with --collect: the table written or added to' },
  {
    name: 'grader',
    kind: 'text',
    needs: 'collect',
    value: 'NAME',
    help: 'for rows that name none: exact, number[:TOLERANCE], contains, regex, json-schema, function:FILE, judge or judge:pairwise',
  },
  { name: 'judge', kind: 'text', needs: 'collect', value: 'MODEL', help: 'the model that judges: of no family that is judged' },
  { name: 'judge-prompt', kind: 'text', needs: 'judge', value: 'FILE', help: 'a rubric in place of prompts/judge.md' },
  {
    name: 'calibration',
    kind: 'text',
    needs: 'judge',
    value: 'FILE',
    help: 'human grades (id,model,human) of some answers: corrects the judge, with an interval',
  },
  {
    name: 'max-output-tokens',
    kind: 'integer',
    needs: 'collect',
    value: 'N',
    min: 1,
    max: 1_000_000,
    help: 'limit of an answer whose row sets none (2048)',
  },
  { name: 'timeout', kind: 'number', needs: 'collect', value: 'SECONDS', min: 0.1, max: 3_600, help: 'longest time for one call (120)' },
  { name: 'keep-answers', kind: 'switch', needs: 'collect', help: 'keep the answers themselves, not their hash: they can be graded anew' },
  {
    name: 'endpoint',
    kind: 'list',
    needs: 'collect',
    value: 'NAME=URL,…',
    help: 'where a provider is reached, such as openai=http://127.0.0.1:8000/v1',
  },
];

/** Flags of `eval` that mean something beside `--collect`. */
export const WITH_COLLECT: ReadonlySet<string> = new Set([
  ...COLLECT_FLAGS.map(({ name }) => name),
  ...['data', 'repeat', 'models', 'policy', 'catalogue', 'project', 'limit', 'seed', 'jobs', 'retries', 'max-usd'],
  ...['retry-errors', 'dry-run', 'skip-bad', 'json', 'help'],
]);
