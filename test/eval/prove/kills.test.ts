import { describe, expect, inject, it } from 'vitest';
import { proveKills } from '../../../evals/prove/kills.ts';

/** A fiftieth of the 200 kills of `npm run prove`. */
describe('F-54 kill −9', () => {
  it('loses no acknowledged row, and the resumed run has the same metrics', async () => {
    for (const { claim, holds } of await proveKills(4, 11, inject('built'))) expect(holds, claim).toBe(true);
  });
});
