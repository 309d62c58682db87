import { describe, expect, inject, it } from 'vitest';
import { proveBudget } from '../../../evals/prove/budget.ts';
import { hasRedis } from '../../support/redis.ts';

/** A fiftieth of what `npm run prove` runs: four processes on one Redis, links cut, one process killed. */
describe.skipIf(!hasRedis)('one budget over processes', () => {
  it('F-43 F-44 F-45 stays within its cap at every sample, and adds up to the nano-dollar', async () => {
    const findings = await proveBudget({ tries: 100, built: inject('built') });
    expect(findings.filter(({ holds }) => !holds)).toEqual([]);
  }, 60_000);
});
