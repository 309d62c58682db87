import { describe, expect, it } from 'vitest';
import { CODES, meaningsOf } from '../../src/classify/embedded/nibbles.ts';
import { ROW, WEIGHT_ZERO } from '../../src/classify/embedded/weights.ts';
import { seededRandom } from '../../src/core/random.ts';
import type { Linear } from '../../src/learn/linear.ts';
import { quantise } from '../../src/learn/quantise.ts';

const BUCKETS = 4_096;

/** Weights as training leaves them: half never touched, most of the rest small, a few large. */
function model(): Linear {
  const random = seededRandom(11);
  const drawn = () => (random() < 0.5 ? 0 : (random() - 0.5) / (0.05 + random()));
  return {
    table: Float32Array.from({ length: BUCKETS * 2 }, drawn),
    biases: new Float64Array(2),
    dense: [],
    options: { buckets: BUCKETS, columns: 2, epochs: 1, learningRate: 1, seed: 1 },
  };
}

describe('quantising a table', () => {
  const { table, steps, codes } = quantise(model());
  const meanings = meaningsOf(codes);
  const weights = model().table;

  it('leaves sixteen weights a column, nothing among them', () => {
    for (const column of codes) {
      expect(new Set(column).size).toBe(CODES);
      expect(column).toContain(WEIGHT_ZERO);
    }
  });

  it('keeps what was never touched at nothing, and the rest close to what it was', () => {
    const told = (index: number) => {
      const both = meanings[(table[(index >> 1) * ROW] as number) & 255] as number;
      return ((index & 1 ? both >>> 16 : both & 0xffff) - WEIGHT_ZERO) * (steps[index & 1] as number);
    };
    let error = 0;
    let power = 0;
    for (const [index, weight] of weights.entries()) {
      if (weight === 0) expect(told(index)).toBe(0);
      error += (told(index) - weight) ** 2;
      power += weight ** 2;
    }
    expect(error / power).toBeLessThan(0.02);
  });
});
