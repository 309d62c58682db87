import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { type Contender, contenderFrom, fixedModels, mixtureOf } from '../../../src/eval/field.ts';
import { isGap } from '../../../src/eval/metrics/gap.ts';
import { bestModel, columnsOf } from '../../../src/eval/table/contenders.ts';
import { makeFolds } from '../../../src/eval/table/folds.ts';
import { goldOf, priceTiers } from '../../../src/eval/table/gold.ts';
import { judgeTable } from '../../../src/eval/table/judge.ts';
import { lossSplit } from '../../../src/eval/table/loss.ts';
import { scorePair, strongChance } from '../../../src/eval/table/pair.ts';
import { freeMix, liftOf } from '../../../src/eval/table/point.ts';
import { savingAtQuality } from '../../../src/eval/table/saving.ts';
import type { OutcomeTable } from '../../../src/eval/table/table.ts';
import { tableVerdict, type VerdictInput } from '../../../src/eval/table/verdict.ts';
import { rowsToSettle } from '../../../src/eval/verdict.ts';
import { alike, fakeTable, specialists } from './helpers.ts';

const everything = (table: OutcomeTable) => Int32Array.from(table.ids, (_, row) => row);
const options = () => ({ replicates: 400, random: seededRandom(8) });

function judged(table: OutcomeTable, contenders: Contender[]) {
  const fixed = fixedModels(columnsOf(table), table.ids.length);
  const best = fixed[bestModel(table, everything(table))] as Contender;
  return judgeTable(table, makeFolds(table.clusterOf, 5, 3), contenders, best, options());
}

describe('lift over the free mix', () => {
  it('is nothing for a fixed model of the mix, and for a mixture of two', async () => {
    const table = await fakeTable(alike(400));
    const fixed = fixedModels(columnsOf(table), 400);
    const half = mixtureOf(
      'half',
      new Map([
        ['cheap', 0.5],
        ['dear', 0.5],
      ]),
      fixed,
      400,
    );
    const [cheap, mixed] = judged(table, [fixed[0] as Contender, half]);
    if (cheap === undefined || mixed === undefined || isGap(cheap.liftOverFreeMix) || isGap(mixed.liftOverFreeMix))
      throw new Error('no lift');
    expect(cheap.liftOverFreeMix.mean).toBeCloseTo(0, 10);
    expect(mixed.liftOverFreeMix.ci95[0]).toBeLessThanOrEqual(0);
    expect(mixed.liftOverFreeMix.mean).toBeLessThanOrEqual(1e-9);
  });

  it('finds what a perfect router of known worth is worth', async () => {
    const table = await fakeTable(specialists(1_000));
    const choices = Int32Array.from(table.ids, (_, row) => (row % 2 === 0 ? 2 : 0));
    const [router] = judged(table, [contenderFrom('router', 'router', choices, columnsOf(table))]);
    if (router === undefined || isGap(router.liftOverFreeMix)) throw new Error('no lift');
    // Quality .925 at half the dear model's price; the mix of cheap (.575) and dear (.88) there is about .7275.
    expect(router.liftOverFreeMix.ci95[0]).toBeLessThan(0.1975);
    expect(router.liftOverFreeMix.ci95[1]).toBeGreaterThan(0.1975);
    expect(router.liftOverFreeMix.ci95[0]).toBeGreaterThan(0.12);
  });

  it('agrees with its linear form on the same rows', async () => {
    const table = await fakeTable(specialists(300));
    const choices = Int32Array.from(table.ids, (_, row) => (row % 4 === 0 ? 2 : 0));
    const rows = everything(table);
    const hull = freeMix(table, rows);
    const linear = liftOf(table, choices, rows, hull);
    const [cheap, dear] = [hull[0], hull.at(-1)];
    if (linear === null || cheap === undefined || dear === undefined) throw new Error('no hull');
    const contender = contenderFrom('r', 'router', choices, columnsOf(table));
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const share = (mean(contender.usd) - cheap.cost) / (dear.cost - cheap.cost);
    expect(linear.mean).toBeCloseTo(mean(contender.quality) - (cheap.quality + share * (dear.quality - cheap.quality)), 10);
  });

  it('is a gap where the cost is unknown, and where there is one cluster only', async () => {
    const fake = alike(50);
    const unknown = await fakeTable({ ...fake, models: { ...fake.models, cheap: { input: '', output: '', quality: () => 1 } } });
    const [first] = judged(unknown, [fixedModels(columnsOf(unknown), 50)[0] as Contender]);
    expect(first?.liftOverFreeMix).toEqual({ undefined: 'unknown-cost' });
    expect(first?.quality).not.toHaveProperty('undefined');
    const same = await fakeTable({ ...fake, prompt: () => 'the same' });
    expect(judged(same, [fixedModels(columnsOf(same), 50)[0] as Contender])[0]?.quality).toEqual({ undefined: 'not-enough-data' });
  });
});

describe('saving at the best constant’s quality', () => {
  const constant = { quality: Float64Array.from({ length: 400 }, () => 0.9), usd: new Float64Array(400).fill(1) } as Contender;
  const point = (quality: number, usd: number) => ({ quality: new Float64Array(400).fill(quality), usd: new Float64Array(400).fill(usd) });
  const clusters = Int32Array.from({ length: 400 }, (_, row) => row);

  it('is that of the cheapest setting within a point of its quality', () => {
    expect(savingAtQuality([point(0.895, 0.3), point(0.91, 0.6), point(0.7, 0.1)], constant, clusters)).toBeCloseTo(0.7, 12);
  });

  it('is null when no setting keeps the quality or a cost is unknown', () => {
    expect(savingAtQuality([point(0.7, 0.1)], constant, clusters)).toBeNull();
    expect(savingAtQuality([point(0.95, Number.NaN)], constant, clusters)).toBeNull();
  });

  it('is null when all that keeps the quality is dearer: that saves nothing', () => {
    expect(savingAtQuality([point(0.95, 20.3), point(0.7, 0.1)], constant, clusters)).toBeNull();
    expect(savingAtQuality([point(0.9, 1)], constant, clusters)).toBe(0);
  });
});

describe('a strong and a weak model', () => {
  const rows = 400;
  const weak = Float64Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 1 : 0));
  const strong = new Float64Array(rows).fill(1);
  const clusters = Int32Array.from({ length: rows }, (_, row) => row);

  it('random ranking has APGR .5, CPT 50 % and 80 % of the calls', () => {
    const score = scorePair(new Float64Array(rows), weak, strong, clusters, options());
    expect(score.apgr).toMatchObject({ mean: expect.closeTo(0.5, 10) });
    expect(score.cpt50).toMatchObject({ mean: expect.closeTo(0.5, 10) });
    expect(score.cpt80).toMatchObject({ mean: expect.closeTo(0.8, 10) });
  });

  it('a perfect ranking recovers everything with the rows that need it', () => {
    const worth = weak.map((quality) => 1 - quality);
    const score = scorePair(worth, weak, strong, clusters, options());
    // The gap closes evenly up to a share of one half, then stays closed: area 3/4.
    expect(score.apgr).toMatchObject({ mean: expect.closeTo(0.75, 10) });
    expect(score.cpt50).toMatchObject({ mean: expect.closeTo(0.25, 10) });
  });

  it('the reverse ranking does worse than random', () => {
    const score = scorePair(weak, weak, strong, clusters, options());
    expect(isGap(score.apgr) ? 1 : score.apgr.mean).toBeCloseTo(0.25, 10);
  });

  it('two models that do not differ have a gap, not a figure', () => {
    expect(scorePair(weak, strong, strong, clusters, options()).apgr).toEqual({ undefined: 'not-reached' });
  });

  it('equal ranks share what is left of the strong calls', () => {
    expect([...strongChance(Float64Array.of(3, 1, 1, 0), 0.5)]).toEqual([1, 0.5, 0.5, 0]);
  });
});

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
