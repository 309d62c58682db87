import { readFileSync } from 'node:fs';
import { mean } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { aiq } from '../../../src/eval/metrics/aiq.ts';
import { arenaScore } from '../../../src/eval/metrics/arena.ts';
import { auroc } from '../../../src/eval/metrics/auroc.ts';
import { bcaInterval } from '../../../src/eval/metrics/bca.ts';
import { adaptiveCalibrationError, brierScore, expectedCalibrationError } from '../../../src/eval/metrics/calibration.ts';
import { clusteredError, clusteredMean } from '../../../src/eval/metrics/clustered.ts';
import { confusionOf, macroF1, matthews } from '../../../src/eval/metrics/confusion.ts';
import { concaveHull, hullQuality } from '../../../src/eval/metrics/hull.ts';
import { kappa } from '../../../src/eval/metrics/kappa.ts';
import { mcnemar } from '../../../src/eval/metrics/mcnemar.ts';
import { benjaminiHochberg, holm } from '../../../src/eval/metrics/multiplicity.ts';
import { pairedTest } from '../../../src/eval/metrics/paired.ts';
import { apgr, callThreshold, performanceGapRecovered } from '../../../src/eval/metrics/pgr.ts';
import { pairedRowsNeeded, smallestVisible, unpairedRowsNeeded } from '../../../src/eval/metrics/power.ts';
import { roganGladen } from '../../../src/eval/metrics/rogan-gladen.ts';
import { wilson } from '../../../src/eval/metrics/wilson.ts';

/** Made with scipy, scikit-learn and statsmodels; `_about` in the file names the versions. */
const golden = JSON.parse(readFileSync(new URL('../golden-statistics.json', import.meta.url), 'utf8'));
const keys = Object.keys(golden);
const numbersIn = (text: string): number[] => [...text.matchAll(/[\d.]+/g)].map(([digits]) => Number(digits));
/** Golden figures are rounded to so many digits, and halves may round either way. */
const close = (found: unknown, wanted: number, digits = 6) =>
  expect(Math.abs(Number(found) - wanted)).toBeLessThanOrEqual(0.51 * 10 ** -digits);

describe('golden statistics', () => {
  it.each(keys.filter((key) => key.startsWith('wilson95')))('%s', (key) => {
    const [, successes = 0, trials = 0] = numbersIn(key);
    const interval = wilson(successes, trials);
    if ('undefined' in interval) throw new Error('no interval');
    close(interval.low, golden[key][0]);
    close(interval.high, golden[key][1]);
  });

  it.each(keys.filter((key) => key.startsWith('mcnemar')))('%s', (key) => {
    const [fixed = 0, broken = 0] = numbersIn(key);
    const test = mcnemar(fixed, broken);
    close(test.exact, golden[key].exact);
    close(test.midp, golden[key].midp);
  });

  it('kappa: nominal, linear, quadratic, macro-F1 and Matthews', () => {
    const { y, p, nominal, linear, quadratic, macroF1: f1, mcc } = golden.kappa;
    const confusion = confusionOf(['0', '1', '2', '3', '4'], y.map(String), p.map(String));
    close(kappa(confusion, 'nominal'), nominal);
    close(kappa(confusion, 'linear'), linear);
    close(kappa(confusion, 'quadratic'), quadratic);
    close(macroF1(confusion), f1);
    close(matthews(confusion), mcc);
  });

  it('Holm and Benjamini–Hochberg', () => {
    for (const [index, value] of holm(golden.holm.p).entries()) close(value, golden.holm.adj[index]);
    for (const [index, value] of benjaminiHochberg(golden.bh.p).entries()) close(value, golden.bh.adj[index]);
  });

  it('paired t test, and its clustered error in both forms', () => {
    const { a, b, ...wanted } = golden.paired;
    const test = pairedTest(a, b);
    if ('undefined' in test) throw new Error('no test');
    close(test.mean, wanted.mean);
    close(test.se, wanted.se);
    close(test.t, wanted.t);
    close(test.p, wanted.p);
    close(test.interval.low, wanted.ci95[0]);
    close(test.interval.high, wanted.ci95[1]);
    const differences = a.map((value: number, row: number) => value - b[row]);
    const { clusters } = golden.paired_clustered;
    close(clusteredError(differences, clusters), golden.paired_clustered.se_miller);
    const clustered = clusteredMean(differences, clusters);
    close('se' in clustered ? clustered.se : null, golden.paired_clustered['se_finite(inspect_ai)']);
  });

  it('calibration: Brier, ECE, ACE, AUROC', () => {
    const { conf, ok, ...wanted } = golden.calibration;
    const forecasts = conf.map((p: number, row: number) => ({ p, y: ok[row] }));
    close(brierScore(forecasts), wanted.brier_binary);
    close(expectedCalibrationError(forecasts, 10), wanted.ece10_equal_width);
    close(adaptiveCalibrationError(forecasts, 5), wanted.ace5_equal_mass);
    close(auroc(forecasts), wanted.auroc);
  });

  it('BCa interval within the tolerance of the resampling', () => {
    const { x, a, ci95, percentile95, tolerance } = golden.bca;
    const result = bcaInterval(x, mean, { replicates: 40_000, random: seededRandom(11) });
    if ('undefined' in result) throw new Error('no interval');
    close(result.acceleration, a);
    for (const [found, wanted] of [
      [result.interval.low, ci95[0]],
      [result.interval.high, ci95[1]],
      [result.percentile.low, percentile95[0]],
      [result.percentile.high, percentile95[1]],
    ])
      expect(Math.abs(found - wanted)).toBeLessThanOrEqual(tolerance);
  });

  it.each(keys.filter((key) => key.startsWith('arena c=')))('%s', (key) => {
    const [cost = 0, accuracy = 0] = numbersIn(key);
    close(arenaScore(accuracy, cost).score, golden[key][0], 4);
    close(arenaScore(accuracy, cost).cost, golden[key][1], 4);
  });

  it.each(Object.keys(golden['arena sens']))('arena sensitivity %s', (key) => {
    const [accuracy = 0, cost = 0] = numbersIn(key);
    close(arenaScore(accuracy, cost).score, golden['arena sens'][key], 4);
  });

  it.each(Object.keys(golden.power))('rows needed for %s', (key) => {
    const [difference = 0, discordant = 0] = numbersIn(key);
    expect(pairedRowsNeeded(difference, discordant)).toBe(golden.power[key]);
  });

  it.each(Object.keys(golden.mde))('smallest visible effect for %s', (key) => {
    const [rows = 0, discordant = 0] = numbersIn(key);
    close(smallestVisible(rows, discordant), golden.mde[key], 4);
  });

  it.each(Object.keys(golden['unpaired n per arm p=.85']))('unpaired rows per arm for a difference of %s', (key) => {
    expect(unpairedRowsNeeded(0.85, Number(key))).toBe(golden['unpaired n per arm p=.85'][key]);
  });

  it('hull and AIQ in the paper form, unmoved when every cost grows alike', () => {
    const points = golden.aiq.points.map(([cost, quality]: [number, number]) => ({ cost, quality }));
    const hull = concaveHull<{ cost: number; quality: number }>(points);
    expect(hull.map(({ cost, quality }) => [cost, quality])).toEqual(golden.aiq.hull_true);
    for (const [cost, quality] of golden.aiq.hull_code) close(hullQuality(hull, cost), quality);
    close(aiq(points), golden.aiq['AIQ_paper(1/(cmax-cmin))']);
    const shifted = points.map((point: { cost: number; quality: number }) => ({ ...point, cost: point.cost + 9 }));
    close(aiq(shifted), golden.aiq_costs_shifted_by_9['paper(1/(cmax-cmin))']);
  });

  it('PGR, APGR and call-performance thresholds', () => {
    const sweep = golden.apgr['strong%'].map((percent: number, index: number) => ({
      strongShare: percent / 100,
      quality: golden.apgr.q[index],
    }));
    for (const [index, point] of sweep.entries()) close(performanceGapRecovered(point.quality, 0.6, 0.85), golden.apgr.PGR[index]);
    close(apgr(sweep), golden.apgr.APGR_trapz);
    close((callThreshold(sweep, 0.5) as number) * 100, golden.apgr.CPT50, 4);
    close((callThreshold(sweep, 0.8) as number) * 100, golden.apgr.CPT80, 4);
  });

  it('Rogan–Gladen', () => {
    const { phat, sens, spec, theta } = golden.rogan_gladen;
    close(roganGladen(phat, sens, spec), theta);
  });
});
