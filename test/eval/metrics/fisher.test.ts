import { describe, expect, it } from 'vitest';
import { fisherExact } from '../../../src/eval/metrics/fisher.ts';

describe('Fisher’s exact test', () => {
  // scipy.stats.fisher_exact, two-sided.
  it.each([
    [[8, 2], [1, 5], 0.034965034965],
    [[3, 1], [1, 3], 0.485714285714],
    [[10, 0], [0, 10], 1.082508822446e-5],
    [[0, 0], [3, 4], 1],
  ] as const)('%j against %j is %d', (one, other, p) => {
    expect(fisherExact(one, other)).toBeCloseTo(p, 10);
  });

  it('is the same whichever group comes first', () => {
    expect(fisherExact([7, 13], [22, 9])).toBeCloseTo(fisherExact([22, 9], [7, 13]), 12);
  });
});
