import { describe, expect, it } from 'vitest';
import type { PolicyInput } from '../../../src/core/policy.ts';
import { textFingerprint } from '../../../src/eval/fingerprint.ts';
import type { TableEvalOptions } from '../../../src/eval/table/options.ts';
import { runTable } from '../../../src/eval/table/run.ts';
import { classifierOf, partsOf, policyOf } from '../helpers.ts';
import { specialists, tableFiles } from './helpers.ts';

const abilities = { tools: true, images: true, structuredOutput: true };
const model = (id: string, tier: 'low' | 'medium' | 'high', usd: number) => ({
  id,
  tier,
  clearedRisk: 'high' as const,
  price: { input: usd, output: usd * 2 },
  abilities,
});

/** Poems to the cheap model, all else to the dear one; models named as in the table of specialists. */
const handMade: Partial<PolicyInput> = {
  models: [model('maker/cheap', 'low', 0.1), model('maker/dear', 'high', 10), model('maker/elsewhere', 'high', 1)],
  pools: { low: { models: ['maker/cheap'] }, high: { models: ['maker/elsewhere', 'maker/dear'] } },
  rules: [
    { when: { label: { domain: ['writing'] } }, pool: 'low' },
    { when: {}, pool: 'high' },
  ],
  lastResort: 'maker/dear',
};

const byWord = classifierOf('by-word', (text) => ({
  complexity: 'medium',
  domain: text.includes('equation') ? 'math' : 'writing',
  risk: 'low',
}));

async function evaluate(change: Partial<PolicyInput>, options: Partial<TableEvalOptions> = {}, rows = 200) {
  const parts = partsOf({ files: tableFiles(specialists(rows)), classifiers: [byWord], policy: policyOf(change) });
  const outcome = await runTable({ outcomes: 't/fake', runsFolder: 'runs', replicates: 200, byPolicy: true, ...options }, parts);
  if (outcome.kind !== 'done') throw new Error(outcome.screen);
  return outcome;
}

/** As much of a fit as a policy file needs. */
const fitted = (seen: string): PolicyInput['fitted'] => ({
  schemaVersion: 1,
  finding: 'route',
  choice: 'routed',
  constant: 'maker/dear',
  pool: 'x',
  table: { name: 'earlier', hash: 'h', rows: 9, ids: 'abc', seen, usd: 'MEASURED' },
  classifier: 'by-word',
  seed: 1,
  dial: { kind: 'keep', text: '', assumes: '' },
  blend: { heads: 0, kinds: 0, cells: 1 },
  models: [
    { id: 'maker/cheap', name: 'cheap', quality: 0.575, usdPer1k: 0.05, inputScale: null, outputTokens: 200 },
    { id: 'maker/dear', name: 'dear', quality: 0.88, usdPer1k: 5, inputScale: null, outputTokens: 200 },
  ],
  kinds: [],
  cells: [],
  folds: { count: 5, results: [], liftOverFreeMix: null, overBestConstant: null },
  weights: null,
});

describe('a policy on a table', () => {
  it('decides as it would for requests, with models the table lacks unavailable', async () => {
    const { metrics, screen } = await evaluate(handMade);
    expect(metrics.router.mix).toEqual({ cheap: 0.5, dear: 0.5 });
    expect(metrics.policy).toMatchObject({ name: 'three', fittedOn: null });
    expect(metrics.verdict.word).toBe('BETTER');
    expect(screen).toContain('by-word by policy three');
  });

  it('is refused when the table has none of its models', async () => {
    await expect(evaluate({})).rejects.toMatchObject({ code: 'options.invalid', where: '--policy' });
    let labelled = 0;
    const counting = {
      ...byWord,
      classify: (...given: Parameters<typeof byWord.classify>) => {
        labelled++;
        return byWord.classify(...given);
      },
    };
    const parts = partsOf({ files: tableFiles(specialists(50)), classifiers: [counting], policy: policyOf({}) });
    await expect(runTable({ outcomes: 't/fake', runsFolder: 'runs', byPolicy: true }, parts)).rejects.toMatchObject({ where: '--policy' });
    expect(labelled).toBe(0);
  });

  it('ranks a strong and a weak model by what it expects of them', async () => {
    const { metrics } = await evaluate(handMade, { strong: 'dear', weak: 'cheap' });
    expect(metrics.router.apgr).toMatchObject({ mean: expect.any(Number) });
  });

  it('scores only rows it was not fitted on, and says what it was', async () => {
    const prompt = specialists(1).prompt ?? (() => '');
    const seen = [0, 1, 2].map((row) => textFingerprint(prompt(row))).join(' ');
    const { metrics, screen } = await evaluate({
      ...handMade,
      models: handMade.models?.slice(0, 2) ?? [],
      pools: { low: { models: ['maker/cheap'] }, high: { models: ['maker/dear'] } },
      fitted: fitted(seen),
    });
    expect(metrics.n).toBe(197);
    expect(metrics.policy?.fittedOn).toEqual({ table: 'earlier', rows: 9, ids: 'abc' });
    expect(screen).toContain('3 left out: seen in training');
  });

  it('is INVALID on the very rows it was fitted on, unless they are asked for', async () => {
    const prompt = specialists(1).prompt ?? (() => '');
    const seen = Array.from({ length: 40 }, (_, row) => textFingerprint(prompt(row))).join(' ');
    const policy: Partial<PolicyInput> = {
      ...handMade,
      models: handMade.models?.slice(0, 2) ?? [],
      pools: { low: { models: ['maker/cheap'] }, high: { models: ['maker/dear'] } },
      fitted: fitted(seen),
    };
    await expect(evaluate(policy, {}, 40)).rejects.toMatchObject({ code: 'eval.invalid' });
    expect((await evaluate(policy, { inSample: true }, 40)).metrics.fit.inSample).toBe(true);
  });
});
