import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import type { Contender } from '../../../src/eval/field.ts';
import { isGap } from '../../../src/eval/metrics/gap.ts';
import { makeFolds } from '../../../src/eval/table/folds.ts';
import { goldOf, priceTiers } from '../../../src/eval/table/gold.ts';
import { lossSplit } from '../../../src/eval/table/loss.ts';
import type { OutcomeTable } from '../../../src/eval/table/table.ts';
import { tableVerdict, type VerdictInput } from '../../../src/eval/table/verdict.ts';
import { rowsToSettle } from '../../../src/eval/verdict.ts';
import { alike, fakeTable } from './helpers.ts';

const _everything = (table: OutcomeTable) => Int32Array.from(table.ids, (_, row) => row);

const options = () => ({ replicates: 400, random: seededRandom(8) });

describe('gold labels of a table', () => {
  it('are the cheapest tier that passed, high when none did, and the mapped category', async () => {
    const fake = alike(4);
    const passing = (rows: number[]) => (row: number) => (rows.includes(row) ? 1 : 0);
    const models = {
      dear: { input: 10, output: 10, quality: passing([0, 1, 2]) } as const,
      cheap: { input: 1, output: 1, quality: passing([0]) } as const,
      middle: { input: 5, output: 5, quality: passing([0, 1]) } as const,
    };
    const table = await fakeTable({ ...fake, models, category: (row) => (row < 2 ? 'algebra' : 'odd') });
    expect([...priceTiers(table)]).toEqual([2, 0, 1]);
    expect(goldOf(table, { algebra: 'math' })).toEqual({
      complexity: ['low', 'medium', 'high', 'high'],
      domain: ['math', 'math', null, null],
    });
  });

  it('do not exist without prices and without a map', async () => {
    const table = await fakeTable({ rows: 3, models: { m: { input: '', output: '', quality: () => 1 } } });
    expect(goldOf(table, {})).toEqual({ complexity: [null, null, null], domain: [null, null, null] });
  });
});

describe('the loss split', () => {
  const folds = makeFolds(
    Int32Array.from({ length: 50 }, (_, row) => row),
    5,
    1,
  );
  const served = (quality: (row: number) => number, usd: number) =>
    ({ quality: Float64Array.from({ length: 50 }, (_, row) => quality(row)), usd: new Float64Array(50).fill(usd) }) as Contender;
  const parts = {
    oracle: served(() => 1, 0.01),
    gold: served((row) => (row % 5 === 0 ? 0 : 1), 0.02),
    router: served((row) => (row % 2 === 0 ? 0 : 1), 0.03),
  };

  it('sums exactly, each part naming what to edit', () => {
    const loss = lossSplit(
      parts,
      [5, 5, 5, 5, 5],
      folds,
      Int32Array.from({ length: 50 }, (_, row) => row),
      options(),
    );
    if (isGap(loss)) throw new Error('no loss');
    expect(loss.table.mean + loss.classifier.mean + loss.operations.mean).toBeCloseTo(loss.total.mean, 12);
    expect(loss.table.mean).toBeCloseTo(0.2 + 5 * 0.01, 12);
    expect(loss.classifier.mean).toBeCloseTo(0.3 + 5 * 0.01, 12);
    expect([loss.table.edit, loss.classifier.edit]).toEqual([expect.stringContaining('policy'), expect.stringContaining('prompts/')]);
  });

  it('is undefined without gold', () => {
    expect(lossSplit({ ...parts, gold: null }, [5, 5, 5, 5, 5], folds, new Int32Array(50), options())).toEqual({ undefined: 'no-gold' });
  });
});

describe('the verdict', () => {
  const input = (mean: number, low: number, high: number, change: Partial<VerdictInput> = {}): VerdictInput => ({
    lift: { mean, ci95: [low, high] },
    bestConstant: 'big',
    rows: 400,
    modelledCost: false,
    onlyModel: null,
    simpler: [],
    ...change,
  });

  it.each([
    ['BETTER', input(0.02, 0.001, 0.04)],
    ['WORSE', input(-0.02, -0.04, -0.001)],
    ['NO WORSE', input(0.001, -0.009, 0.011)],
    ['CANNOT TELL', input(0.01, -0.02, 0.04)],
    ['MODELLED', input(0.02, 0.01, 0.03, { modelledCost: true })],
    ['NO WORSE', input(0.02, 0.01, 0.03, { onlyModel: 'mid' })],
  ])('%s', (word, given) => {
    expect(tableVerdict(given)).toMatchObject({ word, rule: expect.stringContaining('BETTER above 0') });
  });

  it('says which model to use for everything when routing does not pay', () => {
    expect(tableVerdict(input(-0.02, -0.04, -0.001)).advice).toBe('use big for everything');
    expect(tableVerdict(input(0, 0, 0, { onlyModel: 'mid' })).advice).toContain('use mid for everything');
  });

  it('on few rows tells that they cannot tell, whatever the interval', () => {
    const few = [input(0, 0, 0, { onlyModel: 'mid' }), input(0.02, 0.001, 0.04), input(-0.02, -0.04, -0.001)];
    for (const given of few) {
      expect(tableVerdict({ ...given, rows: 7 })).toMatchObject({
        word: 'CANNOT TELL',
        advice: expect.stringMatching(/^so few rows cannot tell \(7 of at least 77/),
      });
      expect(tableVerdict({ ...given, rows: 77 }).advice).not.toContain('so few');
    }
    expect(tableVerdict({ ...input(0, 0, 0, { modelledCost: true }), rows: 76 }).word).toBe('MODELLED');
  });

  it('says how many rows would settle it', () => {
    const lift = { mean: 0.02, ci95: [-0.02, 0.06] as [number, number] };
    expect(tableVerdict(input(0.02, -0.02, 0.06)).advice).toMatch(/about [\d,]+ rows/);
    // Standard error .0204 at 400 rows; seeing .02 at 80 % power needs (1.96 + .84) standard errors.
    expect(rowsToSettle(lift, 400)).toBeCloseTo(400 * ((2.8015 * 0.020408) / 0.02) ** 2, -2);
  });

  it('says when a control without labels does as well', () => {
    expect(tableVerdict(input(0.02, 0.01, 0.03, { simpler: [{ name: 'length', lift: 0.025 }] })).advice).toContain('length +2.5');
  });

  it('gives no word without a cost', () => {
    expect(tableVerdict({ ...input(0, 0, 0), lift: { undefined: 'unknown-cost' } })).toMatchObject({
      word: 'CANNOT TELL',
      advice: expect.stringContaining('--assume-output-tokens'),
    });
  });
});
