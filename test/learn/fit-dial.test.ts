import { describe, expect, test } from 'vitest';
import { factsOf } from '../../src/classify/facts.ts';
import { loadPolicy } from '../../src/config/policy.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import type { OutcomeTable } from '../../src/eval/table/table.ts';
import { pickRows } from '../../src/eval/table/table.ts';
import { readFitData } from '../../src/learn/fit-data.ts';
import { type Dial, upperLoss } from '../../src/learn/fit-dial.ts';
import { gateAgainst } from '../../src/learn/fit-incumbent.ts';
import { alike, fakeTable, specialists } from '../eval/table/helpers.ts';
import { fitted, readers } from './fit-helpers.ts';

const all = (table: OutcomeTable) => Int32Array.from(table.ids, (_, row) => row);
const left = async (table: OutcomeTable, dial: Dial) => {
  const { policy } = await fitted(table, { dial });
  return { policy, all: policy.fitted.folds.results.at(-1) as NonNullable<(typeof policy.fitted.folds.results)[number]> };
};

describe('the dial', () => {
  test('a dearer dollar buys a cheaper route', async () => {
    const table = await fakeTable(specialists(600));
    const generous = await left(table, { kind: 'cost-weight', usdWeight: 0 });
    const sparing = await left(table, { kind: 'cost-weight', usdWeight: 1_000 });
    expect(generous.policy.usdWeight).toBe(0);
    expect(sparing.all.usdPer1k).toBeLessThan(generous.all.usdPer1k as number);
    expect(sparing.policy.fitted.dial.assumes).toBe('nothing is promised');
  });

  test('a cap on dollars is kept on questions left out', async () => {
    const table = await fakeTable(specialists(600));
    const { all: result, policy } = await left(table, { kind: 'max-usd', usdPer1k: 3 });
    expect(result.usdPer1k).toBeLessThanOrEqual(3 * 1.02);
    expect(result.quality).toBeGreaterThan(0.75);
    expect(policy.fitted.dial.text).toContain('$3 per 1,000');
  });

  test('a cap below the cheapest model is an error that says what the cheapest costs', async () => {
    const table = await fakeTable(specialists(100));
    await expect(fitted(table, { dial: { kind: 'max-usd', usdPer1k: 0.001 } })).rejects.toMatchObject({
      code: 'options.invalid',
      where: '--max-usd-per-1k',
    });
  });

  test('within a model: cheaper, and as good on questions left out', async () => {
    const table = await fakeTable(specialists(1_200));
    const { all: result, policy } = await left(table, { kind: 'within', margin: 0.03, model: 'dear' });
    const dear = table.models.find(({ name }) => name === 'dear')?.quality ?? new Float64Array(0);
    const mean = dear.reduce((sum, value) => sum + value, 0) / dear.length;
    expect(result.quality).toBeGreaterThan(mean - 0.03);
    expect(result.usdPer1k).toBeLessThan(4);
    expect(policy.fitted.dial.assumes).toContain('drawn like those fitted on');
  });

  test('the model named must be in the table', async () => {
    const dial: Dial = { kind: 'within', margin: 0.03, model: 'gpt-9' };
    await expect(fitted(await fakeTable(specialists(100)), { dial })).rejects.toMatchObject({ code: 'options.invalid', where: '--of' });
  });

  test('the bound of few right-or-wrong rows is exact, and holds in at least 95 of 100 draws', async () => {
    let broken = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const table = await fakeTable({ ...alike(60), seed });
      // True loss of `middle` (70 %) against `dear` (80 %): 10 points.
      if (upperLoss(table, new Int32Array(60).fill(1), 2, all(table)) < 0.1) broken++;
    }
    expect(broken).toBeLessThanOrEqual(5);
    const same = await fakeTable(alike(60));
    expect(upperLoss(same, new Int32Array(60).fill(2), 2, all(same))).toBe(0);
  });

  test('without prices money has no weight, and the finding rests on quality', async () => {
    const free = specialists(400);
    const models = Object.fromEntries(
      Object.entries(free.models).map(([name, model]) => [name, { ...model, input: '' as const, output: '' as const }]),
    );
    const { policy } = await fitted(await fakeTable({ ...free, models }));
    expect(policy.usdWeight).toBe(0);
    expect(policy.fitted.models.map(({ usdPer1k }) => usdPer1k)).toEqual([null, null, null]);
    expect(policy.models.every(({ price }) => price?.input === null)).toBe(true);
    expect(policy.fitted.finding).not.toContain('same money');
  });
});

describe('a promise that cannot be kept', () => {
  test('is not made: the cheapest single model that keeps it is used', async () => {
    const { policy } = await fitted(await fakeTable(alike(300)), { dial: { kind: 'within', margin: 0, model: 'dear' } });
    expect(policy.fitted.choice).toBe('constant');
    expect(policy.fitted.constant).toBe('outcomes/dear');
  });
});

describe('the gate', () => {
  test('a router passes against the constant, and not the other way round; seen questions do not count', async () => {
    const table = await fakeTable(specialists(900));
    const half = (first: boolean) =>
      pickRows(
        table,
        [...all(table)].filter((row) => row < 450 === first),
      );
    const data = await readFitData(half(false), readers, 1);
    const candidate = await fitted(half(false));
    const { fitted: _, ...rest } = (await fitted(half(true))).policy;
    const constant = loadPolicy(
      { ...rest, pools: { only: { models: ['outcomes/dear'] } }, rules: [{ when: {}, pool: 'only' }] },
      defaultTaxonomy,
    );
    const usdWeight = 50;
    const passed = gateAgainst({ incumbent: constant, candidate: candidate.leftOut, usdWeight, factsOf }, data);
    expect(passed).toMatchObject({ passed: true, rows: 450 });
    expect(passed.utility?.low).toBeGreaterThan(0);
    const worse = { ...candidate.leftOut, quality: candidate.leftOut.quality.map((quality) => quality / 2) };
    expect(gateAgainst({ incumbent: constant, candidate: worse, usdWeight, factsOf }, data).passed).toBe(false);
    const own = { ...loadPolicy(candidate.policy, defaultTaxonomy) };
    const seen = gateAgainst({ incumbent: own, candidate: candidate.leftOut, usdWeight, factsOf }, data);
    expect(seen).toMatchObject({ passed: false, rows: 0, utility: null });
    expect(seen.text).toContain('0 question(s)');
  });
});
