import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { RouterError } from '../../src/core/errors.ts';
import { figureNames, figuresOf } from '../../src/eval/figures.ts';
import { Gate } from '../../src/eval/gate.ts';
import type { EvalClassifier } from '../../src/eval/parts.ts';
import { runTable } from '../../src/eval/table/run.ts';
import { evaluate, files, worse } from './conclude-helpers.ts';
import { classifierOf, oracle, partsOf, policyOf } from './helpers.ts';
import { specialists, tableFiles } from './table/helpers.ts';

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

  it('is told at the start of figures that do not exist, naming those that do', async () => {
    const shared = files();
    let asked = 0;
    const counting = classifierOf('counting', () => {
      asked++;
      return { complexity: 'low', domain: 'code', risk: 'low' };
    });
    const wrong = Gate.parse({ primary: { metric: 'topic' }, floors: { 'risk.recal': 0.9 } });
    await expect(evaluate(shared, counting, { gate: wrong })).rejects.toMatchObject({
      code: 'options.invalid',
      message: expect.stringMatching(
        /primary\.metric: .*`topic`.*all axes, complexity, domain, risk, quality\n.*floors\.risk\.recal: .*risk/,
      ),
    });
    expect([asked, shared.list('runs')]).toEqual([0, []]);
    const { metrics } = await evaluate(shared);
    expect(figureNames(['complexity', 'domain', 'risk'], defaultTaxonomy).sort()).toEqual([...figuresOf(metrics, 'oracle').keys()].sort());
    const table = tableFiles(specialists(30));
    const of = (gate: Gate) => runTable({ outcomes: 't/fake', runsFolder: 'runs', replicates: 100, gate }, partsOf({ files: table }));
    await expect(of(Gate.parse({ primary: {} }))).rejects.toMatchObject({ message: expect.stringContaining('use one of quality') });
    await expect(of(Gate.parse({ floors: { 'risk.accuracy': 0.5 } }))).rejects.toMatchObject({
      message: expect.stringContaining('router.quality'),
    });
  });

  it('blesses nothing that does not pass', async () => {
    const shared = files();
    await evaluate(shared, worse, { gate: Gate.parse({ floors: { 'complexity.accuracy': 0.9 } }), bless: true });
    expect(shared.exists('b/dev.json')).toBe(false);
  });
});

describe('a table', () => {
  it('leaves rows without an answer out of every figure, and is refused without any', async () => {
    const shared = tableFiles(specialists(120));
    const deaf = (from: number): EvalClassifier => {
      let asked = 0;
      const base = classifierOf('c', () => ({ complexity: 'medium', domain: 'math', risk: 'low' }));
      return {
        ...base,
        classify: async (request, signal) => {
          if (asked++ >= from) throw new RouterError('provider.failed', 'away', { advice: 'wait' });
          return base.classify(request, signal);
        },
      };
    };
    const run = (classifier: EvalClassifier) =>
      runTable({ outcomes: 't/fake', runsFolder: 'runs', replicates: 100 }, partsOf({ files: shared, classifiers: [classifier] }));
    const some = await run(deaf(80));
    if (some.kind !== 'done') throw new Error(some.screen);
    expect([some.exitCode, some.metrics.n, some.metrics.table.unanswered]).toEqual([3, 80, 40]);
    expect(some.screen).toContain('40 left out: the classifier gave no answer');
    const served = Buffer.from(shared.read(`${some.folder}/served.jsonl`))
      .toString()
      .trim()
      .split('\n');
    expect([served.length, served.filter((line) => line.includes('"model":null,"quality":null')).length]).toEqual([120, 40]);
    await expect(run({ ...deaf(0), version: '2' })).rejects.toMatchObject({
      code: 'eval.invalid',
      message: expect.stringContaining('none of its 120 rows was answered'),
    });
  });

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
