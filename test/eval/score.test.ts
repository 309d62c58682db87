import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { loadDataset } from '../../src/eval/load.ts';
import { gap } from '../../src/eval/metrics/gap.ts';
import { compareLabels } from '../../src/eval/paired-labels.ts';
import type { Predicted } from '../../src/eval/predict.ts';
import { scoreClassifier } from '../../src/eval/score.ts';
import { scoreSlices } from '../../src/eval/slices.ts';
import { csvOf, labelOf, memoryFiles } from './helpers.ts';

const AXES = ['complexity', 'domain', 'risk'];

async function rowsOf(count: number, complexity: (index: number) => string, extra: (index: number) => Record<string, string> = () => ({})) {
  const text = csvOf(count, (index) => [complexity(index), 'code', 'low'], extra);
  return (await loadDataset('d/dev.csv', { taxonomy: defaultTaxonomy }, memoryFiles({ 'd/dev.csv': text }))).rows;
}

const answered = (id: string, complexity: string, confidence = 0.8): Predicted => ({
  id,
  state: 'ok',
  label: labelOf({ complexity, domain: 'code', risk: 'low' }, confidence),
  usd: 0.0001,
  model: null,
  answeredBy: null,
  promptHash: null,
  error: null,
  cached: false,
  usage: null,
  ms: null,
});
const failed = (id: string, state: Predicted['state']): Predicted => ({
  id,
  state,
  label: null,
  usd: null,
  model: null,
  answeredBy: null,
  promptHash: null,
  error: 'classify.bad-answer',
  cached: false,
  usage: null,
  ms: null,
});

describe('scoring one classifier', () => {
  it('counts a failed parse as wrong and leaves a provider error out', async () => {
    const rows = await rowsOf(4, () => 'low');
    const predicted = [answered('r0', 'low'), answered('r1', 'high'), failed('r2', 'parse_failed'), failed('r3', 'provider_error')];
    const { axes, states, usdPer1k, joint } = scoreClassifier('x', rows, predicted, AXES, defaultTaxonomy);
    expect(states).toEqual({ ok: 2, parse_failed: 1, provider_error: 1, skipped_budget: 0 });
    expect(axes.complexity).toMatchObject({ n: 3, answered: 2 });
    expect(axes.complexity?.accuracy).toMatchObject({ value: 1 / 3, hits: 1, n: 3 });
    expect(joint).toMatchObject({ hits: 1, n: 3 });
    expect(usdPer1k).toBeCloseTo(0.1, 10);
  });

  it('tells under-routing from over-routing and the recall of the top level', async () => {
    const rows = await rowsOf(4, (index) => (index < 2 ? 'high' : 'low'));
    const predicted = [answered('r0', 'low'), answered('r1', 'high'), answered('r2', 'low'), answered('r3', 'medium')];
    const score = scoreClassifier('x', rows, predicted, AXES, defaultTaxonomy).axes.complexity;
    expect(score?.ordinal).toMatchObject({ under: 0.25, over: 0.25, bias: -0.25 });
    expect(score?.ordinal?.topRecall).toMatchObject({ value: 0.5, hits: 1, n: 2 });
    expect(score?.kappa.weights).toBe('quadratic');
    expect(scoreClassifier('x', rows, predicted, AXES, defaultTaxonomy).axes.domain?.kappa).toEqual({
      weights: 'nominal',
      value: gap('one-class'),
    });
  });

  it('widens the interval when rows of a cluster fail together', async () => {
    const rows = await rowsOf(
      40,
      () => 'low',
      (index) => ({ cluster: `c${Math.floor(index / 4)}` }),
    );
    const predicted = rows.map(({ id }, index) => answered(id, Math.floor(index / 4) % 2 === 0 ? 'low' : 'high'));
    const { interval, clustered } = scoreClassifier('x', rows, predicted, AXES, defaultTaxonomy).axes.complexity?.accuracy ?? {};
    if (interval === undefined || clustered === undefined || 'undefined' in interval || 'undefined' in clustered)
      throw new Error('no interval');
    expect(clustered.high - clustered.low).toBeGreaterThan(interval.high - interval.low);
  });

  it('F-87 gives named gaps for no rows', () => {
    const { axes, joint, usdPer1k } = scoreClassifier('x', [], [], AXES, defaultTaxonomy);
    expect(axes.complexity?.accuracy).toMatchObject({ value: gap('no-rows'), interval: gap('no-rows'), clustered: gap('no-rows') });
    expect(axes.complexity?.calibration).toMatchObject({ brier: gap('no-rows'), auroc: gap('no-rows') });
    expect(joint.value).toEqual(gap('no-rows'));
    expect(usdPer1k).toBeNull();
    expect(JSON.stringify(axes)).not.toContain('NaN');
  });
});

describe('slices', () => {
  it('give counts below thirty rows and a rate from there', async () => {
    const rows = await rowsOf(
      40,
      () => 'low',
      (index) => ({ language: index < 30 ? 'en' : 'th', slices: 'short' }),
    );
    const predicted = rows.map(({ id }) => answered(id, 'low'));
    const slices = scoreSlices(rows, predicted, ['complexity']);
    expect(slices.find(({ slice }) => slice === 'language:en')).toMatchObject({ n: 30, hits: 30, rate: { value: 1 } });
    expect(slices.find(({ slice }) => slice === 'language:th')).toMatchObject({ n: 10, hits: 10, rate: gap('not-enough-data') });
    expect(slices.map(({ slice }) => slice)).toContain('slice:short');
  });
});

describe('classifiers against each other', () => {
  it('are paired row by row and adjusted over the family', async () => {
    const rows = await rowsOf(20, () => 'low');
    const predictions = new Map([
      ['main', rows.map(({ id }) => answered(id, 'low'))],
      ['worse', rows.map(({ id }, index) => answered(id, index < 10 ? 'low' : 'high'))],
      ['same', rows.map(({ id }) => answered(id, 'low'))],
    ]);
    const compared = compareLabels('main', predictions, rows, ['complexity']);
    expect(compared.find(({ against }) => against === 'worse')).toMatchObject({ fixed: 10, broken: 0, difference: 0.5 });
    expect(compared.find(({ against }) => against === 'worse')?.holm).toBeCloseTo(2 * 2 * 0.5 ** 10, 8);
    expect(compared.find(({ against }) => against === 'same')).toMatchObject({ fixed: 0, broken: 0, p: { exact: 1 }, holm: 1 });
  });
});
