import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/core/errors.ts';
import { Gate } from '../../src/eval/gate.ts';
import type { EvalOptions } from '../../src/eval/options.ts';
import type { EvalClassifier, EvalFiles } from '../../src/eval/parts.ts';
import { runEval } from '../../src/eval/run.ts';
import { runTable } from '../../src/eval/table/run.ts';
import { classifierOf, csvOf, memoryFiles, oracle, partsOf, policyOf, turns } from './helpers.ts';
import { specialists, tableFiles } from './table/helpers.ts';

const OPTIONS: EvalOptions = { datasetFile: 'd/dev.csv', runsFolder: 'runs', ledgerFile: 'l', replicates: 200, baselinesFolder: 'b' };
const files = () => memoryFiles({ 'd/dev.csv': csvOf(60, turns) });
const worse = classifierOf('oracle', () => ({ complexity: 'low', domain: 'code', risk: 'low' }));

async function evaluate(shared: EvalFiles, classifier: EvalClassifier = oracle(), options: Partial<EvalOptions> = {}, policy = policyOf()) {
  const outcome = await runEval({ ...OPTIONS, ...options }, partsOf({ files: shared, classifiers: [classifier], policy }));
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return outcome;
}

describe('--compare', () => {
  it('last finds the newest complete run on the same rows', async () => {
    const shared = files();
    const first = await evaluate(shared);
    const { conclusion, screen, folder } = await evaluate(shared, { ...worse, version: '2' }, { compare: 'last' });
    expect(conclusion.comparison?.reference.name).toBe(first.folder);
    expect(conclusion.comparison?.changed).toEqual(['classifiers']);
    expect(conclusion.comparison?.verdict.word).toBe('WORSE');
    expect(screen).toMatch(/\nCOMPARE {2}WORSE/);
    expect(shared.exists(`${folder}/comparison.json`)).toBe(true);
    expect(Buffer.from(shared.read(`${folder}/report.md`)).toString()).toContain('## WORSE against');
  });

  it('last skips unfinished runs and runs on other rows, and says when there is none', async () => {
    const shared = files();
    await evaluate(shared, oracle(), { limit: 20 });
    await expect(evaluate(shared, oracle(), { compare: 'last' })).rejects.toMatchObject({ code: 'input.not-found' });
  });

  it('blessed is the committed baseline, without its texts', async () => {
    const shared = files();
    const { screen } = await evaluate(shared, oracle(), { bless: true });
    expect(screen).toContain('BLESSED  b/dev.json');
    const baseline = Buffer.from(shared.read('b/dev.json')).toString();
    expect(baseline).not.toContain('question 3');
    const { conclusion } = await evaluate(shared, oracle(), { compare: 'blessed' });
    expect(conclusion.comparison).toMatchObject({ n: 60, changed: [], verdict: { word: 'NO WORSE' } });
  });

  it('refuses a reference on other rows or prices, naming what differs', async () => {
    const shared = files();
    const { folder } = await evaluate(shared, oracle(), { limit: 20 });
    await expect(evaluate(shared, oracle(), { compare: folder })).rejects.toMatchObject({
      code: 'eval.invalid',
      message: expect.stringContaining('rows: was 20, is 60'),
    });
    const { folder: same } = await evaluate(shared);
    const policy = policyOf();
    const models = new Map([...policy.models].map(([id, model]) => [id, { ...model, price: { ...model.price, input: 99 } }]));
    await expect(evaluate(shared, oracle(), { compare: same }, { ...policy, models })).rejects.toMatchObject({
      code: 'eval.invalid',
      message: expect.stringContaining('prices'),
    });
  });

  it('looks for its reference before anything is labelled', async () => {
    const shared = files();
    let asked = 0;
    const counting = classifierOf('counting', () => {
      asked++;
      return { complexity: 'low', domain: 'code', risk: 'low' };
    });
    for (const compare of ['last', 'blessed', 'runs/gone'])
      await expect(evaluate(shared, counting, { compare })).rejects.toMatchObject({ code: 'input.not-found' });
    expect([asked, shared.list('runs')]).toEqual([0, []]);
  });
});

describe('--gate', () => {
  const gate = Gate.parse({ primary: {}, floors: { 'complexity.accuracy': 0.9 } });

  it('passes with exit code 0 and fails with 1, and writes junit.xml', async () => {
    const shared = files();
    await evaluate(shared, oracle(), { bless: true });
    const good = await evaluate(shared, oracle(), { compare: 'blessed', gate });
    expect([good.exitCode, good.conclusion.passed]).toEqual([0, true]);
    const bad = await evaluate(shared, { ...worse, version: '2' }, { compare: 'blessed', gate });
    expect([bad.exitCode, bad.conclusion.passed]).toEqual([1, false]);
    expect(Buffer.from(shared.read(`${bad.folder}/junit.xml`)).toString()).toContain('failures="2"');
    expect(bad.screen).toContain('GATE     FAIL: 2 of 2');
  });

  it('stands above the figures in report.md, and in report.html', async () => {
    const shared = files();
    const { folder } = await evaluate(shared, worse, { gate });
    const text = (name: string) => Buffer.from(shared.read(`${folder}/${name}`)).toString();
    const markdown = text('report.md');
    expect(markdown.indexOf('## Gate')).toBeGreaterThan(0);
    expect(markdown.indexOf('## Gate')).toBeLessThan(markdown.indexOf('## The router against'));
    expect(text('report.html')).toContain('2 of 2 checks failed');
  });

  it('ends with 3 on a reference of other rows, or skips what needs one and says so, as its file asks', async () => {
    const shared = files();
    const { folder } = await evaluate(shared, oracle(), { limit: 20 });
    const lenient = Gate.parse({
      noncomparable: 'skip',
      primary: {},
      budget: { cost_per_1k_max: '+5%' },
      floors: { 'complexity.accuracy': 0.9 },
    });
    await expect(evaluate(shared, oracle(), { compare: folder, gate: { ...lenient, noncomparable: 'fail' } })).rejects.toMatchObject({
      code: 'eval.invalid',
    });
    const { exitCode, screen, conclusion, folder: own } = await evaluate(shared, oracle(), { compare: folder, gate: lenient });
    expect([exitCode, conclusion.gate?.map(({ skipped }) => skipped ?? false)]).toEqual([0, [true, false, true]]);
    expect(screen).toMatch(/skip {2}all axes is no worse: skipped: .*rows: was 20, is 60/);
    const xml = Buffer.from(shared.read(`${own}/junit.xml`)).toString();
    expect(xml).toContain('failures="0" errors="0" skipped="2"');
  });

  it('blesses nothing that does not pass', async () => {
    const shared = files();
    await evaluate(shared, worse, { gate: Gate.parse({ floors: { 'complexity.accuracy': 0.9 } }), bless: true });
    expect(shared.exists('b/dev.json')).toBe(false);
  });
});

describe('a table', () => {
  it('is compared by the quality its rows were served with', async () => {
    const shared = tableFiles(specialists(300));
    const knowing = classifierOf('c', (text) => ({
      complexity: 'medium',
      domain: text.includes('equation') ? 'math' : 'writing',
      risk: 'low',
    }));
    const blind = classifierOf('c', () => ({ complexity: 'medium', domain: 'general', risk: 'low' }));
    const run = (classifier: EvalClassifier, compare?: string) =>
      runTable(
        {
          outcomes: 't/fake',
          runsFolder: 'runs',
          replicates: 200,
          objective: { name: 'x', usdWeight: 100 },
          ...(compare === undefined ? {} : { compare }),
        },
        partsOf({ files: shared, classifiers: [classifier] }),
      );
    await run({ ...blind, version: '1' });
    const outcome = await run({ ...knowing, version: '2' }, 'last');
    if (outcome.kind !== 'done') throw new Error(outcome.screen);
    expect(outcome.conclusion.comparison).toMatchObject({ primary: 'quality', n: 300 });
    // At this price of a dollar only those who know the kinds buy the dear model, where it is worth it.
    const { quality } = outcome.conclusion.comparison ?? {};
    expect(quality !== undefined && !('undefined' in quality) && quality.ci95[0] > 0.1).toBe(true);
  });
});

describe('a run that lost too many rows', () => {
  const failing = (lost: number): EvalClassifier => {
    const base = oracle();
    return {
      ...base,
      classify: async (request, signal) => {
        if (Number(/question (\d+)/.exec(JSON.stringify(request))?.[1]) < lost)
          throw new RouterError('provider.failed', 'away', { advice: 'wait' });
        return base.classify(request, signal);
      },
    };
  };

  it('is INVALID with exit code 3, whatever the gate says, and names the way on', async () => {
    const gate = Gate.parse({ floors: { 'complexity.accuracy': 0.9 } });
    const { exitCode, metrics, screen } = await evaluate(files(), failing(3), { gate });
    expect([exitCode, metrics.verdict.word]).toEqual([3, 'INVALID']);
    expect(screen).toMatch(/^VERDICT {2}INVALID {3}3 of 60 rows of oracle \(5\.0 %\)/);
    expect(screen).toContain('--retry-errors');
  });

  it('is none while every row has its answer', async () => {
    expect((await evaluate(files())).metrics.verdict.word).toBe('MODELLED');
  });
});
