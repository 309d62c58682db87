import { readFileSync } from 'node:fs';
import { packageFile } from '../../src/config/files.ts';
import { memoryRecorder } from '../../src/record/memory.ts';
import { createRouter } from '../../src/router.ts';
import type { Finding } from './finding.ts';

/** Requests before the clock counts: the first ones meet code that is not compiled yet. */
const WARM_UP = 10_000;

/**
 * What routing adds without a language model: view, classify, decide, record. Requests one after another; nothing here waits for
 * anything, so processor time is what an idle machine would take, and the clock on a busy one mostly tells of its other work: both are shown.
 */
export async function proveOverhead({ requests }: { requests: number }): Promise<Finding[]> {
  const router = createRouter({ recorder: memoryRecorder(100) });
  const texts = sampleTexts();
  const times: number[] = [];
  const walls: number[] = [];
  for (let request = -WARM_UP; request < requests; request++) {
    const text = texts[(request + WARM_UP) % texts.length] ?? 'hello';
    const began = performance.now();
    const used = process.cpuUsage();
    await router.route(text);
    const { user, system } = process.cpuUsage(used);
    if (request < 0) continue;
    times.push((user + system) / 1_000);
    walls.push(performance.now() - began);
  }
  await router.close();
  const claim = (name: string, share: number, most: number): Finding => {
    const [cpu, wall] = [quantile(times, share), quantile(walls, share)];
    return {
      claim: `routing overhead ${name} of ${requests}, processor milliseconds (wanted: at most ${most}; told, not judged)`,
      found: `${cpu.toFixed(3)} (${wall.toFixed(3)} by the clock)`,
      // How fast a machine is today says nothing about the code: a proof must not fail on it.
      holds: Number.isFinite(cpu),
    };
  };
  return [claim('p50', 0.5, 0.1), claim('p99', 0.99, 1)];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
}

/** Requests of the shipped development set: real lengths and languages. */
function sampleTexts(): string[] {
  const lines = readFileSync(packageFile('datasets/requests/dev.csv'), 'utf8').split('\n').slice(1);
  return lines.filter((line) => line.length > 20);
}
