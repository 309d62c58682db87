import { describe, expect, it } from 'vitest';
import { proveDrift } from '../../../evals/prove/drift.ts';

/** A fiftieth of the 1,000 days of `npm run prove`. */
describe('drift over days of 10,000 requests', () => {
  it('cries wolf at most once in a hundred days, and sees every shift', () => {
    for (const { claim, found, holds } of proveDrift(20, 11)) expect(holds, `${claim}: ${found}`).toBe(true);
  });
});
