import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../src/eval/files.ts';
import { loadTable } from '../../../src/eval/table/load.ts';
import { type Behaviour, completion, json } from '../../servers/upstream.ts';
import { world } from '../../servers/world.ts';
import { calls, closesServers, LARGE, linesOf, NANO, NATURES, read, start, summaryOf } from './collect-helpers.ts';

closesServers();

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
