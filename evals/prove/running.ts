import { spawnSync } from 'node:child_process';
import { proveBudget } from './budget.ts';
import type { Finding } from './finding.ts';
import { proveOverhead } from './overhead.ts';
import { proveSimulation } from './simulation.ts';
import { proveStreams } from './streams.ts';

/** Full size: 1,000 simulated worlds of 200 requests, every byte split, 5,000 faulted streams, 4 × 5,000 budget tries, 100,000 routes. */
const FULL = { seeds: 1_000, requests: 200, streams: 5_000, cancels: 500, tries: 5_000, routes: 100_000 };

/**
 * What running requests promises, at a share of the full size.
 *
 * @param share 1 is full size, 0.02 what the tests run
 * @param firstSeed a failing seed is named in the finding; `FAULT_SEED=n` starts there
 */
export async function proveRunning(share: number, firstSeed: number): Promise<Finding[]> {
  const of = (count: number, least: number) => Math.max(least, Math.round(count * share));
  const simulated = await proveSimulation({ seeds: of(FULL.seeds, 4), requests: FULL.requests, firstSeed });
  const streamed = await proveStreams({
    streams: of(FULL.streams, 60),
    splits: Math.max(share, 0.02),
    cancels: of(FULL.cancels, 5),
    firstSeed,
  });
  const budget = await provedBudget(of(FULL.tries, 100));
  return [...simulated, ...streamed, ...budget, ...(await proveOverhead({ requests: of(FULL.routes, 2_000) }))];
}

/** Without a server the proof is not held, which is said; where `CI` is set it counts as failed. */
async function provedBudget(tries: number): Promise<Finding[]> {
  if (spawnSync('redis-server', ['--version']).status === 0) return proveBudget({ tries });
  return [{ claim: 'budget over processes', found: 'not tried: redis-server is not installed', holds: process.env.CI === undefined }];
}
