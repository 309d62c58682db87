import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LlmCalibrations } from '../../src/core/llm-calibration.ts';
import { seededRandom } from '../../src/core/random.ts';
import { fitAxis } from '../../src/learn/calibrate-llm.ts';
import { csvOf, turns } from '../eval/helpers.ts';
import { completion, json, startUpstream, type Upstream } from '../servers/upstream.ts';
import { chance, lastUserText } from '../servers/world.ts';
import { folder, run } from './io.ts';

let upstream: Upstream;
beforeAll(async () => {
  upstream = await startUpstream(json({}));
});
afterAll(() => upstream.close());

const ROWS = 120;
const LEVELS = ['low', 'medium', 'high'];

/** Says 99 % of everything and is right in two of three: as sure of itself as models are. */
function overconfident() {
  return upstream.behave((exchange) => {
    const text = lastUserText(exchange.body);
    const [, complexity = 'low', domain = 'code', risk = 'low'] = /about (\w+) (\w+) (\w+)/.exec(text) ?? [];
    const told = chance('right', text.split('\n')[1]) < 0.66 ? complexity : LEVELS[(LEVELS.indexOf(complexity) + 1) % 3];
    const answer = JSON.stringify({ complexity: told, domain, risk });
    const tokens = answer
      .split(/(?<=")(?=[a-z]+"[,}])|(?<=":"[a-z]+)(?=")/)
      .map((token) => ({ token, logprob: Math.log(0.99), top_logprobs: [] }));
    const body = completion(answer, { usage: { prompt_tokens: 500, completion_tokens: 20 } });
    const [choice] = body.choices as Record<string, unknown>[];
    return json({ ...body, choices: [{ ...choice, logprobs: { content: tokens } }] })(exchange);
  });
}

type Axis = { calibration: { ece: number } };

async function evaluated(cwd: string, ...more: string[]) {
  const argv = ['eval', '--data', 'mine.csv', '--classifier', 'llm', '--replicates', '100', '--max-usd', '1', '--json'];
  const env = { OPENAI_BASE_URL: upstream.url, POINTSMAN_MODEL: 'gpt-4.1-nano' };
  const ran = await run([...argv, ...more], { cwd, env, fetch: globalThis.fetch });
  expect([ran.code, ran.talk.includes('pointsman:')]).toEqual([0, false]);
  const { folder: made, classifiers } = JSON.parse(ran.out) as { folder: string; classifiers: { axes: Record<string, Axis> }[] };
  // All answers are equally sure, so that bins of equal count would compare nothing but chance.
  return { made, ece: classifiers[0]?.axes.complexity?.calibration.ece ?? Number.NaN };
}

function workplace(): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'mine.csv'), csvOf(ROWS, turns));
  return cwd;
}

const read = (cwd: string, name = 'calibration.json') => JSON.parse(readFileSync(join(cwd, name), 'utf8')) as LlmCalibrations;

describe('pointsman calibrate', () => {
  it('asks nobody, writes a file to review, and makes the next run say how sure it really is', async () => {
    overconfident();
    const cwd = workplace();
    const before = await evaluated(cwd);
    expect(before.ece).toBeGreaterThan(0.25);
    const calls = upstream.calls();
    const ran = await run(['calibrate', before.made, '--data', 'mine.csv'], { cwd });
    expect([ran.code, upstream.calls()]).toEqual([0, calls]);
    expect(ran.out).toMatch(/MODEL {5}openai\/gpt-4\.1-nano · prompt \w{12} · confidence from token log-probabilities · mine\.csv/);
    const [fitted, ...others] = read(cwd).calibrations;
    expect(others).toEqual([]);
    expect(fitted).toMatchObject({ model: 'openai/gpt-4.1-nano', evidence: 'logprobs', axes: { complexity: { rows: ROWS } } });
    expect(fitted?.axes.complexity?.temperature).toBeGreaterThan(2);
    expect(fitted?.axes.complexity?.after.brier).toBeLessThan(fitted?.axes.complexity?.before.brier ?? 0);
    const after = await evaluated(cwd, '--llm-calibration', 'calibration.json');
    expect(after.ece).toBeLessThan(0.05);
    const again = await run(['calibrate', after.made, '--data', 'mine.csv'], { cwd });
    expect([again.code, again.talk.includes('made with a calibration already')]).toEqual([3, true]);
  });

  it('costs nothing to apply: what the model said is remembered, not what a calibration made of it', async () => {
    overconfident();
    const cwd = workplace();
    const plain = await evaluated(cwd);
    await run(['calibrate', plain.made, '--data', 'mine.csv'], { cwd });
    const asked = upstream.calls();
    const calibrated = await evaluated(cwd, '--llm-calibration', 'calibration.json');
    expect(upstream.calls()).toBe(asked);
    const fresh = await evaluated(cwd, '--llm-calibration', 'calibration.json', '--cache', 'off');
    expect([upstream.calls(), fresh.ece]).toEqual([asked + ROWS, calibrated.ece]);
    // What a calibrated run asked for serves an uncalibrated one.
    await evaluated(cwd, '--llm-calibration', 'calibration.json', '--cache', 'refresh');
    const again = await evaluated(cwd);
    expect([upstream.calls(), again.ece]).toEqual([asked + 2 * ROWS, plain.ece]);
    const identity = (made: string) => (JSON.parse(readFileSync(join(made, 'manifest.json'), 'utf8')) as { hash: string }).hash;
    expect(identity(again.made)).toBe(identity(plain.made));
    expect(identity(calibrated.made)).not.toBe(identity(plain.made));
  });

  it.each([
    ['no.json', undefined, 'no such file'],
    ['bad.json', '{"schemaVersion":1}', 'calibrations'],
  ])('is refused before anything is spent or made when %s cannot be read', async (name, text, why) => {
    overconfident();
    const cwd = workplace();
    if (text !== undefined) writeFileSync(join(cwd, name), text);
    const asked = upstream.calls();
    const argv = ['eval', '--data', 'mine.csv', '--classifier', 'llm', '--llm-calibration', name, '--max-usd', '1'];
    const ran = await run(argv, { cwd, env: { OPENAI_BASE_URL: upstream.url, POINTSMAN_MODEL: 'gpt-4.1-nano' }, fetch: globalThis.fetch });
    expect([ran.code, upstream.calls(), readdirSync(cwd)]).toEqual([2, asked, expect.not.arrayContaining(['.pointsman'])]);
    expect(ran.talk).toContain(name);
    expect(ran.talk).toContain(why);
  });

  it('counts a row once, however often it was asked', async () => {
    overconfident();
    const cwd = workplace();
    const { made } = await evaluated(cwd, '--repeat', '2');
    await run(['calibrate', made, '--data', 'mine.csv'], { cwd });
    expect(read(cwd).calibrations[0]?.axes.complexity?.rows).toBe(ROWS);
  });

  it('keeps what other models and prompts have in the same file', async () => {
    overconfident();
    const cwd = workplace();
    const { made } = await evaluated(cwd);
    await run(['calibrate', made, '--data', 'mine.csv'], { cwd });
    const [own] = read(cwd).calibrations;
    writeFileSync(join(cwd, 'calibration.json'), JSON.stringify({ schemaVersion: 1, calibrations: [{ ...own, promptHash: 'other' }] }));
    await run(['calibrate', made, '--data', 'mine.csv'], { cwd });
    expect(read(cwd).calibrations.map(({ promptHash }) => promptHash)).toEqual(['other', own?.promptHash]);
  });

  it('says what is wrong: no run, another file, nobody asked, a bad file', async () => {
    overconfident();
    const cwd = workplace();
    await run(['eval', '--data', 'mine.csv', '--classifier', 'rules', '--replicates', '100'], { cwd });
    const [made = ''] = readdirSync(join(cwd, '.pointsman/runs'));
    writeFileSync(join(cwd, 'other.csv'), csvOf(5, turns));
    writeFileSync(join(cwd, 'bad.json'), '{"schemaVersion":1,"calibrations":[{"model":"x"}]}');
    const told = async (...argv: string[]) => {
      const { code, talk } = await run(argv, { cwd, env: { OPENAI_API_KEY: 'k' } });
      return `${code} ${talk}`;
    };
    expect(await told('calibrate')).toMatch(/^2 .*expected one run folder/);
    expect(await told('calibrate', 'nothing')).toMatch(/^2 .*no run in/);
    expect(await told('calibrate', made, '--data', 'other.csv')).toMatch(/^3 .*the run was on `mine.csv`/);
    expect(await told('calibrate', made, '--data', 'mine.csv')).toMatch(/^3 .*holds no label of the llm classifier/);
    expect(await told('classify', 'hi', '--classifier', 'llm', '--llm-calibration', 'bad.json')).toMatch(/^2 [\s\S]*promptHash/);
  });
});

describe('the fit of one axis', () => {
  /** Rows whose truth follows the odds at temperature `truth`, told at temperature 1. */
  function rows(count: number, truth: number, seed = 3) {
    const random = seededRandom(seed);
    return Array.from({ length: count }, (_, at) => {
      const logits = LEVELS.map(() => 4 * random());
      const at1 = softmax(logits.map((logit) => logit));
      const real = softmax(logits.map((logit) => logit / truth));
      const draw = random();
      const gold = draw < (real[0] ?? 0) ? 0 : draw < (real[0] ?? 0) + (real[1] ?? 0) ? 1 : 2;
      return {
        probabilities: Object.fromEntries(LEVELS.map((level, index) => [level, at1[index] ?? 0])),
        gold: LEVELS[gold] as string,
        cluster: `c${at}`,
      };
    });
  }
  const softmax = (logits: readonly number[]): number[] => {
    const raised = logits.map(Math.exp);
    const sum = raised.reduce((total, each) => total + each, 0);
    return raised.map((each) => each / sum);
  };

  it.each([0.5, 1, 2.5])('finds the temperature %d that the truth follows', (truth) => {
    const fitted = fitAxis(rows(3_000, truth), LEVELS);
    if (!('fit' in fitted)) throw new Error(fitted.why);
    expect(Math.abs(Math.log(fitted.fit.temperature / truth))).toBeLessThan(0.12);
    expect(fitted.fit.after.ace).toBeLessThan(0.03);
    expect(fitted.fit.after.brier).toBeLessThanOrEqual(fitted.fit.before.brier + 1e-3);
  });

  it('leaves confidence alone where calibrating does no good to rows it was not fitted on, and where there are too few', () => {
    const repeated = rows(20, 1).flatMap((row) => Array.from({ length: 10 }, () => ({ ...row, cluster: `${row.gold}` })));
    const fitted = fitAxis(repeated, LEVELS);
    expect('fit' in fitted && fitted.fit.temperature).toBe(1);
    expect(fitAxis(rows(99, 1), LEVELS)).toEqual({ why: '99 rows, 100 are needed' });
  });
});
