import { describe, expect, it } from 'vitest';
import { proveRisk } from '../../../evals/prove/risk.ts';

/** A fiftieth of the 100,000 texts of `npm run prove`. */
describe('G14a and G14b', () => {
  it('no text and no second opinion gets risk below its floor, and no added line lowers it', async () => {
    for (const { claim, found, holds } of await proveRisk(2_000, 5)) expect(holds, `${claim}: ${found}`).toBe(true);
  });
});
