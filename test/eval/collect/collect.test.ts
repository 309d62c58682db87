import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ppid } from 'node:process';
import { afterEach, describe, expect, it } from 'vitest';
import type { CollectSummary } from '../../../src/eval/collect/summary.ts';
import { nodeFiles } from '../../../src/eval/files.ts';
import { loadTable } from '../../../src/eval/table/load.ts';
import { folder, type Ran, run } from '../../cli/io.ts';
import { type Behaviour, completion, failing, json, resetting, startUpstream, type Upstream } from '../../servers/upstream.ts';
import { sums, world } from '../../servers/world.ts';

const NANO = 'openai/gpt-4.1-nano';
const LARGE = 'openai/gpt-4.1';
const NATURES = { 'gpt-4.1-nano': { quality: 0.6 }, 'gpt-4.1': { quality: 0.9, outputTokens: 30 } };

let upstream: Upstream | undefined;
afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

type Made = { cwd: string; ask(...argv: string[]): Promise<Ran> };

async function start(behaviour: Behaviour, rows = 12, columns: Record<string, unknown> = { grader: 'number' }): Promise<Made> {
  upstream = await startUpstream(behaviour);
  const { url } = upstream;
  const cwd = folder();
  writeFileSync(join(cwd, 'p.jsonl'), linesOf(sums(rows).map((row) => ({ ...row, ...columns }))));
  const fixed = ['eval', '--collect', '--data', 'p.jsonl', '--out', 't/m', '--endpoint', `openai=${url}`];
  const ask: Made['ask'] = (...argv) => {
    const models = argv.includes('--models') ? [] : ['--models', `${NANO},${LARGE}`];
    return run([...fixed, ...models, ...argv], { cwd, fetch: globalThis.fetch });
  };
  return { cwd, ask };
}

const linesOf = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
const read = ({ cwd }: Made, name: string): string => readFileSync(join(cwd, 't', name), 'utf8');
const calls = (): number => upstream?.calls() ?? -1;
const summaryOf = ({ out }: Ran): CollectSummary => JSON.parse(out) as CollectSummary;

/** Answers as a world does until told to do otherwise for some calls. */
const unless =
  (odd: (model: string, call: number) => Behaviour | null, otherwise: Behaviour): Behaviour =>
  (exchange) =>
    (odd(String(exchange.body.model), exchange.call) ?? otherwise)(exchange);

describe('collecting outcomes', () => {
  it('writes a table that eval and fit read, with prices, and recovers known qualities within their intervals', async () => {
    const made = await start(world(NATURES), 150);
    const ran = await made.ask('--max-usd', '5', '--repeat', '2', '--json', '--jobs', '32');
    expect([ran.code, calls()]).toEqual([0, 600]);
    const { models, compared } = summaryOf(ran);
    expect(compared).toMatchObject({ prompts: 150, models: [NANO, LARGE], leftOut: [] });
    for (const [at, truth] of [0.6, 0.9].entries()) {
      const [low, high] = models[at]?.quality?.ci95 ?? [1, 0];
      expect(low).toBeLessThan(truth);
      expect(high).toBeGreaterThan(truth);
      expect(high - low).toBeLessThan(0.16);
    }
    const table = await loadTable(join(made.cwd, 't/m'), {}, nodeFiles());
    expect(table.models.map(({ name, price, costKnown }) => ({ name, price, costKnown }))).toEqual([
      { name: NANO, price: { input: 0.1, output: 0.4 }, costKnown: true },
      { name: LARGE, price: { input: 2, output: 8 }, costKnown: true },
    ]);
    expect(table.incomplete).toBe(0);
    // Two draws of each cell: an oracle can choose on one and score on the other.
    expect(table.models.every(({ second }) => second !== null)).toBe(true);
  });

  it('keeps the hash of an answer, and its text only when asked', async () => {
    const made = await start(world(NATURES), 3);
    await made.ask('--max-usd', '1');
    expect(read(made, 'm.collect/cells.jsonl')).not.toContain('I make it');
    await made.ask('--max-usd', '1', '--keep-answers', '--out', 't/kept');
    expect(read(made, 'kept.collect/cells.jsonl')).toContain('I make it');
  });

  it('asks again for nothing it has, and for more answers only what is missing', async () => {
    const made = await start(world(NATURES), 10);
    await made.ask('--max-usd', '1', '--models', NANO);
    expect(calls()).toBe(10);
    await made.ask('--max-usd', '1');
    expect(calls()).toBe(20);
    await made.ask('--max-usd', '1', '--repeat', '3');
    expect(calls()).toBe(60);
    await made.ask('--max-usd', '1', '--repeat', '3');
    expect(calls()).toBe(60);
    expect(read(made, 'm.outcomes.csv').trim().split('\n')).toHaveLength(61);
  });

  it('adds to a table that is there, and leaves its other lines alone', async () => {
    const made = await start(world(NATURES), 4);
    await made.ask('--max-usd', '1', '--models', NANO);
    const own = read(made, 'm.outcomes.csv');
    writeFileSync(join(made.cwd, 't/m.outcomes.csv'), `${own}q0,elsewhere/x,0.5,,7\n`);
    writeFileSync(join(made.cwd, 't/models.csv'), `model,input_usd_per_mtok,output_usd_per_mtok,note\n${NANO},9,9,"mine, checked"\n`);
    await made.ask('--max-usd', '1');
    expect(read(made, 'm.outcomes.csv')).toContain('q0,elsewhere/x,0.5,,7\n');
    expect(read(made, 'models.csv')).toBe(
      `model,input_usd_per_mtok,output_usd_per_mtok,note\n${NANO},9,9,"mine, checked"\n${LARGE},2,8,\n`,
    );
  });
});

describe('money', () => {
  it('is never spent without a cap; --dry-run names it role by role and needs no key', async () => {
    const made = await start(world(NATURES));
    const bare = await made.ask();
    expect([bare.code, calls()]).toEqual([2, 0]);
    expect(bare.out).toContain('--max-usd');
    const argv = ['eval', '--collect', '--data', 'p.jsonl', '--out', 't/m', '--models', LARGE, '--dry-run'];
    const dry = await run(argv, { cwd: made.cwd });
    expect(dry.code).toBe(0);
    expect(dry.out).toMatch(/role +low +expected +worst\nopenai\/gpt-4\.1 /);
    expect(dry.out).toContain('OPENAI_API_KEY');
    expect(existsSync(join(made.cwd, 't'))).toBe(false);
  });

  it('is named for every model of a pool and for the judge', async () => {
    const made = await start(world(NATURES), 5, { grader: 'judge' });
    const argv = [
      'eval',
      '--collect',
      '--data',
      'p.jsonl',
      '--out',
      't/m',
      '--pool',
      'low',
      '--judge',
      'xai/grok-4.20-0309-reasoning',
      '--dry-run',
    ];
    const dry = await run(argv, { cwd: made.cwd });
    expect([dry.code, dry.talk]).toEqual([0, '']);
    expect(dry.out).toMatch(/^openai\/\S+ .*\$/m);
    const [low, expected, worst] = (/^judge xai\/grok-4\.20-0309-reasoning +\$(\S+) +\$(\S+) +\$(\S+)$/m.exec(dry.out) ?? [])
      .slice(1)
      .map(Number);
    expect(low).toBeGreaterThan(0);
    expect(expected).toBeGreaterThan(low ?? Number.NaN);
    expect(worst).toBeGreaterThan(expected ?? Number.NaN);
  });

  it('stops at the cap with whole prompts, ends with 4, and goes on when the cap is raised', async () => {
    const made = await start(
      world({ 'gpt-4.1-nano': { quality: 1, outputTokens: 2_000 }, 'gpt-4.1': { quality: 1, outputTokens: 2_000 } }),
      40,
    );
    const ran = await made.ask('--max-usd', '0.2', '--json');
    const { cells, usd, models } = summaryOf(ran);
    expect(ran.code).toBe(4);
    expect(usd.candidates).toBeLessThanOrEqual(0.2);
    expect(usd.candidates).toBeGreaterThan(0.1);
    expect(cells.skipped_budget).toBeGreaterThan(0);
    expect(models[0]?.cells.ok).toBe(models[1]?.cells.ok);
    const more = await made.ask('--max-usd', '5', '--json');
    expect([more.code, summaryOf(more).cells.ok, calls()]).toEqual([0, 80, 80]);
  });

  it('counts what earlier attempts spent', async () => {
    const made = await start(world(NATURES), 20);
    await made.ask('--max-usd', '1', '--models', NANO);
    const { usd } = summaryOf(await made.ask('--max-usd', '1', '--models', NANO, '--json'));
    expect(usd.thisRun).toBe(0);
    expect(usd.candidates).toBeCloseTo(20 * (20 * 0.1 + 10 * 0.4) * 1e-6, 12);
    expect((await made.ask('--max-usd', String(usd.candidates), '--json')).code).toBe(4);
  });
});

describe('tokens nobody counted', () => {
  it('are unknown in the table, and are guessed for the cap alone', async () => {
    const uncounted: Behaviour = (exchange) => json(completion('I make it 10.', { usage: undefined }))(exchange);
    const made = await start(uncounted, 2);
    const ran = await made.ask('--max-usd', '1', '--models', NANO, '--json');
    expect(read(made, 'm.outcomes.csv')).toMatch(/^q0,openai\/gpt-4\.1-nano,1,,$/m);
    expect(summaryOf(ran).usd.candidates).toBeGreaterThan(0);
    expect(summaryOf(ran).models[0]?.usdPer1k).toBeNull();
  });
});

describe('trouble', () => {
  it('F-86 a model that is down is told, its rows are errors, and nobody is compared on unlike rows', async () => {
    const made = await start(
      unless((model) => (model === 'gpt-4.1' ? failing(401) : null), world(NATURES)),
      30,
    );
    const ran = await made.ask('--max-usd', '1');
    expect(ran.code).toBe(3);
    expect(ran.out).toContain(`DOWN      ${LARGE}: no answer of 30 (provider.unauthorised: `);
    expect(ran.out).toContain(`COMPARED  on 30 of 30 prompts, those that it answered; left out, for want of answers: ${LARGE}`);
    // Ten failures in a row, and what was under way meanwhile; then nobody waits for it any more.
    expect(calls()).toBeLessThan(30 + 30);
    expect(read(made, 'm.outcomes.csv')).not.toContain(`,${LARGE},`);
    upstream?.behave(world(NATURES));
    const same = await made.ask('--max-usd', '1');
    expect(same.code).toBe(3);
    const mended = await made.ask('--max-usd', '1', '--retry-errors', '--json');
    expect([mended.code, summaryOf(mended).compared]).toEqual([0, { prompts: 30, models: [NANO, LARGE], leftOut: [] }]);
  });

  it('tries again after what may pass, and waits as long as asked', async () => {
    const odd = (_: string, call: number) =>
      call === 0 ? failing(429, 'slow down', { 'retry-after': '0.1' }) : call === 2 ? failing(503) : null;
    const made = await start(unless(odd, world(NATURES)), 3);
    const ran = await made.ask('--max-usd', '1', '--json');
    expect([ran.code, summaryOf(ran).cells.ok, calls()]).toEqual([0, 6, 8]);
  });

  it('asks for the output limit under the name the endpoint takes', async () => {
    const bodies: Record<string, unknown>[] = [];
    const old: Behaviour = (exchange) => {
      bodies.push(exchange.body);
      const refuses = 'max_completion_tokens' in exchange.body;
      return (refuses ? failing(400, 'Unknown parameter: max_completion_tokens') : world(NATURES))(exchange);
    };
    const made = await start(old, 3);
    const ran = await made.ask('--max-usd', '1', '--models', NANO, '--jobs', '1', '--max-output-tokens', '77');
    expect([ran.code, calls()]).toEqual([0, 4]);
    expect(bodies.at(-1)).toMatchObject({ max_tokens: 77 });
  });

  it('F-54 goes on after being cut off at any byte of the log, and ends with the same table', async () => {
    const made = await start(world({ 'gpt-4.1-nano': { quality: 1 }, 'gpt-4.1': { quality: 0 } }), 6);
    await made.ask('--max-usd', '1');
    const whole = { log: read(made, 'm.collect/cells.jsonl'), table: read(made, 'm.outcomes.csv') };
    for (const share of [0, 0.11, 0.37, 0.5, 0.83, 0.999]) {
      const before = calls();
      const cut = Buffer.from(whole.log).subarray(0, Math.floor(share * whole.log.length));
      writeFileSync(join(made.cwd, 't/m.collect/cells.jsonl'), cut);
      await made.ask('--max-usd', '1');
      const kept = cut.toString('utf8').split('\n').length - 1;
      expect(calls() - before).toBe(12 - kept);
      expect(read(made, 'm.outcomes.csv')).toBe(whole.table);
    }
  });

  it('F-58 takes up nothing new when interrupted, lets calls under way come home, and the same command goes on', async () => {
    const control = new AbortController();
    const slowly: Behaviour = async (exchange) => {
      control.abort();
      await new Promise((resolve) => setTimeout(resolve, 50));
      return world(NATURES)(exchange);
    };
    const made = await start(
      unless((_, call) => (call >= 9 ? slowly : null), world(NATURES)),
      10,
    );
    const argv = [
      'eval',
      '--collect',
      '--data',
      'p.jsonl',
      '--out',
      't/m',
      '--models',
      `${NANO},${LARGE}`,
      '--max-usd',
      '1',
      '--jobs',
      '2',
    ];
    const ran = await run([...argv, '--endpoint', `openai=${upstream?.url}`], {
      cwd: made.cwd,
      fetch: globalThis.fetch,
      signal: control.signal,
    });
    expect(ran.code).toBe(130);
    expect(ran.talk).toContain('run the same command again');
    const answered = read(made, 'm.outcomes.csv').trim().split('\n').length - 1;
    expect([answered, answered < 20]).toEqual([calls(), true]);
    upstream?.behave(world(NATURES));
    const more = await made.ask('--max-usd', '1', '--json');
    expect([more.code, summaryOf(more).cells.ok, calls()]).toEqual([0, 20, 20]);
  });

  it('hangs, web pages, cut-off JSON and empty answers are errors of their rows alone', async () => {
    const odd: Behaviour[] = [
      () => undefined,
      ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"choices":[{"mess'),
      json(completion('')),
      json({ choices: [] }),
      resetting,
    ];
    let at = 0;
    const made = await start(
      unless((model) => (model === 'gpt-4.1' ? (odd[at++] ?? null) : null), world(NATURES)),
      12,
    );
    const ran = await made.ask('--max-usd', '1', '--timeout', '2', '--retries', '0', '--json');
    expect([ran.code, summaryOf(ran).cells]).toEqual([3, { ok: 18, ungraded: 0, provider_error: 6, skipped_budget: 0 }]);
    expect(summaryOf(ran).compared).toMatchObject({ prompts: 6, leftOut: [] });
    const mended = await made.ask('--max-usd', '1', '--retry-errors', '--json');
    expect([mended.code, summaryOf(mended).cells.ok]).toEqual([0, 24]);
  });

  it('F-55 a place that cannot be written to is told, and nothing is asked', async () => {
    const made = await start(world(NATURES), 2);
    const ran = await made.ask('--max-usd', '1', '--out', 'p.jsonl/m');
    expect([ran.code, ran.talk.includes('cannot make the folder'), calls()]).toEqual([3, true, 0]);
  });

  it('F-56 lets one process at a table', async () => {
    const made = await start(world(NATURES), 2);
    await made.ask('--max-usd', '1');
    writeFileSync(join(made.cwd, 't/m.collect/lock'), JSON.stringify({ pid: ppid }));
    expect((await made.ask('--max-usd', '1')).code).toBe(75);
  });

  it('F-57 refuses answers that were graded otherwise, and grades kept ones anew without asking', async () => {
    const made = await start(world(NATURES), 4, { grader: 'exact' });
    await made.ask('--max-usd', '1');
    await made.ask('--max-usd', '1', '--out', 't/kept', '--keep-answers');
    const before = calls();
    writeFileSync(join(made.cwd, 'p.jsonl'), linesOf(sums(4).map((row) => ({ ...row, grader: 'number' }))));
    const refused = await made.ask('--max-usd', '1');
    expect([refused.code, refused.talk.includes('grader was'), calls()]).toEqual([3, true, before]);
    const anew = await made.ask('--max-usd', '1', '--out', 't/kept', '--json');
    expect([anew.code, calls()]).toEqual([0, before]);
    expect(summaryOf(anew).models[1]?.quality?.mean).toBeGreaterThan(0);
    const limit = await made.ask('--max-usd', '1', '--out', 't/kept', '--max-output-tokens', '5');
    expect([limit.code, limit.talk.includes('request was')]).toEqual([3, true]);
  });
});

describe('what is wrong is told before anything is spent', () => {
  it.each([
    [['--models', 'nobody/x'], 'not in the catalogue'],
    [['--models', 'nothing'], 'expected `provider/name`'],
    [['--split', 'dev'], '--split: does nothing beside --collect'],
    [['--classifier', 'llm'], '--classifier: does nothing beside --collect'],
    [['--grader', 'vibes'], 'expected a `grader` of exact'],
    [['--grader', 'function'], 'names no module'],
    [['--grader', 'function:none.mjs'], 'no such file'],
    [['--endpoint', 'openai'], 'expected `--endpoint NAME=URL`'],
    [['--repeat', '0'], '--repeat: expected 1 to 100'],
    [['--calibration', 'x.csv'], 'does nothing without --judge'],
  ])('%j: %s', async (argv, words) => {
    const made = await start(world(NATURES), 2);
    const ran = await made.ask('--max-usd', '1', ...argv);
    expect([ran.code, ran.talk.includes(words) ? words : ran.talk, calls()]).toEqual([2, words, 0]);
  });

  it.each([
    [{ grader: 'number', answer: 'x' }, 'p.jsonl:1: expected an `answer` of one number'],
    [{}, 'p.jsonl:1: says no `grader`'],
    [{ grader: 'number', prompt: ' ' }, 'p.jsonl:1: has an empty prompt'],
    [{ grader: 'judge' }, 'wants a judge'],
    [{ grader: 'function' }, 'wants a grading function'],
    [{ grader: 'function:evil.mjs' }, 'names a module, which data may not'],
    [{ grader: 'regex', answer: '(a+)+$' }, 'takes too long'],
  ])('a row with %j: %s', async (columns, words) => {
    const made = await start(world(NATURES), 2, columns);
    const ran = await made.ask('--max-usd', '1');
    expect([ran.code, ran.talk.includes(words) ? words : ran.talk, calls()]).toEqual([2, words, 0]);
  });

  it('an id that stands for another prompt in the table', async () => {
    const made = await start(world(NATURES), 2);
    await made.ask('--max-usd', '1');
    writeFileSync(join(made.cwd, 'p.jsonl'), linesOf([{ id: 'q0', prompt: 'What is 5 + 5?', answer: '10', grader: 'number' }]));
    const ran = await made.ask('--max-usd', '1');
    expect([ran.code, ran.talk.includes('stand for another prompt')]).toEqual([2, true]);
  });

  it('grades by a function of one’s own, which never learns the model', async () => {
    const made = await start(world(NATURES), 3, {});
    writeFileSync(
      join(made.cwd, 'g.mjs'),
      'export const grade = (row) => Object.keys(row).join() === "id,prompt,expected,answer" && row.answer.length / 100;',
    );
    const ran = await made.ask('--max-usd', '1', '--grader', 'function:g.mjs', '--json');
    expect([ran.code, summaryOf(ran).cells.ok]).toEqual([0, 6]);
    expect(summaryOf(ran).models[0]?.quality?.mean).toBeCloseTo(0.13, 1);
  });
});
