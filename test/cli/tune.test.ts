import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MARKERS, type Proposal, type SimulatedRow, simulatedModel } from '../../evals/prove/simulated-model.ts';
import { SMALL_PROMPT, worldOf } from '../../evals/prove/tune-world.ts';
import { packageFile } from '../../src/config/files.ts';
import { completion, failing, json, silent, startUpstream, type Upstream } from '../servers/upstream.ts';
import { folder, run } from './io.ts';

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream(silent);
});
afterAll(() => upstream.close());

const COUNTS = { train: 44, dev: 60, test: 60 };

/** A folder with data and a prompt, and behind the endpoint a model that gets more right once marker A stands in the prompt. */
function workplace(menu: readonly Proposal[] = ['marker A'], onCall: () => void = () => {}, tokens = 900): string {
  const cwd = folder();
  const world = worldOf(menu, 8, COUNTS);
  const answer = simulatedModel(world);
  let busy = 2;
  upstream.behave((exchange) => {
    onCall();
    // The strong model is busy at first, and so is the small one once.
    if (busy > 0 && exchange.body.model === (busy === 2 ? 'gpt-4.1-nano' : 'gpt-4.1')) {
      busy--;
      return failing(429, 'busy', { 'retry-after': '0' })(exchange);
    }
    const usage = { prompt_tokens: tokens, completion_tokens: 20 };
    const content = answer(exchange.body.messages as { role: string; content: string }[]);
    return json(completion(content, { model: String(exchange.body.model), usage }))(exchange);
  });
  mkdirSync(join(cwd, 'data'));
  mkdirSync(join(cwd, 'prompts'));
  writeFileSync(join(cwd, 'prompts/classify.md'), SMALL_PROMPT);
  for (const split of Object.keys(COUNTS))
    writeFileSync(join(cwd, `data/${split}.csv`), csvOf(world.rows.filter((row) => row.split === split)));
  return cwd;
}

const csvOf = (rows: readonly SimulatedRow[]) =>
  `id,text,complexity,domain,risk\n${rows.map(({ id, text, gold }) => [id, text, gold.complexity, gold.domain, gold.risk].join(',')).join('\n')}\n`;

const TUNE = ['tune', '--data', 'data', '--mode', 'edit', '--patience', '1'];
const tune = (cwd: string, more: readonly string[] = ['--max-usd', '5'], signal = new AbortController().signal) =>
  run([...TUNE, ...more], {
    cwd,
    env: { OPENAI_BASE_URL: upstream.url, POINTSMAN_MODEL: 'gpt-4.1-nano', POINTSMAN_REFLECT_MODEL: 'gpt-4.1' },
    fetch: globalThis.fetch,
    signal,
  });
const prompt = (cwd: string, name = 'classify') => readFileSync(join(cwd, `prompts/${name}.md`), 'utf8');
const runFolder = (cwd: string) => join(cwd, '.pointsman/runs', readdirSync(join(cwd, '.pointsman/runs'))[0] as string);

describe('pointsman tune over a real socket', () => {
  it('finds the better prompt, leaves the one in use alone, and tells the whole story', { timeout: 60_000 }, async () => {
    const cwd = workplace();
    const { code, out, talk } = await tune(cwd);
    expect([code, talk.includes('pointsman:')]).toEqual([0, false]);
    expect([...out.matchAll(/^([A-Z]+) /gm)].map(([, word]) => word)).toEqual([
      'VERDICT',
      'DEV',
      'TEST',
      'BASELINES',
      'TRIED',
      'SPENT',
      'WRITTEN',
      'REPORT',
    ]);
    expect(out).toMatch(/^VERDICT {3}BETTER/);
    expect(prompt(cwd)).toBe(SMALL_PROMPT);
    expect(prompt(cwd, 'classify.candidate')).toContain(MARKERS.A);
    const report = readFileSync(join(runFolder(cwd), 'report.md'), 'utf8');
    expect(report).toContain('it needs marker A');
    expect(report).toMatch(/\| 0 \| {2}\| incumbent/);
    const ledger = readFileSync(join(cwd, '.pointsman/test-ledger.jsonl'), 'utf8').trim().split('\n');
    expect(ledger.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ dataset: 'test.csv' })]);

    const calls = upstream.calls();
    const again = await tune(cwd, ['--max-usd', '5', '--apply', '--json']);
    expect(upstream.calls()).toBe(calls);
    const { ending, spentUsd } = JSON.parse(again.out);
    expect([ending.kind, ending.test.looks, spentUsd]).toEqual(['accepted', 2, 0]);
    expect(prompt(cwd)).toBe(prompt(cwd, 'classify.candidate'));

    const scored = await run(
      ['eval', '--data', 'data/test.csv', '--classifier', 'llm', '--cache', 'only', '--json', '--replicates', '100'],
      { cwd, env: { OPENAI_BASE_URL: upstream.url, POINTSMAN_MODEL: 'gpt-4.1-nano' } },
    );
    expect(JSON.parse(scored.out).classifiers[0].joint).toMatchObject({ hits: ending.again, n: COUNTS.test });
  });

  it('ends with exit code 130 when interrupted, and goes on from there', { timeout: 60_000 }, async () => {
    const stop = new AbortController();
    let calls = 0;
    const cwd = workplace(['marker A'], () => {
      if (++calls === 90) stop.abort();
    });
    const first = await tune(cwd, undefined, stop.signal);
    expect([first.code, first.talk]).toEqual([130, expect.stringContaining('run the same command again')]);
    expect(first.talk).toMatch(/so far: prompt in use [\d.]+ % of 60 dev rows, \d+ tried, /);
    const before = upstream.calls();
    const second = await tune(cwd);
    expect(second.code).toBe(0);
    expect(second.talk).toContain('going on in');
    expect(upstream.calls() - before).toBeGreaterThan(0);
    expect(readdirSync(join(cwd, '.pointsman/runs'))).toHaveLength(1);
  });

  it('ends with exit code 130 when a file STOP appears in its folder', { timeout: 60_000 }, async () => {
    let calls = 0;
    const cwd = workplace(['marker A'], () => {
      if (++calls === 90) writeFileSync(join(runFolder(cwd), 'STOP'), '');
    });
    expect((await tune(cwd)).code).toBe(130);
    expect(calls).toBeLessThan(120);
    expect((await tune(cwd)).code).toBe(0);
    expect(existsSync(join(runFolder(cwd), 'STOP'))).toBe(false);
  });

  it('ends with exit code 4 at the cap, and goes on with a larger one', { timeout: 60_000 }, async () => {
    const cwd = workplace(['nothing'], () => {}, 2_400);
    const many = ['--patience', '3'];
    const asked = await tune(cwd, [...many, '--max-usd', '0.001']);
    const least = /give `--max-usd ([\d.]+)`/.exec(asked.talk)?.[1] ?? '';
    expect([asked.code, asked.talk]).toEqual([2, expect.stringContaining('more than the cap of $0.0010')]);
    const stopped = await tune(cwd, [...many, '--max-usd', least]);
    expect([stopped.code, stopped.talk]).toEqual([4, expect.stringContaining('larger `--max-usd`')]);
    const done = await tune(cwd, [...many, '--max-usd', '5']);
    expect([done.code, done.out]).toEqual([0, expect.stringMatching(/^VERDICT {3}NO SIGNIFICANT GAIN/)]);
    expect(prompt(cwd)).toBe(SMALL_PROMPT);
    expect(existsSync(join(cwd, 'prompts/classify.candidate.md'))).toBe(false);
  });
});

describe('pointsman tune before it spends', () => {
  it('says what it could cost at worst, with no key', async () => {
    const { code, out } = await run([...TUNE, '--dry-run'], { cwd: workplace() });
    expect(code).toBe(0);
    expect([...out.matchAll(/^([A-Z]+) /gm)].map(([, word]) => word)).toEqual(['DATA', 'VISIBLE', 'MODELS', 'WORST', 'SET']);
    expect(out).toContain('OPENAI_API_KEY is not set');
  });

  it('wants a cap, a key, enough rows, clean splits, and a prompt', async () => {
    const cwd = workplace();
    const told = async (argv: readonly string[]) => {
      const { code, talk, out } = await run(argv, { cwd });
      return [code, `${talk}${out}`] as const;
    };
    const calls = upstream.calls();
    expect(await told(TUNE)).toEqual([2, expect.stringContaining('expected `--max-usd USD`')]);
    expect(await told([...TUNE, '--max-usd', '5'])).toEqual([2, expect.stringContaining('OPENAI_API_KEY is not set')]);
    expect(await told([...TUNE, '--max-usd', '5', '--prompt', 'nope'])).toEqual([2, expect.stringContaining('no prompt `nope`')]);
    const here = await run(['eval', '--prompt', 'nope', '--dry-run'], { cwd: packageFile('.') });
    expect(here.talk.match(/prompts\/nope\.md/g)).toHaveLength(1);
    expect(await told(['tune', '--max-usd', '5', '--data', 'nowhere'])).toEqual([2, expect.stringContaining('holds no `train.csv`')]);
    writeFileSync(join(cwd, 'few.csv'), csvOf(worldOf([], 3, { train: 100, dev: 20, test: 20 }).rows));
    expect(await told(['tune', '--max-usd', '5', '--data', 'few.csv'])).toEqual([
      2,
      expect.stringMatching(/140 rows, fewer than 150: dev has 50 rows, which show no gain at all \(even 10 points need 77 rows\)/),
    ]);
    const forced = await run(['tune', '--data', 'few.csv', '--force', '--dry-run'], { cwd });
    expect([forced.code, forced.out]).toEqual([0, expect.stringMatching(/^VISIBLE +no gain at all .*77 rows.* on dev/m)]);
    const family = (split: string) =>
      csvOf(worldOf([], 3, { train: 80, dev: 40, test: 40 }).rows.filter((row) => row.split === split))
        .replaceAll('\n', ',f1\n')
        .replace(',f1\n', ',cluster\n');
    mkdirSync(join(cwd, 'kin'));
    for (const split of ['train', 'dev', 'test']) writeFileSync(join(cwd, `kin/${split}.csv`), family(split));
    expect(await told(['tune', '--max-usd', '5', '--data', 'kin'])).toEqual([
      3,
      expect.stringMatching(/40 row\(s\) of dev are of a family that also stands in train/),
    ]);
    writeFileSync(join(cwd, 'data/dev.csv'), readFileSync(join(cwd, 'data/test.csv')));
    expect(await told([...TUNE, '--max-usd', '5'])).toEqual([3, expect.stringContaining('seen in training')]);
    expect(upstream.calls()).toBe(calls);
  });

  it('refuses to score rows that the prompt shows as few-shots', async () => {
    const cwd = workplace();
    const [, line = ''] = readFileSync(join(cwd, 'data/test.csv'), 'utf8').split('\n');
    const [, text = ''] = line.split(',');
    const shot = JSON.stringify({ text, label: { complexity: 'low', domain: 'code', risk: 'low' } });
    writeFileSync(join(cwd, 'prompts/classify.md'), SMALL_PROMPT.replace('fewshots: []', `fewshots:\n  - ${shot}`));
    const { code, talk } = await run([...TUNE, '--max-usd', '5'], { cwd });
    expect([code, talk]).toEqual([3, expect.stringContaining('the few-shots of the prompt')]);
  });
});
