import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { type BandRow, doubtfulBand } from '../../src/learn/fit-band.ts';

/** Rows right as often as their confidence says. */
function honest(count: number, seed: number): BandRow[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const confidence = 0.5 + 0.5 * random();
    return { confidence, right: random() < confidence, second: random() < 0.9 };
  });
}

describe('the doubtful band of the cascade', () => {
  test('believes as much as keeps the promised error, and says what the rest costs', () => {
    const band = doubtfulBand(honest(4_000, 1), { maximumError: 0.15, usdPerCall: 0.0001 });
    expect(band.atLeast).toBeGreaterThan(0.6);
    expect(band.atLeast).toBeLessThan(0.9);
    expect(band.error).toBeLessThan(0.15);
    expect(band.usdPer1k).toBeCloseTo(band.escalated * 0.1, 10);
    expect(band.second?.mended).toBeGreaterThan(band.second?.broken ?? 0);
  });

  test('keeps its promise on fresh rows in at least 95 of 100 draws', () => {
    const fresh = honest(20_000, 99);
    let broken = 0;
    for (let draw = 0; draw < 100; draw++) {
      const { atLeast } = doubtfulBand(honest(400, 1_000 + draw), { maximumError: 0.15, usdPerCall: null });
      const believed = fresh.filter(({ confidence }) => confidence >= atLeast);
      if (believed.filter(({ right }) => !right).length > 0.15 * believed.length) broken++;
    }
    expect(broken).toBeLessThanOrEqual(5);
  });

  test('sends everything on when no confidence can be trusted, and nothing when all can', () => {
    const wrong: BandRow[] = Array.from({ length: 200 }, () => ({ confidence: 0.99, right: false, second: null }));
    expect(doubtfulBand(wrong, { maximumError: 0.1, usdPerCall: null })).toMatchObject({
      atLeast: 1,
      escalated: 1,
      error: null,
      usdPer1k: null,
    });
    const right = wrong.map((row) => ({ ...row, right: true }));
    expect(doubtfulBand(right, { maximumError: 0.1, usdPerCall: 0.001 })).toMatchObject({ escalated: 0, error: 0, usdPer1k: 0 });
    expect(doubtfulBand([], { maximumError: 0.1, usdPerCall: null }).atLeast).toBe(1);
  });
});
