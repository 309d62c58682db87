import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../../src/core/normal.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { aiq } from '../../../src/eval/metrics/aiq.ts';
import { auroc } from '../../../src/eval/metrics/auroc.ts';
import { bcaInterval } from '../../../src/eval/metrics/bca.ts';
import { betaCdf, logGamma } from '../../../src/eval/metrics/beta.ts';
import { clusterBootstrap } from '../../../src/eval/metrics/bootstrap.ts';
import { adaptiveCalibrationError, brierScore, equalWidthBins } from '../../../src/eval/metrics/calibration.ts';
import { clopperPearson } from '../../../src/eval/metrics/clopper-pearson.ts';
import { clusteredMean } from '../../../src/eval/metrics/clustered.ts';
import { conformalSet, conformalThreshold, riskControlled } from '../../../src/eval/metrics/conformal.ts';
import { accuracy, balancedAccuracy, confusionOf, macroF1, matthews, valueScores } from '../../../src/eval/metrics/confusion.ts';
import { gap, isGap } from '../../../src/eval/metrics/gap.ts';
import { concaveHull, hullQuality } from '../../../src/eval/metrics/hull.ts';
import { kappa } from '../../../src/eval/metrics/kappa.ts';
import { mcnemar } from '../../../src/eval/metrics/mcnemar.ts';
import { ordinalErrors } from '../../../src/eval/metrics/ordinal.ts';
import { pairedTest } from '../../../src/eval/metrics/paired.ts';
import { apgr, callThreshold, performanceGapRecovered } from '../../../src/eval/metrics/pgr.ts';
import { clusterSums, columnMeans, denseIndex } from '../../../src/eval/metrics/resample.ts';
import { judgedRate, roganGladen } from '../../../src/eval/metrics/rogan-gladen.ts';
import { selectionEntropy } from '../../../src/eval/metrics/selection.ts';
import { studentCdf, studentQuantile } from '../../../src/eval/metrics/student.ts';
import { wilson } from '../../../src/eval/metrics/wilson.ts';

describe('distributions', () => {
  it('agree with tables', () => {
    expect(normalCdf(-8)).toBeCloseTo(6.220960574271786e-16, 25);
    expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 14);
    expect(normalQuantile(1e-6)).toBeCloseTo(-4.753424308822899, 9);
    expect(studentQuantile(0.975, 1)).toBeCloseTo(12.706204736432095, 6);
    expect(studentQuantile(0.995, 30)).toBeCloseTo(2.749995653567, 8);
    expect(studentCdf(-2.5, 7)).toBeCloseTo(0.020496109, 8);
    expect(betaCdf(0.3, 2, 5)).toBeCloseTo(0.579825, 6);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
  });
});

describe('F-87 too little data gives a named gap, never NaN', () => {
  const nothing = confusionOf(['a', 'b'], [], []);
  it.each([
    ['wilson', wilson(0, 0)],
    ['clopperPearson', clopperPearson(0, 0)],
    ['accuracy', accuracy(nothing)],
    ['macroF1', macroF1(nothing)],
    ['balancedAccuracy', balancedAccuracy(nothing)],
    ['matthews', matthews(nothing)],
    ['kappa', kappa(nothing, 'quadratic')],
    ['bias', ordinalErrors(nothing).bias],
    ['brier', brierScore([])],
    ['ace', adaptiveCalibrationError([])],
    ['auroc', auroc([])],
    ['clusteredMean', clusteredMean([], [])],
    ['pairedTest', pairedTest([], [])],
    ['bootstrap', clusterBootstrap(clusterSums([[]], []), () => 0, { replicates: 10, random: seededRandom(1) })],
    ['bca', bcaInterval([], () => 0, { replicates: 10, random: seededRandom(1) })],
    ['aiq', aiq([])],
    ['conformal', conformalThreshold([], 0.1)],
    ['entropy', selectionEntropy([])],
    ['judged', judgedRate({ passed: 0, rows: 0, truePasses: 0, goodRows: 0, trueFails: 0, badRows: 0 })],
  ])('%s of no rows', (_name, figure) => {
    expect(figure).toEqual(gap('no-rows'));
  });

  it('one class only', () => {
    const single = confusionOf(['a', 'b'], ['a', 'a'], ['a', 'a']);
    expect(matthews(single)).toEqual(gap('one-class'));
    expect(kappa(single, 'nominal')).toEqual(gap('one-class'));
    expect(auroc([{ p: 0.4, y: 1 }])).toEqual(gap('one-class'));
    expect(macroF1(single)).toBe(1);
  });

  it('all ties and no spread', () => {
    expect(mcnemar(0, 0)).toEqual({ exact: 1, midp: 1 });
    expect(pairedTest([1, 0, 1], [1, 0, 1])).toMatchObject({ mean: 0, se: 0, p: 1 });
    expect(bcaInterval([1, 1, 1], (sample) => sample[0] ?? 0, { replicates: 50, random: seededRandom(1) })).toEqual(gap('no-spread'));
    expect(aiq([{ cost: 1, quality: 1 }])).toEqual(gap('no-spread'));
    expect(performanceGapRecovered(0.5, 0.5, 0.5)).toEqual(gap('no-difference'));
    expect(roganGladen(0.5, 0.5, 0.5)).toEqual(gap('no-difference'));
  });

  it('one cluster cannot tell a spread', () => {
    expect(clusteredMean([1, 0, 1], ['a', 'a', 'a'])).toEqual(gap('not-enough-data'));
    const table = clusterSums([[1, 0, 1]], [0, 0, 0]);
    expect(clusterBootstrap(table, (means) => means[0] ?? 0, { replicates: 10, random: seededRandom(1) })).toEqual(gap('not-enough-data'));
  });
});

describe('classification figures', () => {
  const confusion = confusionOf(['low', 'medium', 'high'], ['low', 'low', 'medium', 'high'], ['low', 'high', 'low', 'high']);

  it('count what they should', () => {
    expect(confusion.counts).toEqual([
      [1, 0, 1],
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(accuracy(confusion)).toBe(0.5);
    expect(balancedAccuracy(confusion)).toBeCloseTo((0.5 + 0 + 1) / 3, 12);
    expect(ordinalErrors(confusion)).toEqual({ meanAbsolute: 0.75, bias: 0.25, under: 0.25, over: 0.25 });
  });

  it('give the precision of a value nobody predicted as a gap, its recall as 0', () => {
    const medium = valueScores(confusion)[1];
    expect(isGap(medium?.precision)).toBe(true);
    expect(medium).toMatchObject({ recall: 0, f1: 0, gold: 1, predicted: 0 });
  });

  it('refuse a value that is not of the axis', () => {
    expect(() => confusionOf(['a'], ['a'], ['z'])).toThrow('unlisted value');
  });
});

describe('calibration bins', () => {
  it('are closed on the right', () => {
    const bins = equalWidthBins(
      [0, 0.1, 0.1000001, 1].map((p) => ({ p, y: 1 as const })),
      10,
    );
    expect(bins.map(({ count }) => count)).toEqual([2, 1, 1]);
  });
});

describe('abstention', () => {
  it('keeps every value the threshold cannot rule out', () => {
    expect(conformalSet({ low: 0.5, medium: 0.4, high: 0.1 }, 0.6)).toEqual(['low', 'medium']);
    expect(conformalThreshold([0.5], 0.1)).toEqual(gap('not-enough-data'));
  });

  it('promises a risk only with enough rows behind it', () => {
    const right = Array.from({ length: 100 }, () => ({ p: 0.9, y: 1 as const }));
    const wrong = Array.from({ length: 50 }, () => ({ p: 0.6, y: 0 as const }));
    expect(riskControlled([...right, ...wrong], 0.05, [0.5, 0.8])).toEqual({
      threshold: 0.8,
      coverage: 100 / 150,
      errors: 0,
      accepted: 100,
    });
    expect(riskControlled(right.slice(0, 10), 0.05, [0.5])).toEqual({ undefined: 'not-reached' });
  });
});

describe('hull', () => {
  const hull = concaveHull([
    { cost: 2, quality: 0.5 },
    { cost: 4, quality: 0.9 },
    { cost: 9, quality: 0.7 },
  ]);

  it('is flat beyond its best point and never cheaper than its first', () => {
    expect(hull).toHaveLength(2);
    expect(hullQuality(hull, 1)).toBe(0.5);
    expect(hullQuality(hull, 3)).toBeCloseTo(0.7, 12);
    expect(hullQuality(hull, 100)).toBe(0.9);
  });

  it('keeps the better of two models at one price', () => {
    expect(
      concaveHull([
        { cost: 1, quality: 0.4 },
        { cost: 1, quality: 0.6 },
      ]),
    ).toEqual([{ cost: 1, quality: 0.6 }]);
  });
});

describe('two-model sweeps', () => {
  it('cross at the running maximum when quality is not monotone', () => {
    const sweep = [0.5, 0.8, 0.6, 1].map((quality, index) => ({ strongShare: index / 3, quality }));
    expect(callThreshold(sweep, 0.5)).toBeCloseTo((1 / 3) * (0.5 / 0.6), 10);
    expect(callThreshold(sweep, 1.01)).toEqual(gap('not-reached'));
  });

  it('give random routing one half', () => {
    const sweep = Array.from({ length: 11 }, (_, index) => ({ strongShare: index / 10, quality: 0.6 + 0.02 * index }));
    expect(apgr(sweep)).toBeCloseTo(0.5, 12);
  });
});

describe('resampling', () => {
  it('draws clusters whole: means of means follow the rows', () => {
    const table = clusterSums([[1, 1, 0, 0, 0, 0]], denseIndex(['a', 'a', 'b', 'b', 'b', 'b']));
    expect([...columnMeans(table)]).toEqual([1 / 3]);
    const seen = new Set<string>();
    clusterBootstrap(table, (means) => Number(seen.add((means[0] ?? 0).toFixed(3)).size), { replicates: 60, random: seededRandom(3) });
    expect([...seen].sort()).toEqual(['0.000', '0.333', '1.000']);
  });

  it('repeats itself with the same seed', () => {
    const table = clusterSums([[1, 0, 1, 1, 0]], [0, 1, 2, 3, 4]);
    const run = () => clusterBootstrap(table, (means) => means[0] ?? 0, { replicates: 100, random: seededRandom(9) });
    expect(run()).toEqual(run());
  });
});
