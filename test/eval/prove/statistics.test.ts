import { describe, expect, it } from 'vitest';
import { proveStatistics } from '../../../evals/prove/statistics.ts';

/** A fiftieth or so of what `npm run prove` runs; the bands are widened by what so few runs can tell. */
describe('simulated truth', () => {
  it.each(proveStatistics(20, 5))('$claim', (proof) => {
    expect(proof).toMatchObject({ holds: true });
  });
});
