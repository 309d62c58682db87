import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/eval/collect/cell.ts';
import type { CollectSummary } from '../../../src/eval/collect/summary.ts';
import { Purse } from '../../../src/eval/purse.ts';
import { folder, run } from '../../cli/io.ts';
import { type Behaviour, completion, failing, json, startUpstream, type Upstream } from '../../servers/upstream.ts';
import { chance, lastUserText, sums, world } from '../../servers/world.ts';
import { SEED, shownIn } from './judge-helpers.ts';

describe('the purse', () => {
  it('D4 never lets spent and held exceed the cap, whatever is asked and whenever it settles', async () => {
    const steps = fc.array(
      fc.record({ reserve: fc.double({ min: 0, max: 2, noNaN: true }), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.double({ min: 0.5, max: 10, noNaN: true }), async (all, cap) => {
        const purse = new Purse(cap, 0);
        let held = 0;
        const work = all.map(async ({ reserve, share }) => {
          if (!(await purse.reserve(reserve))) return;
          held += reserve;
          expect(purse.spent + held).toBeLessThanOrEqual(cap + 1e-6);
          await Promise.resolve();
          held -= reserve;
          purse.settle(reserve, reserve * share);
        });
        await Promise.all(work);
        expect(purse.spent).toBeLessThanOrEqual(cap + 1e-6);
      }),
      { seed: SEED },
    );
  });
});

describe('collecting with a judge', () => {
  let upstream: Upstream | undefined;
  afterEach(async () => {
    await upstream?.close();
    upstream = undefined;
  });
  const NATURES = { 'gpt-4.1-nano': { quality: 0.3 }, 'gpt-4.1': { quality: 0.9 } };

  async function start(judging: Behaviour, columns: Record<string, unknown>, rows = 30) {
    const judgements: Record<string, unknown>[] = [];
    const candidates = world(NATURES);
    upstream = await startUpstream((exchange) => {
      if (exchange.body.model !== 'mistral-large-latest') return candidates(exchange);
      judgements.push(exchange.body);
      return judging(exchange);
    });
    const { url } = upstream;
    const cwd = folder();
    writeFileSync(
      join(cwd, 'p.jsonl'),
      sums(rows)
        .map((row) => `${JSON.stringify({ ...row, ...columns })}\n`)
        .join(''),
    );
    const models = 'openai/gpt-4.1-nano,openai/gpt-4.1';
    const argv = ['eval', '--collect', '--data', 'p.jsonl', '--out', 't/m', '--models', models, '--max-usd', '5'];
    const endpoints = ['--endpoint', `openai=${url},mistral=${url}`];
    const ask = (...more: string[]) => run([...argv, ...endpoints, ...more], { cwd, fetch: globalThis.fetch });
    return { cwd, ask, judgements };
  }

  const JUDGE = ['--judge', 'mistral/mistral-large-latest'];
  /** Grades by the truth, wrong in one of five. */
  const fallible: Behaviour = (exchange) => {
    const text = lastUserText(exchange.body);
    const { answer, reference } = shownIn(text);
    const right = answer?.includes(` ${reference}.`) !== chance('err', answer, reference) < 0.2;
    return json(completion(`{"reason":"r","grade":${right ? 5 : 1}}`))(exchange);
  };

  it('never shows the judge a model’s name, a label or a route', async () => {
    const { ask, judgements } = await start(fallible, { grader: 'judge' });
    expect((await ask(...JUDGE)).code).toBe(0);
    expect(judgements).toHaveLength(60);
    for (const { messages } of judgements) expect(JSON.stringify(messages)).not.toMatch(/gpt|openai|nano|mistral|complexity|pool/i);
  });

  it('counts judge and candidates under one cap, corrects by human grades, and asks nothing for it', async () => {
    const { cwd, ask } = await start(fallible, { grader: 'judge' }, 60);
    const first = await ask(...JUDGE, '--json');
    const { usd } = JSON.parse(first.out) as CollectSummary;
    expect(usd.judge).toBeGreaterThan(0);
    expect(usd.thisRun).toBeCloseTo(usd.judge + usd.candidates, 12);
    const cells = readFileSync(join(cwd, 't/m.collect/cells.jsonl'), 'utf8').trim().split('\n').slice(0, 40);
    const human = cells.map((line) => {
      const { id, model } = JSON.parse(line) as Cell;
      return `${id},${model},${chance('human', id, model) < 0.6 ? 'pass' : 'fail'}`;
    });
    writeFileSync(join(cwd, 'human.csv'), `id,model,human\n${human.join('\n')}\n`);
    const before = upstream?.calls();
    const corrected = await ask(...JUDGE, '--calibration', 'human.csv');
    expect([corrected.code, upstream?.calls()]).toEqual([0, before]);
    expect(corrected.out).toContain('HUMAN     40 answers graded by people: few, 100 or more make it useful');
    writeFileSync(join(cwd, 'human.csv'), 'id,model,human\nnobody,openai/gpt-4.1,pass\nq0,openai/gpt-4.1,maybe\n');
    const wrong = await ask(...JUDGE, '--calibration', 'human.csv');
    expect(wrong.code).toBe(2);
    expect(wrong.talk).toMatch(/human\.csv:2: the judge gave no grade[\s\S]+human\.csv:3: expected `human` pass or fail/);
  });

  it('leaves a sheet for people that tells neither model nor grade, and reads it back', async () => {
    const { cwd, ask } = await start(fallible, { grader: 'judge' }, 20);
    expect((await ask(...JUDGE, '--keep-answers')).out).toContain('fill in `human` (pass or fail) of t/m.collect/to-grade.csv');
    const sheet = readFileSync(join(cwd, 't/m.collect/to-grade.csv'), 'utf8');
    expect(sheet).not.toMatch(/gpt|openai|mistral|grade"/);
    const lines = sheet.trim().split('\n');
    expect([lines[0], lines.length]).toEqual(['key,prompt,reference,answer,human', 41]);
    const filled = lines.map((line, at) => (at === 0 || at > 30 ? line : `${line}${at % 3 === 0 ? 'fail' : 'pass'}`));
    writeFileSync(join(cwd, 'human.csv'), `${filled.join('\n')}\n`);
    writeFileSync(join(cwd, 't/m.collect/to-grade.csv'), 'hours of work');
    await ask(...JUDGE, '--keep-answers');
    expect(readFileSync(join(cwd, 't/m.collect/to-grade.csv'), 'utf8')).toBe('hours of work');
    const before = upstream?.calls();
    const ran = await ask(...JUDGE, '--keep-answers', '--calibration', 'human.csv');
    expect([ran.code, upstream?.calls()]).toEqual([0, before]);
    expect(ran.out).toContain('HUMAN     30 answers graded by people');
  });

  it('F-85 tells what the judge left ungraded, keeps it out of the table, and grades it when asked again', async () => {
    const { cwd, ask } = await start(json(completion('{"grade":9}')), { grader: 'judge' }, 4);
    const ran = await ask(...JUDGE);
    expect(ran.out).toContain('8 ungraded (judge: a verdict out of range ×8)');
    expect(readFileSync(join(cwd, 't/m.outcomes.csv'), 'utf8')).toBe('id,model,quality,input_tokens,output_tokens\n');
    upstream?.behave((exchange) => (exchange.body.model === 'mistral-large-latest' ? fallible(exchange) : world(NATURES)(exchange)));
    const again = await ask(...JUDGE, '--retry-errors', '--json');
    expect((JSON.parse(again.out) as CollectSummary).cells).toMatchObject({ ok: 8, ungraded: 0 });
  });

  it('a judge that cannot be reached leaves answers ungraded, never zero', async () => {
    const { ask } = await start(failing(401), { grader: 'judge' }, 2);
    expect((await ask(...JUDGE)).out).toContain('ungraded (judge: provider.unauthorised ×4)');
  });

  it('reports how often the seats decided', async () => {
    const first: Behaviour = json(completion('{"verdict":"first"}'));
    const { ask } = await start(first, { grader: 'judge:pairwise' }, 5);
    expect((await ask(...JUDGE)).out).toMatch(/FLIPS {5}100\.0 % \[.722, 1.000\] of 10 pairs/);
  });

  it('refuses a judge of a family it would judge, before anything is spent', async () => {
    const { ask } = await start(fallible, { grader: 'judge' }, 2);
    const ran = await ask('--judge', 'openai/gpt-4.1-mini');
    expect([ran.code, upstream?.calls()]).toEqual([2, 0]);
    expect(ran.talk).toContain('may not judge `openai/gpt-4.1-nano`, `openai/gpt-4.1`');
  });
});
