import { readFileSync } from 'node:fs';
import { Bench } from 'tinybench';
import { embeddedClassifier } from '../../src/classify/embedded/embedded.ts';
import { decodeWeights } from '../../src/classify/embedded/weights.ts';
import { packageFile } from '../../src/config/files.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import type { RouteRequest } from '../../src/core/request.ts';
import { createRouter } from '../../src/index.ts';

const WEIGHTS = packageFile('src/classify/embedded/weights.bin');
/** Ordinary prose is cut from the shipped requests, so that features are as varied as in traffic. */
const PROSE = readFileSync(packageFile('datasets/requests/train.csv'), 'utf8');

export type Timing = { microseconds: { p50: number; p99: number }; perSecond: number };

function requests(characters: number): RouteRequest[] {
  return Array.from({ length: 500 }, (_, index) => {
    const start = (index * 1_009) % (PROSE.length - characters);
    return { messages: [{ role: 'user' as const, content: PROSE.slice(start, start + characters) }] };
  });
}

export async function timed(inputs: readonly RouteRequest[], run: (request: RouteRequest) => Promise<unknown>): Promise<Timing> {
  const bench = new Bench({ time: 1_500, warmupTime: 500, retainSamples: true });
  let next = 0;
  bench.add('call', async () => {
    await run(inputs[next++ % inputs.length] as RouteRequest);
  });
  const [task] = await bench.run();
  const result = task?.result;
  if (result === undefined || !('latency' in result)) throw new Error('the bench gave no latency');
  const { p50, p99 } = result.latency;
  return { microseconds: { p50: p50 * 1_000, p99: p99 * 1_000 }, perSecond: result.throughput.mean };
}

/** The bare embedded classifier, by prompt length. */
export async function classifierTimings(lengths: readonly number[]): Promise<Record<number, Timing>> {
  const classifier = embeddedClassifier(defaultTaxonomy, decodeWeights(readFileSync(WEIGHTS), WEIGHTS));
  const timings: Record<number, Timing> = {};
  for (const length of lengths) timings[length] = await timed(requests(length), (request) => classifier.classify(request));
  return timings;
}

/** The whole of `router.route`: rules, embedded classifier, facts, decision. */
export async function routeTiming(length: number): Promise<Timing> {
  const router = createRouter();
  const timing = await timed(requests(length), (request) => router.route(request));
  await router.close();
  return timing;
}

/** Milliseconds from reading the weights' file to weights that can score, best of `runs`. */
export function weightsReadyMs(runs: number): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    decodeWeights(readFileSync(WEIGHTS), WEIGHTS);
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[Math.floor(runs / 2)] as number;
}
