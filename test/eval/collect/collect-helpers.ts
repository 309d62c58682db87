import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { CollectSummary } from '../../../src/eval/collect/summary.ts';
import { folder, type Ran, run } from '../../cli/io.ts';
import { type Behaviour, startUpstream, type Upstream } from '../../servers/upstream.ts';
import { sums } from '../../servers/world.ts';

export const NANO = 'openai/gpt-4.1-nano';

export const LARGE = 'openai/gpt-4.1';

export const NATURES = { 'gpt-4.1-nano': { quality: 0.6 }, 'gpt-4.1': { quality: 0.9, outputTokens: 30 } };

/** The server in use; closed after each test where `closesServers` was called. */
export let upstream: Upstream | undefined;

/** Called once by each file that starts servers: helpers may be loaded once for many files. */
export function closesServers(): void {
  afterEach(async () => {
    await upstream?.close();
    upstream = undefined;
  });
}

type Made = { cwd: string; ask(...argv: string[]): Promise<Ran> };

export async function start(behaviour: Behaviour, rows = 12, columns: Record<string, unknown> = { grader: 'number' }): Promise<Made> {
  upstream = await startUpstream(behaviour);
  const { url } = upstream;
  const cwd = folder();
  writeFileSync(join(cwd, 'p.jsonl'), linesOf(sums(rows).map((row) => ({ ...row, ...columns }))));
  const fixed = ['eval', '--collect', '--data', 'p.jsonl', '--out', 't/m', '--endpoint', `openai=${url}`];
  const ask: Made['ask'] = (...argv) => {
    const models = argv.includes('--models') ? [] : ['--models', `${NANO},${LARGE}`];
    return run([...fixed, ...models, ...argv], { cwd, fetch: globalThis.fetch });
  };
  return { cwd, ask };
}

export const linesOf = (rows: readonly unknown[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

export const read = ({ cwd }: Made, name: string): string => readFileSync(join(cwd, 't', name), 'utf8');

export const calls = (): number => upstream?.calls() ?? -1;

export const summaryOf = ({ out }: Ran): CollectSummary => JSON.parse(out) as CollectSummary;

/** Answers as a world does until told to do otherwise for some calls. */
export const unless =
  (odd: (model: string, call: number) => Behaviour | null, otherwise: Behaviour): Behaviour =>
  (exchange) =>
    (odd(String(exchange.body.model), exchange.call) ?? otherwise)(exchange);
