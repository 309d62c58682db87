import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { type Contender, contenderFrom, fixedModels, mixtureOf } from '../../../src/eval/field.ts';
import { isGap } from '../../../src/eval/metrics/gap.ts';
import { bestModel, columnsOf } from '../../../src/eval/table/contenders.ts';
import { makeFolds } from '../../../src/eval/table/folds.ts';
import { judgeTable } from '../../../src/eval/table/judge.ts';
import { scorePair, strongChance } from '../../../src/eval/table/pair.ts';
import { freeMix, liftOf } from '../../../src/eval/table/point.ts';
import { savingAtQuality } from '../../../src/eval/table/saving.ts';
import type { OutcomeTable } from '../../../src/eval/table/table.ts';
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
