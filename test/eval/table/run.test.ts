import { describe, expect, it } from 'vitest';
import { textFingerprint } from '../../../src/eval/fingerprint.ts';
import { isGap } from '../../../src/eval/metrics/gap.ts';
import { runTable } from '../../../src/eval/table/run.ts';
import { classifierOf, partsOf } from '../helpers.ts';
import { byWord, evaluate } from './evaluate.ts';
import { alike, type FakeTable, specialists, tableFiles } from './helpers.ts';

const blind = classifierOf('blind', () => ({ complexity: 'medium', domain: 'general', risk: 'low' }));
const keywords = classifierOf('keywords', () => ({ complexity: 'low', domain: 'general', risk: 'low' }));

describe('a router on outcomes', () => {
  it('is BETTER where its labels tell who is good at what, and saves at the best constant’s quality', async () => {
    const { metrics, screen, folder, files } = await evaluate(specialists(800));
    const { router, controls, verdict } = metrics;
    expect(verdict.word).toBe('BETTER');
    if (isGap(router.liftOverFreeMix)) throw new Error('no lift');
    expect(router.liftOverFreeMix.ci95[0]).toBeGreaterThan(0.1);
    expect(router.savingAtBestConstantQuality).toBeGreaterThan(0.3);
    expect(controls.bestConstant?.mix).toEqual({ dear: 1 });
    expect(screen).toMatch(/^VERDICT {2}BETTER {3}fake · lift over the free mix \+/);
    expect(
      [...files.all.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1))
        .sort(),
    ).toEqual([
      '.folder',
      'drift.json',
      'manifest.json',
      'metrics.json',
      'report.html',
      'report.md',
      'rows.csv',
      'rows.jsonl',
      'served.jsonl',
    ]);
  });

  it('is not better than its own choices shuffled only when labels say nothing', async () => {
    const { metrics } = await evaluate(specialists(800));
    const shuffled = metrics.controls.shuffled?.liftOverFreeMix;
    if (shuffled === undefined || isGap(shuffled)) throw new Error('no lift');
    expect(shuffled.mean).toBeLessThan(0.02);
  });

  it('may answer: use one model for everything', async () => {
    const { metrics, exitCode } = await evaluate(alike(600), {}, { classifiers: [blind] });
    expect(['NO WORSE', 'CANNOT TELL', 'WORSE']).toContain(metrics.verdict.word);
    expect(metrics.verdict.advice).toMatch(/^use \w+ for everything/);
    expect(exitCode).toBe(0);
  });

  it('A/A: on models nobody can tell apart by text, few of ten tables are called BETTER', async () => {
    let better = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const { metrics } = await evaluate(
        { ...alike(150, seed), category: undefined as never },
        { replicates: 200 },
        { classifiers: [byWord] },
      ).catch(async () => evaluate(alike(150, seed), { replicates: 200 }, { classifiers: [byWord] }));
      if (metrics.verdict.word === 'BETTER') better++;
    }
    expect(better).toBeLessThanOrEqual(1);
  });

  it('has every control, the skylines among them', async () => {
    const { metrics } = await evaluate(specialists(200), {}, { classifiers: [byWord, keywords], categoryDomains: { math: 'math' } });
    expect(Object.keys(metrics.controls)).toEqual([
      'bestConstant',
      'allCheap',
      'allStrong',
      'shuffled',
      'random',
      'length',
      'neighbours',
      'clusters',
      'category',
      'goldLabel',
      'oracle',
      'keywords',
    ]);
    const quality = (name: string) => metrics.controls[name]?.quality ?? 0;
    expect(quality('oracle')).toBeGreaterThan(quality('bestConstant'));
    expect(quality('allCheap')).toBe(metrics.models.find(({ model }) => model === 'cheap')?.quality);
    expect(quality('allStrong')).toBe(metrics.models.find(({ model }) => model === 'dear')?.quality);
    expect(metrics.models.map(({ priceTier }) => priceTier)).toEqual(['low', 'medium', 'high']);
  });

  it('splits its loss to the oracle exactly', async () => {
    const { metrics } = await evaluate(specialists(300), {}, { categoryDomains: { math: 'math', poems: 'writing' } });
    const { loss } = metrics;
    if (isGap(loss)) throw new Error('no loss');
    expect(loss.table.mean + loss.classifier.mean + loss.operations.mean).toBeCloseTo(loss.total.mean, 12);
    expect(metrics.router.regret).toBeCloseTo(loss.total.mean, 12);
  });

  it('gives the same metrics again with the same seed, down to the byte', async () => {
    const [first, second] = [await evaluate(specialists(150)), await evaluate(specialists(150))];
    expect(JSON.stringify(first.metrics)).toBe(JSON.stringify(second.metrics));
  });

  it('keeps the trade of a named objective on every fold', async () => {
    const { metrics } = await evaluate(specialists(200), { objective: { name: 'cheapest', usdWeight: 50_000 } });
    expect(metrics.objective).toMatchObject({ name: 'cheapest', pinned: true, usdWeightByFold: [50_000, 50_000, 50_000, 50_000, 50_000] });
    expect(metrics.router.mix).toEqual({ cheap: 1 });
  });
});

describe('a strong and a weak model', () => {
  it('give APGR and CPT with intervals for the router and every control, on that pair alone', async () => {
    const { metrics, screen } = await evaluate(specialists(400), { strong: 'dear', weak: 'cheap' });
    expect(metrics.models.map(({ model }) => model)).toEqual(['cheap', 'dear']);
    const { apgr, cpt50, cpt80 } = metrics.router;
    for (const figure of [apgr, cpt50, cpt80])
      expect(figure).toMatchObject({ mean: expect.any(Number), ci95: [expect.any(Number), expect.any(Number)] });
    expect(apgr !== undefined && !isGap(apgr) && apgr.ci95[0] > 0.6).toBe(true);
    expect(metrics.controls.random?.apgr).toMatchObject({ mean: expect.closeTo(0.5, 10) });
    expect(metrics.controls.allStrong?.quality).toBe(metrics.models[1]?.quality);
    expect(screen).toContain('APGR');
  });

  it.each([[{ strong: 'dear' }], [{ weak: 'cheap' }], [{ strong: 'dear', weak: 'dear' }], [{ strong: 'dear', weak: 'gpt-9' }]])(
    '%j is refused',
    async (pair) => {
      await expect(evaluate(alike(20), pair)).rejects.toMatchObject({ code: 'options.invalid' });
    },
  );
});

describe('unknown cost', () => {
  const unpriced = (): FakeTable => {
    const fake = specialists(200);
    return {
      ...fake,
      models: Object.fromEntries(Object.entries(fake.models).map(([name, model]) => [name, { ...model, outputTokens: '' as const }])),
    };
  };

  it('gives nulls and gaps, never 0, and quality still counts', async () => {
    const { metrics, screen } = await evaluate(unpriced());
    expect(metrics.router).toMatchObject({
      usdPer1k: null,
      liftOverFreeMix: { undefined: 'unknown-cost' },
      savingAtBestConstantQuality: null,
      arena: { undefined: 'unknown-cost' },
    });
    expect(metrics.models.every(({ usdPer1k }) => usdPer1k === null)).toBe(true);
    expect(metrics.verdict).toMatchObject({ word: 'CANNOT TELL' });
    expect(metrics.evidence.usd).toBeNull();
    expect(metrics.router.quality).toBeGreaterThan(0.5);
    expect(`${screen}${JSON.stringify(metrics)}`).not.toMatch(/NaN|Infinity/);
  });

  it('becomes MODELLED with assumed output tokens, and so does the word', async () => {
    const { metrics } = await evaluate(unpriced(), { assumeOutputTokens: 200 });
    expect(metrics.evidence.usd).toBe('MODELLED');
    expect(metrics.verdict.word).toBe('MODELLED');
  });
});

describe('rows that were learned from', () => {
  const seenRows = (rows: number[]) => [
    { name: 'train.csv', fingerprints: new Set(rows.map((row) => textFingerprint(specialists(1).prompt?.(row) ?? ''))) },
  ];

  it('are left out and counted', async () => {
    const { metrics, screen } = await evaluate(specialists(100), {}, { seen: seenRows([1, 2, 3]) });
    expect(metrics.n).toBe(97);
    expect(screen).toContain('3 left out: seen in training');
  });

  it('leave nothing to score: INVALID', async () => {
    const all = Array.from({ length: 30 }, (_, row) => row);
    await expect(evaluate(specialists(30), {}, { seen: seenRows(all) })).rejects.toMatchObject({ code: 'eval.invalid' });
  });

  it('are scored when asked for, and the report says so', async () => {
    const { metrics, screen } = await evaluate(specialists(50), { inSample: true }, { seen: seenRows([1, 2, 3]) });
    expect(metrics).toMatchObject({ n: 50, fit: { inSample: true } });
    expect(screen).toContain('IN SAMPLE');
  });
});

describe('F-87 too little data', () => {
  it.each([1, 2, 6])('%i row(s) give gaps, never NaN', async (rows) => {
    const { metrics, screen, files, folder } = await evaluate(specialists(rows));
    const report = files.read(`${folder}/report.md`).toString();
    for (const text of [screen, report, JSON.stringify(metrics)]) expect(text).not.toMatch(/NaN|Infinity/);
  });
});

describe('paid classifiers on a table', () => {
  it('print the estimate and run nothing without a cap', async () => {
    const paid = { ...byWord, paid: { model: 'x/tiny', estimateUsd: () => 0.001, missing: null } };
    const files = tableFiles(specialists(50));
    const outcome = await runTable({ outcomes: 't/fake', runsFolder: 'runs' }, partsOf({ files, classifiers: [paid] }));
    expect(outcome).toMatchObject({ kind: 'estimate', exitCode: 2, screen: expect.stringContaining('$0.05') });
  });

  it('add their cost to the router’s', async () => {
    const paid = {
      ...byWord,
      classify: async (request: Parameters<typeof byWord.classify>[0]) => {
        const { label, source } = await byWord.classify(request);
        return { label, source: { ...source, usd: 0.0005 } };
      },
    };
    const { metrics } = await evaluate(specialists(100), {}, { classifiers: [paid] });
    expect(metrics.router.classifierUsdPer1k).toBeCloseTo(0.5, 10);
  });
});
