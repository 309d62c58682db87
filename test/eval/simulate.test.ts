import { describe, expect, it } from 'vitest';
import { factsOf } from '../../src/classify/facts.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { seededRandom } from '../../src/core/random.ts';
import { loadDataset } from '../../src/eval/load.ts';
import { isGap } from '../../src/eval/metrics/gap.ts';
import { simulatedRows } from '../../src/eval/modelled.ts';
import type { EvalClassifier } from '../../src/eval/parts.ts';
import { predictAll } from '../../src/eval/predict.ts';
import { priorRanges } from '../../src/eval/priors.ts';
import { simulate } from '../../src/eval/simulate.ts';
import { classifierOf, csvOf, memoryFiles, oracle, partsOf, policyOf, turns } from './helpers.ts';

async function simulation(classifiers: EvalClassifier[], policy = policyOf(), row = turns) {
  const files = memoryFiles({ 'd/dev.csv': csvOf(120, row) });
  const { rows } = await loadDataset('d/dev.csv', { taxonomy: defaultTaxonomy }, files);
  const { clock } = partsOf();
  const predictions = new Map();
  for (const classifier of classifiers) predictions.set(classifier.name, (await predictAll(classifier, rows, { clock })).rows);
  const router = classifiers[0]?.name ?? '';
  const simulated = simulatedRows(rows, defaultTaxonomy, factsOf);
  return simulate({ rows: simulated, policy, taxonomy: defaultTaxonomy, predictions, router, replicates: 300, random: seededRandom(4) });
}

const always = (complexity: string) => classifierOf(`always-${complexity}`, () => ({ complexity, domain: 'code', risk: 'low' }));

describe('the router on modelled quality', () => {
  it('lifts over the free mix when labels are right and the priors steep', async () => {
    const { standings } = await simulation([oracle()]);
    const [router, gold] = standings.contenders;
    if (router === undefined || isGap(router.liftOverFreeMix)) throw new Error('no lift');
    expect(router.liftOverFreeMix.ci95[0]).toBeGreaterThan(0);
    expect(router).toMatchObject({ refused: 0, notAllowed: 0 });
    expect(gold?.quality).toEqual(router.quality);
    expect(gold?.usdPer1k).toEqual(router.usdPer1k);
  });

  it('has no lift when every request gets one label', async () => {
    const { standings, flip } = await simulation([always('medium')]);
    const [router] = standings.contenders;
    if (router === undefined || isGap(router.liftOverFreeMix)) throw new Error('no lift');
    expect(router.liftOverFreeMix.mean).toBeLessThanOrEqual(1e-9);
    expect(flip.conclusion).toBe('no-lift');
  });

  it('counts risky requests sent to a model that is not cleared, and keeps fixed models to the same rules', async () => {
    const { standings } = await simulation([always('low')]);
    expect(standings.contenders[0]?.notAllowed).toBeGreaterThan(0);
    const small = standings.models.find(({ name }) => name === 'a/small');
    expect(small).toMatchObject({ notAllowed: 0 });
    expect(small?.substituted).toBe(standings.contenders[0]?.notAllowed);
  });

  it('deals out the router’s own mix as the shuffled control', async () => {
    const { standings } = await simulation([oracle()]);
    const [router] = standings.contenders;
    const shuffled = standings.contenders.find(({ name }) => name === 'shuffled');
    expect(shuffled?.mix).toEqual(router?.mix);
    if (shuffled === undefined || router === undefined || isGap(shuffled.quality) || isGap(router.quality)) throw new Error('no figures');
    expect(shuffled.quality.mean).toBeLessThan(router.quality.mean);
  });

  it('gives a gap, not a figure, where a price is unknown', async () => {
    const policy = policyOf();
    const models = new Map(policy.models);
    const large = models.get('c/large');
    if (large === undefined) throw new Error('no model');
    models.set('c/large', { ...large, price: { ...large.price, output: null } });
    const calm = (index: number): [string, string, string] => [turns(index)[0], 'code', 'low'];
    const { standings } = await simulation([oracle()], { ...policy, models }, calm);
    expect(standings.contenders[0]?.usdPer1k).toEqual({ undefined: 'unknown-cost' });
    expect(standings.contenders[0]?.liftOverFreeMix).toEqual({ undefined: 'unknown-cost' });
    expect(standings.models.find(({ name }) => name === 'b/mid')?.usdPer1k).not.toHaveProperty('undefined');
  });
});

describe('the range of priors', () => {
  it('is where the conclusion turns: just inside it holds, at the edge it does not', () => {
    const zero = { low: 0, medium: 0, high: 0 };
    const models = [
      { mix: { low: { low: 0.5, medium: 0, high: 0.5 }, medium: zero, high: zero }, usd: 1 },
      { mix: { low: zero, medium: zero, high: { low: 0.5, medium: 0, high: 0.5 } }, usd: 3 },
    ];
    const router = { mix: { low: { low: 0.5, medium: 0, high: 0 }, medium: zero, high: { low: 0, medium: 0, high: 0.5 } }, usd: 2.2 };
    const table = { low: { low: 0.9, medium: 0, high: 0.2 }, medium: zero, high: { low: 0.95, medium: 0, high: 0.8 } };
    const { conclusion, lift, ranges, spread } = priorRanges(router, models, table);
    expect(conclusion).toBe('lift');
    // Free mix at 2.2: .55 + .6 × (.875 − .55) = .745; router: .45 + .4 = .85.
    expect(lift).toBeCloseTo(0.105, 10);
    // With x for a low-tier model on a high request: router .85, mix .45 + x/2 + .6 (.425 − x/2) = .705 + .2 x; equal at x = .725.
    const cell = ranges.find(({ tier, level }) => tier === 'low' && level === 'high');
    expect(cell?.from).toBeNull();
    expect(cell?.to).toBeGreaterThanOrEqual(0.72);
    expect(cell?.to).toBeLessThanOrEqual(0.73);
    expect(ranges.find(({ level }) => level === 'medium')).toMatchObject({ from: null, to: null });
    expect(spread.from).not.toBeNull();
  });
});
