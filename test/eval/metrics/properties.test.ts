import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../../src/core/normal.ts';
import { auroc } from '../../../src/eval/metrics/auroc.ts';
import { adaptiveCalibrationError, expectedCalibrationError } from '../../../src/eval/metrics/calibration.ts';
import { clopperPearson } from '../../../src/eval/metrics/clopper-pearson.ts';
import { clusteredError } from '../../../src/eval/metrics/clustered.ts';
import { accuracy, confusionOf, marginsOf } from '../../../src/eval/metrics/confusion.ts';
import { concaveHull, hullQuality } from '../../../src/eval/metrics/hull.ts';
import { kappa } from '../../../src/eval/metrics/kappa.ts';
import { benjaminiHochberg, holm } from '../../../src/eval/metrics/multiplicity.ts';
import { pairedRowsNeeded, smallestVisible } from '../../../src/eval/metrics/power.ts';
import { wilson } from '../../../src/eval/metrics/wilson.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const counts = fc.integer({ min: 1, max: 400 }).chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));
const forecasts = fc.array(fc.record({ p: share, y: fc.constantFrom<0 | 1>(0, 1) }), { minLength: 1, maxLength: 60 });
const points = fc.array(fc.record({ cost: fc.double({ min: 0.01, max: 50, noNaN: true }), quality: share }), {
  minLength: 1,
  maxLength: 12,
});
const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, check), { seed: 20261121, numRuns: 200 });

describe('intervals of a proportion', () => {
  it('hold the observed rate and stay within 0..1, both ways', () => {
    holds(counts, ([successes, trials]) => {
      const [score, exact] = [wilson(successes, trials), clopperPearson(successes, trials)];
      if ('undefined' in score || 'undefined' in exact) throw new Error('no interval');
      const rate = successes / trials;
      expect(score.low).toBeLessThanOrEqual(rate + 1e-12);
      expect(score.high).toBeGreaterThanOrEqual(rate - 1e-12);
      expect(Math.min(score.low, exact.low)).toBeGreaterThanOrEqual(0);
      expect(Math.max(score.high, exact.high)).toBeLessThanOrEqual(1);
      expect(exact.low).toBeLessThanOrEqual(rate + 1e-12);
      expect(exact.high).toBeGreaterThanOrEqual(rate - 1e-12);
    });
  });
});

describe('adjusted p-values', () => {
  it('are never smaller than the raw ones, and Holm is never below Benjamini–Hochberg', () => {
    holds(fc.array(share, { maxLength: 20 }), (raw) => {
      const [family, rate] = [holm(raw), benjaminiHochberg(raw)];
      for (const [index, p] of raw.entries()) {
        expect(rate[index]).toBeGreaterThanOrEqual(p - 1e-12);
        expect(family[index]).toBeGreaterThanOrEqual((rate[index] ?? 0) - 1e-12);
        expect(family[index]).toBeLessThanOrEqual(1);
      }
    });
  });
});

describe('hull', () => {
  it('lies on or above every point, and is concave and rising', () => {
    holds(points, (cloud) => {
      const hull = concaveHull(cloud);
      for (const { cost, quality } of cloud) expect(hullQuality(hull, cost)).toBeGreaterThanOrEqual(quality - 1e-9);
      const slopes = hull.slice(1).map((vertex, index) => {
        const before = hull[index] ?? vertex;
        return (vertex.quality - before.quality) / (vertex.cost - before.cost);
      });
      for (const [index, slope] of slopes.entries()) {
        expect(slope).toBeGreaterThan(0);
        expect(slope).toBeLessThanOrEqual((slopes[index - 1] ?? Number.POSITIVE_INFINITY) * (1 + 1e-9));
      }
    });
  });
});

describe('calibration and ranking', () => {
  it('errors lie in 0..1, and AUROC of reversed confidences is one minus itself', () => {
    holds(forecasts, (rows) => {
      for (const figure of [expectedCalibrationError(rows), adaptiveCalibrationError(rows)]) {
        expect(figure).toBeGreaterThanOrEqual(0);
        expect(figure).toBeLessThanOrEqual(1);
      }
      const area = auroc(rows);
      const reversed = auroc(rows.map(({ p, y }) => ({ p: -p, y })));
      if (typeof area === 'number' && typeof reversed === 'number') expect(area + reversed).toBeCloseTo(1, 10);
    });
  });
});

describe('agreement', () => {
  const label = fc.constantFrom('a', 'b', 'c');
  it('is complete on the diagonal, and the same read from either side', () => {
    holds(fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 50 }), (pairs) => {
      const [gold, predicted] = [pairs.map(([wanted]) => wanted), pairs.map(([, found]) => found)];
      const confusion = confusionOf(['a', 'b', 'c'], gold, predicted);
      const turned = confusionOf(['a', 'b', 'c'], predicted, gold);
      expect(marginsOf(confusion).total).toBe(pairs.length);
      for (const weights of ['nominal', 'linear', 'quadratic'] as const) {
        const [one, other] = [kappa(confusion, weights), kappa(turned, weights)];
        if (typeof one === 'number') expect(one).toBeCloseTo(other as number, 10);
        else expect(one).toEqual(other);
      }
      if (gold.every((value, row) => value === predicted[row])) expect(accuracy(confusion)).toBe(1);
    });
  });
});

describe('errors and power', () => {
  it('rows in clusters of one have the plain standard error', () => {
    holds(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 40 }), (values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const plain = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / values.length;
      expect(
        clusteredError(
          values,
          values.map((_, row) => row),
        ),
      ).toBeCloseTo(plain, 10);
    });
  });

  it('the smallest visible effect needs about the rows it was computed for', () => {
    holds(fc.integer({ min: 100, max: 5_000 }), (rows) => {
      const effect = smallestVisible(rows, 0.1);
      expect(Math.abs(pairedRowsNeeded(effect, 0.1) - rows)).toBeLessThanOrEqual(1);
    });
  });

  it('the probit undoes the normal distribution', () => {
    holds(fc.double({ min: -7, max: 7, noNaN: true }), (z) => {
      expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, z > 4 ? 3 : 8);
    });
  });
});
