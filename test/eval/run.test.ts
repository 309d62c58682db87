import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/core/errors.ts';
import { EVAL_DEFAULTS, type EvalOptions } from '../../src/eval/options.ts';
import type { EvalClassifier, EvalParts } from '../../src/eval/parts.ts';
import { runEval } from '../../src/eval/run.ts';
import { classifierOf, csvOf, memoryFiles, oracle, partsOf, turns } from './helpers.ts';

const OPTIONS: EvalOptions = { datasetFile: 'd/dev.csv', runsFolder: 'runs', ledgerFile: 'ledger.jsonl', replicates: 200 };
const files = (rows = 60) =>
  memoryFiles({ 'd/dev.csv': csvOf(rows, turns), 'd/test.csv': csvOf(rows, turns, (index) => ({ text: `other ${index}` })) });
const length = classifierOf('length', (text) => ({ complexity: text.length > 30 ? 'high' : 'low', domain: 'general', risk: 'low' }));

async function done(options: Partial<EvalOptions> = {}, change: Partial<EvalParts> = {}) {
  const parts = partsOf({ files: files(), ...change });
  const outcome = await runEval({ ...OPTIONS, ...options }, parts);
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return { ...outcome, files: parts.files as ReturnType<typeof memoryFiles> };
}

const paidClassifier = (missing: string | null, usd: number | null = 0.001): EvalClassifier => ({
  ...oracle('llm'),
  classify: async (request) => {
    const { label, source } = await oracle('llm').classify(request);
    return { label, source: { ...source, usd: usd ?? null, model: 'x/tiny', promptHash: 'abc' } };
  },
  paid: { model: 'x/tiny', estimateUsd: () => usd, missing },
});

describe('an evaluation', () => {
  it('writes rows, metrics, report and manifest into a folder of its own', async () => {
    const { folder, files: written, metrics, manifest, exitCode } = await done({}, { classifiers: [oracle(), length] });
    expect(folder).toMatch(/^runs\/2026-11-21T091403Z-dev-[0-9a-f]{4}$/);
    expect(exitCode).toBe(0);
    const rows = written
      .read(`${folder}/rows.jsonl`)
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(120);
    expect(rows[0]).toMatchObject({ v: 1, classifier: 'oracle', id: 'r0', state: 'ok' });
    expect(JSON.parse(written.read(`${folder}/metrics.json`).toString())).toEqual(JSON.parse(JSON.stringify(metrics)));
    expect(JSON.parse(written.read(`${folder}/manifest.json`).toString())).toMatchObject({
      status: 'complete',
      hash: manifest.hash,
      identity: { seed: EVAL_DEFAULTS.seed, split: 'dev' },
    });
    expect(written.read(`${folder}/report.md`).toString()).toContain('# MODELLED: dev.csv');
  });

  it('never gives another word than MODELLED on modelled quality, and says what would turn it', async () => {
    const { metrics, screen } = await done();
    expect(metrics.verdict.word).toBe('MODELLED');
    expect(screen.split('\n')[0]).toMatch(/^VERDICT {2}MODELLED/);
    expect(screen).toMatch(/FLIPS +it would turn if/);
    expect(metrics.evidence).toEqual({ quality: 'MODELLED', usd: 'ESTIMATED' });
  });

  it('scores every classifier and makes a router of each', async () => {
    const { metrics } = await done({}, { classifiers: [oracle(), length] });
    expect(metrics.classifiers.map(({ classifier }) => classifier)).toEqual(['oracle', 'length']);
    expect(metrics.classifiers[0]?.axes.complexity?.accuracy.value).toBe(1);
    expect(metrics.otherRouters.map(({ name }) => name)).toEqual(['length']);
    expect(Object.keys(metrics.controls).sort()).toEqual(['all-cheap', 'all-strong', 'gold-label', 'random', 'shuffled']);
    expect(metrics.models.map(({ name }) => name)).toEqual(['a/small', 'b/mid', 'c/large']);
  });

  it('gives the same metrics again with the same seed', async () => {
    const [first, second] = [await done(), await done()];
    expect(JSON.stringify(first.metrics)).toBe(JSON.stringify(second.metrics));
    expect(first.manifest.hash).toBe(second.manifest.hash);
  });

  it('draws a seeded sample with a limit', async () => {
    const { metrics } = await done({ limit: 20 });
    expect(metrics.dataset.rows).toBe(20);
  });

  it('refuses a router that is not among the classifiers', async () => {
    await expect(done({ router: 'nobody' })).rejects.toMatchObject({ code: 'options.invalid' });
  });
});

describe('with few rows', () => {
  it('no effect is said to be visible', async () => {
    expect((await done({}, { files: files(20) })).metrics.smallestVisible).toEqual({ undefined: 'not-enough-data' });
    expect(typeof (await done({}, { files: files(100) })).metrics.smallestVisible).toBe('number');
  });
});

describe('with few rows, advice', () => {
  it('is that they cannot tell, not to use one model', async () => {
    const advice = async (rows: number) => (await done({}, { files: files(rows) })).metrics.verdict.advice;
    expect(await advice(7)).toMatch(/^so few rows cannot tell \(7 of at least 77/);
    expect(await advice(100)).not.toContain('so few');
  });
});

describe('F-82 leakage', () => {
  it('between dev and train ends the run', async () => {
    const leaky = memoryFiles({ 'd/dev.csv': csvOf(3, turns), 'd/train.csv': csvOf(3, turns) });
    await expect(done({}, { files: leaky })).rejects.toMatchObject({ code: 'dataset.leak' });
  });
});

describe('the test split', () => {
  const sealed: Partial<EvalOptions> = { datasetFile: 'd/test.csv', split: 'test' };

  it('stays closed when nobody is there to ask and --yes is not given', async () => {
    await expect(done(sealed)).rejects.toMatchObject({ code: 'options.invalid', advice: expect.stringContaining('--yes') });
  });

  it('stays closed when the answer is no, and the ledger stays empty', async () => {
    const shared = files();
    await expect(done(sealed, { files: shared, confirm: async () => false })).rejects.toMatchObject({ code: 'eval.interrupted' });
    expect(shared.exists('ledger.jsonl')).toBe(false);
  });

  it('counts every look in the ledger, and the screen says how many', async () => {
    const shared = files();
    expect((await done({ ...sealed, yes: true }, { files: shared })).metrics.testLooks).toBe(1);
    const second = await done(sealed, {
      files: shared,
      confirm: async (question) => question.includes('was looked at once. ') && question.endsWith('Look again?'),
    });
    expect(second.metrics.testLooks).toBe(2);
    expect(second.screen).toContain('test looks 2');
    expect(shared.read('ledger.jsonl').toString().trim().split('\n')).toHaveLength(2);
  });
});

describe('paid classifiers', () => {
  it('print the estimate and what to set, and run nothing, without a cap or a key', async () => {
    const shared = files();
    const outcome = await runEval(OPTIONS, partsOf({ files: shared, classifiers: [oracle(), paidClassifier('OPENAI_API_KEY')] }));
    expect(outcome).toMatchObject({ kind: 'estimate', exitCode: 2 });
    expect(outcome.screen).toContain('$0.06');
    expect(outcome.screen).toContain('OPENAI_API_KEY');
    expect(outcome.screen).toContain('--max-usd');
    expect(shared.exists('runs')).toBe(false);
  });

  it('say that a price is unknown instead of giving one', async () => {
    const outcome = await runEval(OPTIONS, partsOf({ files: files(), classifiers: [paidClassifier(null, null)] }));
    expect(outcome.screen).toContain('unknown');
  });

  it('a dry run only estimates, and is no error', async () => {
    const outcome = await runEval({ ...OPTIONS, dryRun: true }, partsOf({ files: files() }));
    expect(outcome).toMatchObject({ kind: 'estimate', exitCode: 0 });
  });

  it('stop before the cap is passed: the rest is marked, and the exit code says so', async () => {
    const { metrics, exitCode, manifest, screen } = await done({ maxUsd: 0.0205, jobs: 4 }, { classifiers: [paidClassifier(null)] });
    expect(metrics.classifiers[0]?.states).toMatchObject({ ok: 20, skipped_budget: 40 });
    expect(manifest).toMatchObject({ status: 'partial' });
    expect(manifest.spentUsd).toBeLessThanOrEqual(0.0205);
    expect(exitCode).toBe(4);
    expect(screen).toContain('40 not asked: budget');
  });
});

describe('a classifier that fails', () => {
  const failing = (code: 'classify.bad-answer' | 'provider.failed', share: number): EvalClassifier => {
    let calls = 0;
    return {
      ...oracle('shaky'),
      classify: async (request) => {
        if (calls++ % Math.round(1 / share) === 0) throw new RouterError(code, 'no', { advice: 'none' });
        return oracle('shaky').classify(request);
      },
    };
  };

  it('on its answers is counted wrong', async () => {
    const { metrics, exitCode } = await done({}, { classifiers: [failing('classify.bad-answer', 0.1)] });
    expect(metrics.classifiers[0]?.states).toMatchObject({ ok: 54, parse_failed: 6 });
    expect(metrics.classifiers[0]?.axes.complexity?.accuracy).toMatchObject({ hits: 54, n: 60 });
    expect(exitCode).toBe(0);
  });

  it('on the way to the provider is left out, and above one per cent the run is invalid', async () => {
    const { metrics, exitCode } = await done({}, { classifiers: [failing('provider.failed', 0.1)] });
    expect(metrics.classifiers[0]?.axes.complexity?.accuracy).toMatchObject({ hits: 54, n: 54 });
    expect(exitCode).toBe(3);
  });
});

describe('F-87 too little data', () => {
  it('a dataset without complexity scores labels and says why there is no router', async () => {
    const { metrics, screen } = await done({}, { files: memoryFiles({ 'd/dev.csv': 'id,text,risk\n1,hello,low\n2,there,high\n' }) });
    expect(metrics.router).toEqual({ undefined: 'no-column' });
    expect(screen).toContain(
      'ROUTER   left out: policy `three` routes by `risk`, `complexity`; its quality is modelled by `complexity`, of which',
    );
    expect(screen).not.toContain('no rows');
    expect(metrics.verdict).toMatchObject({ word: 'MODELLED', text: expect.stringContaining('not enough data') });
    expect(JSON.stringify(metrics)).not.toContain('NaN');
    expect(screen).not.toContain('NaN');
  });

  it('one row and one class give gaps in every place, never NaN', async () => {
    const {
      metrics,
      screen,
      files: written,
      folder,
    } = await done({}, { files: memoryFiles({ 'd/dev.csv': 'id,text,complexity,domain,risk\n1,hello,low,code,low\n' }) });
    const report = written.read(`${folder}/report.md`).toString();
    for (const text of [screen, report, JSON.stringify(metrics)]) expect(text).not.toMatch(/NaN|Infinity|undefined%/);
    expect(screen).toContain('not enough data');
  });
});

describe('F-84 hostile text in reports', () => {
  it('cannot leave its cell, open a tag, or move the cursor', async () => {
    const hostile = '<script>alert(1)</script> | `x` \u001b[31m\n# heading \u202e';
    const rows = `id,text,complexity,domain,risk,slices\n"${hostile}","${hostile}",high,code,low,<b>bold</b>|x\n2,plain,low,code,low,\n`;
    const wrong = classifierOf('wrong', () => ({ complexity: 'medium', domain: 'law', risk: 'high' }));
    const { folder, files: written, screen } = await done({}, { files: memoryFiles({ 'd/dev.csv': rows }), classifiers: [wrong] });
    const report = written.read(`${folder}/report.md`).toString();
    expect(report).not.toMatch(/<script|<b>|\u001b|\u202e/);
    expect(report).toContain('&lt;script&gt;');
    const line = report.split('\n').find((candidate) => candidate.includes('&lt;script&gt;')) ?? '';
    expect(line.match(/(?<!\\)\|/g)).toHaveLength(4);
    expect(screen).not.toContain('\u001b');
  });
});
