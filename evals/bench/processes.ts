import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

function milliseconds(script: string): number {
  const start = performance.now();
  execFileSync(process.execPath, ['--input-type=module', '-e', script]);
  return performance.now() - start;
}

/** What `import 'pointsman'` adds to an empty process, and a whole first decision: medians of `runs`, the two kinds alternating. */
export function processTimings(runs: number): { importMs: number; firstDecisionMs: number } {
  const load = `await import(${JSON.stringify(ENTRY)});`;
  const decide = `const { classifyAndRoute } = await import(${JSON.stringify(ENTRY)}); await classifyAndRoute('hello');`;
  const rounds = Array.from({ length: runs }, () => [milliseconds(''), milliseconds(load), milliseconds(decide)] as const);
  return {
    importMs: median(rounds.map(([empty, loaded]) => loaded - empty)),
    firstDecisionMs: median(rounds.map(([empty, , decided]) => decided - empty)),
  };
}
