import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../../src/core/default-taxonomy.ts';
import { chooseRows, usdWeightGrid } from '../../../src/eval/table/choose.ts';
import { clusterPredictor } from '../../../src/eval/table/clusters.ts';
import { crossFit } from '../../../src/eval/table/cross-fit.ts';
import { expectedUsd } from '../../../src/eval/table/expected-cost.ts';
import { type Folds, makeFolds, rowsIn } from '../../../src/eval/table/folds.ts';
import { groupPredictor, namedGroups } from '../../../src/eval/table/groups.ts';
import { labelPredictor } from '../../../src/eval/table/label-cells.ts';
import { lengthPredictor } from '../../../src/eval/table/length.ts';
import { neighbourPredictor } from '../../../src/eval/table/neighbours.ts';
import { constantPredictor, gainsOf, type Predictor } from '../../../src/eval/table/predictor.ts';
import type { OutcomeTable } from '../../../src/eval/table/table.ts';
import { sparseTexts } from '../../../src/eval/table/text-features.ts';
import { labelOf } from '../helpers.ts';
import { alike, fakeTable, specialists } from './helpers.ts';

describe('folds', () => {
  it('keep clusters together, are as equal as can be, and repeat with the seed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 20, maxLength: 200 }), fc.integer(), (clusters, seed) => {
        const of = Int32Array.from(clusters);
        const { foldOf } = makeFolds(of, 5, seed);
        expect(makeFolds(of, 5, seed).foldOf).toEqual(foldOf);
        const seen = new Map<number, number>();
        for (const [row, cluster] of clusters.entries()) {
          expect(seen.get(cluster) ?? foldOf[row]).toBe(foldOf[row]);
          seen.set(cluster, foldOf[row] as number);
        }
      }),
      { seed: 3, numRuns: 50 },
    );
    const { foldOf } = makeFolds(
      Int32Array.from({ length: 103 }, (_, row) => row),
      5,
      1,
    );
    const sizes = [0, 1, 2, 3, 4].map((fold) => foldOf.filter((value) => value === fold).length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });
});

const PREDICTORS: [string, (table: OutcomeTable) => Predictor][] = [
  ['constant', constantPredictor],
  ['category', (table) => groupPredictor('category', table, () => [namedGroups(table.categories)])],
  ['length', lengthPredictor],
  [
    'labels',
    (table) =>
      labelPredictor(
        'labels',
        table,
        table.prompts.map((_, row) => labelOf({ complexity: row % 3 === 0 ? 'high' : 'low' }, 0.8)),
        defaultTaxonomy,
      ),
  ],
  ['neighbours', (table) => neighbourPredictor(table, sparseTexts(table.prompts))],
  ['clusters', (table) => clusterPredictor(table, sparseTexts(table.prompts), 5)],
];

describe.each(PREDICTORS)('guesses by %s', (_name, make) => {
  it('never see the row they are about: another outcome there changes nothing for it', async () => {
    const table = await fakeTable(specialists(60));
    const folds = makeFolds(table.clusterOf, 5, 2);
    const row = 17;
    const changed = {
      ...table,
      models: table.models.map((model) => ({
        ...model,
        quality: model.quality.map((value, index) => (index === row ? 1 - value : value)),
      })),
    };
    const [before, after] = [crossFit(make(table), table, folds), crossFit(make(changed), changed, folds)];
    const guessed = (guesses: Float64Array) => [...guesses.subarray(row * 3, row * 3 + 3)];
    expect(guessed(after.outer)).toEqual(guessed(before.outer));
    const own = folds.foldOf[row] as number;
    expect(after.inner[own]).toEqual(before.inner[own]);
  });

  it('are the same for the same table', async () => {
    const table = await fakeTable(specialists(50));
    const folds = makeFolds(table.clusterOf, 5, 2);
    expect(crossFit(make(table), table, folds)).toEqual(crossFit(make(table), table, folds));
  });
});

describe('guesses by group', () => {
  const everything = (table: OutcomeTable) => Int32Array.from(table.ids, (_, row) => row);

  it('find specialists where groups differ', async () => {
    const table = await fakeTable(specialists(600));
    const guessed = groupPredictor('category', table, () => [namedGroups(table.categories)]).predict(
      everything(table),
      Int32Array.of(0, 1),
    );
    const gap = (row: number) => (guessed[row * 3 + 2] as number) - (guessed[row * 3] as number);
    expect(gap(0)).toBeGreaterThan(0.55);
    expect(Math.abs(gap(1))).toBeLessThan(0.12);
  });

  it('shrink to the models’ means where groups say nothing', async () => {
    const table = await fakeTable({ ...alike(600), category: (row) => `kind ${row % 40}` });
    const rows = everything(table);
    const means = constantPredictor(table).predict(rows, rows);
    const guessed = groupPredictor('category', table, () => [namedGroups(table.categories)]).predict(rows, rows);
    const raw = gainsOf(table);
    const away = (values: Float64Array) =>
      Math.sqrt(values.reduce((sum, value, index) => sum + (value - (means[index] as number)) ** 2, 0) / values.length);
    expect(away(guessed)).toBeLessThan(0.1 * away(raw));
  });

  it('ranks no row above another when nothing was learned', async () => {
    const table = await fakeTable(alike(200));
    const { own } = crossFit(constantPredictor(table), table, makeFolds(table.clusterOf, 5, 1));
    expect(own.every((value) => value === 0)).toBe(true);
  });
});

describe('choices', () => {
  const all = (rows: number) => Int32Array.from({ length: rows }, (_, row) => row);

  it('trade quality against money, skip unknown costs, and give ties to the cheaper model', () => {
    const gains = Float64Array.of(0.5, 0.6, 0.9, 0.4, 0.4, 0.4);
    const usd = Float64Array.of(0.001, 0.01, Number.NaN, 0.002, 0.001, 0.003);
    const at = (weight: number) => {
      const choices = new Int32Array(2);
      chooseRows(gains, usd, 3, weight, all(2), choices);
      return [...choices];
    };
    expect(at(0)).toEqual([1, 1]);
    expect(at(20)).toEqual([0, 1]);
  });

  it('sweeps from quality alone to far beyond the table’s own trade', () => {
    const grid = usdWeightGrid(0.001);
    expect(grid[0]).toBe(0);
    expect(grid).toHaveLength(49);
    expect(grid.at(-1)).toBeCloseTo((0.1 / 0.001) * 100, 6);
    expect(usdWeightGrid(Number.NaN)).toEqual([0]);
  });

  it('expects the cost of a row from its length and the other folds’ answers', async () => {
    const table = await fakeTable({ ...alike(40), prompt: (row) => 'word '.repeat(row + 1) });
    const folds: Folds = makeFolds(table.clusterOf, 5, 1);
    const usd = expectedUsd(table, folds);
    expect(usd[0]).toBeCloseTo((100 * 0.1 + 200 * 0.2) / 1e6, 12);
    expect(rowsIn(folds, [0]).length + rowsIn(folds, [0], true).length).toBe(40);
  });
});
