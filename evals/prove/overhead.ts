import { readFileSync } from 'node:fs';
import { packageFile } from '../../src/config/files.ts';
import { memoryRecorder } from '../../src/record/memory.ts';
import { createRouter } from '../../src/router.ts';
import type { Finding } from './finding.ts';

/** Requests before the clock counts: the first ones meet code that is not compiled yet. */
const WARM_UP = 10_000;

/** What routing adds without a language model: view, classify, decide, record. Measured around `router.route`, requests one after another. */
export async function proveOverhead({ requests }: { requests: number }): Promise<Finding[]> {
  const router = createRouter({ recorder: memoryRecorder(100) });
  const texts = sampleTexts();
  const times: number[] = [];
  for (let request = -WARM_UP; request < requests; request++) {
    const text = texts[(request + WARM_UP) % texts.length] ?? 'hello';
    const began = performance.now();
    await router.route(text);
    if (request >= 0) times.push(performance.now() - began);
  }
  await router.close();
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.ceil(share * times.length) - 1] ?? Number.NaN;
  return [
    { claim: `routing overhead p50 of ${requests}, milliseconds (at most 0.1)`, found: at(0.5).toFixed(4), holds: at(0.5) <= 0.1 },
    { claim: `routing overhead p99 of ${requests}, milliseconds (at most 1)`, found: at(0.99).toFixed(4), holds: at(0.99) <= 1 },
  ];
}

/** Requests of the shipped development set: real lengths and languages. */
function sampleTexts(): string[] {
  const lines = readFileSync(packageFile('datasets/requests/dev.csv'), 'utf8').split('\n').slice(1);
  return lines.filter((line) => line.length > 20);
}
