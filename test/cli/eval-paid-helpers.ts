import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { csvOf, turns } from '../eval/helpers.ts';
import { labelling } from '../servers/labelling.ts';
import { type Behaviour, silent, startUpstream, type Upstream } from '../servers/upstream.ts';
import { folder, run } from './io.ts';

/** Up for all tests of a file that calls `startsUpstream`. */
export let upstream: Upstream;

/** Called once by each file that asks the upstream: helpers may be loaded once for many files. */
export function startsUpstream(): void {
  beforeAll(async () => {
    upstream = await startUpstream(silent);
  });

  afterAll(() => upstream.close());
}

export function workplace(rows = 20): string {
  const cwd = folder();
  writeFileSync(join(cwd, 'mine.csv'), csvOf(rows, turns));
  return cwd;
}

export const ASK = ['eval', '--data', 'mine.csv', '--classifier', 'llm', '--replicates', '100', '--max-usd', '1'];

export const environment = () => ({ OPENAI_BASE_URL: upstream.url, POINTSMAN_MODEL: 'gpt-4.1-nano' });

export const evaluate = (
  cwd: string,
  more: readonly string[] = [],
  env: Record<string, string> = {},
  signal = new AbortController().signal,
) => run([...ASK, ...more], { cwd, env: { ...environment(), ...env }, fetch: globalThis.fetch, signal });

export const runFolders = (cwd: string) => readdirSync(join(cwd, '.pointsman/runs')).sort();

export const read = (cwd: string, name: string, at = 0) =>
  readFileSync(join(cwd, '.pointsman/runs', runFolders(cwd).at(at) as string, name), 'utf8');

export const metrics = (text: string) =>
  JSON.parse(text) as { classifiers: { states: Record<string, number>; joint: { value: number } }[] };

/** Each failure in turn for the first so many calls, the right answer after. */
export const troubled = (first: readonly Behaviour[]): Behaviour => {
  let call = 0;
  return (exchange) => (first[call++] ?? labelling())(exchange);
};
