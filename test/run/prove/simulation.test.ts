import { describe, expect, it } from 'vitest';
import { proveSimulation } from '../../../evals/prove/simulation.ts';

/** A fiftieth of what `npm run prove` runs; `FAULT_SEED=n` replays one that failed. */
describe('requests over faulty endpoints in virtual time', async () => {
  const firstSeed = Number(process.env.FAULT_SEED ?? 1);
  it.each(await proveSimulation({ seeds: 20, requests: 200, firstSeed }))('F-01 F-05 F-10 $claim', ({ found, holds }) => {
    expect(holds, found).toBe(true);
  });
});
