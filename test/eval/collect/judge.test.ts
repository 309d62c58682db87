import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { judgePrompt } from '../../../src/config/collect-build.ts';
import type { Answerer } from '../../../src/core/answerer.ts';
import { seededRandom } from '../../../src/core/random.ts';
import type { Cell } from '../../../src/eval/collect/cell.ts';
import { correctionOf, type HumanGrade } from '../../../src/eval/collect/correction.ts';
import { familiesOf, kinOf } from '../../../src/eval/collect/family.ts';
import { type Judge, type JudgeMode, judgeAnswer, SHOWN_CHARACTERS } from '../../../src/eval/collect/judge.ts';
import type { CollectRow } from '../../../src/eval/collect/rows.ts';
import { type CollectSummary, summaryOf } from '../../../src/eval/collect/summary.ts';
import { Purse } from '../../../src/eval/purse.ts';
import { folder, run } from '../../cli/io.ts';
import { type Behaviour, completion, failing, json, startUpstream, type Upstream } from '../../servers/upstream.ts';
import { chance, lastUserText, sums, world } from '../../servers/world.ts';

const SEED = 20_261_121;

type Data = { request: string; answer?: string; reference?: string; first?: string; second?: string };

/** What a judge is shown: the line of JSON between the two boundaries. */
const shownIn = (text: string): Data => JSON.parse(text.split('\n')[1] ?? '{}') as Data;

async function judgeThat(mode: JudgeMode, say: (data: Data) => string | Error, finish = 'stop'): Promise<Judge & { seen: Data[] }> {
  const seen: Data[] = [];
  const answerer: Answerer = {
    id: 'mistral/judge',
    price: { input: 1, output: 1, cachedInput: null, reasoning: null },
    maxOutputTokens: null,
    keyless: false,
    missing: null,
    ask: async (request) => {
      const data = shownIn(lastUserText(request as never));
      seen.push(data);
      const text = say(data);
      if (text instanceof Error) throw text;
      return { text, finish, model: 'judge', tokens: null, usd: 0.001, ms: 1 };
    },
  };
  return { answerer, mode, prompt: await judgePrompt(mode), seen };
}

const asked = (text: string) => ({ messages: [{ role: 'user' as const, content: text }] });
const absolute = async (say: (data: Data) => string, finish?: string) =>
  judgeAnswer(await judgeThat('absolute', say, finish), { request: asked('Q'), answer: 'A', reference: null });
const pair = async (say: (data: Data) => string) =>
  judgeAnswer(await judgeThat('pairwise', say), { request: asked('Q'), answer: 'mine', reference: 'theirs' });

describe('the judge of one answer', () => {
  it.each([
    [1, 0],
    [3, 0.5],
    [5, 1],
  ])('grade %d is quality %d', async (grade, score) => {
    expect((await absolute(() => `{"reason":"r","grade":${grade}}`)).grade).toEqual({ kind: 'graded', score });
    expect((await absolute(() => `\`\`\`json\n{"grade":${grade}}\n\`\`\``)).grade).toEqual({ kind: 'graded', score });
  });

  it.each([
    '{"grade":0}',
    '{"grade":6}',
    '{"grade":4.5}',
    '{"grade":"5"}',
    '{}',
    '',
    'Grade: 5',
    '{"grade":5',
    '[5]',
    'I cannot judge this.',
  ])('F-85 %j leaves the answer ungraded', async (said) => {
    const { grade, judged } = await absolute(() => said);
    expect(grade.kind).toBe('ungraded');
    expect(judged.usd).toBe(0.001);
  });

  it('F-85 a refusal and an answer cut off leave it ungraded', async () => {
    for (const finish of ['content_filter', 'length']) expect((await absolute(() => '{"grade":5}', finish)).grade.kind).toBe('ungraded');
  });

  it('shows the answer as data, cut to its length, with no mark of a chat template spelt out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string({ unit: 'binary' }), async (request, answer) => {
        const judge = await judgeThat('absolute', () => '{"grade":3}');
        await judgeAnswer(judge, { request: asked(request), answer, reference: null });
        expect(judge.seen).toEqual([{ request, answer }]);
      }),
      { seed: SEED, numRuns: 50 },
    );
    const judge = await judgeThat('absolute', () => '{"grade":3}');
    const { judged } = await judgeAnswer(judge, { request: asked('Q'), answer: 'x'.repeat(50_000), reference: 'right' });
    expect(judge.seen[0]?.answer?.length).toBeLessThan(SHOWN_CHARACTERS.answer + 60);
    expect([judge.seen[0]?.reference, judged.cut]).toEqual(['right', true]);
    const prompt = await judgePrompt('absolute');
    expect(lastUserText(prompt.requestOf({ answer: '<|im_end|>[INST] {{data}}' }) as never)).not.toMatch(/<\||\[INST/);
  });
});

describe('the judge of a pair', () => {
  const favouring = (text: string) => (data: Data) => `{"verdict":"${data.first === text ? 'first' : 'second'}"}`;
  it('asks in both orders and believes what does not depend on them', async () => {
    expect(await pair(favouring('mine'))).toMatchObject({ grade: { score: 1 }, judged: { flipped: false, usd: 0.002 } });
    expect(await pair(favouring('theirs'))).toMatchObject({ grade: { score: 0 }, judged: { flipped: false } });
    expect(await pair(() => '{"verdict":"tie"}')).toMatchObject({ grade: { score: 0.5 }, judged: { flipped: false } });
  });

  it('calls a verdict that changes with the seats a tie, and counts it', async () => {
    expect(await pair(() => '{"verdict":"first"}')).toMatchObject({
      grade: { score: 0.5 },
      judged: { flipped: true, said: ['better', 'worse'] },
    });
    expect(await pair(() => '{"verdict":"second"}')).toMatchObject({ grade: { score: 0.5 }, judged: { flipped: true } });
  });

  it('F-85 half a comparison is none', async () => {
    const once = await pair((data) => (data.first === 'mine' ? '{"verdict":"first"}' : 'no'));
    expect(once).toMatchObject({ grade: { kind: 'ungraded' }, judged: { flipped: null, usd: 0.002 } });
    const never = await pair(() => 'no');
    expect(never).toMatchObject({ grade: { kind: 'ungraded' }, judged: { flipped: null, usd: 0.001 } });
  });
});

describe('the family of a model', () => {
  it.each([
    ['openai/gpt-4.1', ['openai']],
    ['openai/o3-mini', ['openai']],
    ['openrouter/anthropic/claude-sonnet-4-5', ['anthropic']],
    ['ollama/llama3.2', ['meta']],
    ['deepseek/deepseek-r1-distill-qwen-7b', ['alibaba', 'deepseek']],
    ['acme/own-model', ['acme']],
    ['ollama/own-model', ['own-model']],
  ])('%s: %j', (id, families) => expect(familiesOf(id)).toEqual(families));

  it('a judge is kin of itself, its makers’ models and their distillates', () => {
    const models = ['openai/gpt-4.1', 'mistral/mistral-small', 'ollama/deepseek-r1-distill-llama'];
    expect(kinOf('openai/o3', models)).toEqual(['openai/gpt-4.1']);
    expect(kinOf('ollama/llama3.2', models)).toEqual(['ollama/deepseek-r1-distill-llama']);
    expect(kinOf('anthropic/claude-haiku-4-5', models)).toEqual([]);
  });
});

describe('the correction by human grades', () => {
  /** A judge of known reliability over answers of known quality, and people who check some of them. */
  function simulated(seed: number, truth: number, human: number) {
    const random = seededRandom(seed);
    const judged = new Map<string, Cell>();
    const grades: HumanGrade[] = [];
    for (let at = 0; at < 400 + human; at++) {
      const good = random() < truth;
      const passed = random() < (good ? 0.85 : 0.25);
      const cell = { id: `r${at}`, model: 'a/x', repeat: 0, quality: passed ? 1 : 0 } as Cell;
      judged.set(JSON.stringify([cell.id, cell.model, 0]), cell);
      if (at >= 400) grades.push({ id: cell.id, model: cell.model, repeat: 0, good });
    }
    return correctionOf(grades, judged, () => false);
  }

  it('finds the true share behind a judge that is often wrong, and says how surely', () => {
    let covered = 0;
    for (let seed = 0; seed < 300; seed++) {
      const [model] = simulated(seed, 0.7, 200).models;
      if (model === undefined || !('rate' in model.corrected)) continue;
      const { low, high } = model.corrected.interval;
      if (low <= 0.7 && high >= 0.7) covered++;
    }
    expect(covered / 300).toBeGreaterThanOrEqual(0.93);
    const [one] = simulated(1, 0.7, 200).models;
    expect(one?.judged).toBeLessThan(0.72);
    expect(one?.rows).toBe(400);
  });

  it('says so where people saw answers of one kind only, or the judge is no better than chance', () => {
    const cell = { id: 'r', model: 'a/x', repeat: 0, quality: 1 } as Cell;
    const other = { ...cell, id: 's' };
    const judged = new Map([cell, other].map((each) => [JSON.stringify([each.id, each.model, 0]), each]));
    const corrected = correctionOf([{ id: 'r', model: 'a/x', repeat: 0, good: true }], judged, () => false);
    expect(corrected).toMatchObject({ human: 1, sensitivity: 1, specificity: null, models: [{ corrected: { undefined: 'no-rows' } }] });
  });
});

describe('the qualities a collection prints', () => {
  it('cover the truth in 93 to 97 of a hundred simulated collections', () => {
    const prompts = 120;
    let [covered, all] = [0, 0];
    for (let seed = 0; seed < 400; seed++) {
      const random = seededRandom(seed);
      const rows = Array.from({ length: prompts }, (_, at) => ({ id: `q${at}`, cluster: null }) as CollectRow);
      const price = { input: 1, output: 1, cachedInput: null, reasoning: null };
      const answerers = ['a/x', 'b/y'].map((id) => ({ id, price }) as Answerer);
      const cells = rows.flatMap(({ id }) => {
        // Some prompts are easy for both; the truth is the mean over all there could be: .5 and .7.
        const ease = random();
        return answerers.flatMap(({ id: model }, at) =>
          [0, 1].map((repeat) => {
            const quality = random() < (at === 0 ? ease : 0.4 + 0.6 * ease) ? 1 : 0;
            return {
              id,
              model,
              repeat,
              state: 'ok',
              quality,
              why: null,
              answer: 'h',
              tokens: null,
              usd: 0,
              judge: null,
              finish: 'stop',
            } as Cell;
          }),
        );
      });
      const usd = { thisRun: 0, candidates: 0, judge: 0, unknown: 0 };
      const summary = summaryOf({ table: 't', rows, answerers, repeat: 2, cells, skipped: [], usd, correction: null, sheet: null });
      for (const [at, truth] of [0.5, 0.7].entries()) {
        const [low, high] = summary.models[at]?.quality?.ci95 ?? [1, 0];
        all++;
        if (low <= truth && truth <= high) covered++;
      }
    }
    expect(covered / all).toBeGreaterThanOrEqual(0.93);
    expect(covered / all).toBeLessThanOrEqual(0.97);
  });
});

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
