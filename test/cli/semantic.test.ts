import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Prediction } from '../../src/core/label.ts';
import { embedding } from '../servers/embeddings.ts';
import { startUpstream, type Upstream } from '../servers/upstream.ts';
import { folder, run } from './io.ts';

let upstream: Upstream;
let cwd: string;
beforeEach(async () => {
  upstream = await startUpstream(embedding);
  cwd = folder();
  writeFileSync(
    join(cwd, 'examples.csv'),
    'text,domain\nmerge two git branches,code\ncan my landlord evict me,law\nis this clause binding,law\n',
  );
  writeFileSync(join(cwd, 'rows.csv'), 'id,text\n1,can my landlord evict me over a clause\n2,merge two branches with git\n');
});
afterEach(() => upstream.close());

describe('semantic on the command line', () => {
  const env = () => ({ OPENAI_BASE_URL: upstream.url });
  const classify = (...more: string[]) =>
    run(['classify', '--classifier', 'semantic', ...more], { cwd, env: env(), fetch: globalThis.fetch });

  it('labels every row of a file by the examples of another, and pays for the examples once', async () => {
    const files = ['--examples', 'examples.csv', '--in', 'rows.csv', '--out', 'labels.jsonl'];
    expect((await classify(...files)).code).toBe(0);
    const lines = readFileSync(join(cwd, 'labels.jsonl'), 'utf8').trim().split('\n');
    const labels = lines.map((line) => JSON.parse(line) as Prediction);
    expect(labels.map(({ label }) => label.domain?.value)).toEqual(['law', 'code']);
    const before = upstream.calls();
    expect((await classify('--examples', 'examples.csv', 'can my landlord evict me')).code).toBe(0);
    expect(upstream.calls()).toBe(before + 1);
  });

  it('says what is missing: examples, their file, a good one', async () => {
    const missing = await classify('hello');
    expect([missing.code, missing.talk.includes('--examples FILE')]).toEqual([2, true]);
    expect((await classify('--examples', 'gone.csv', 'hello')).code).toBe(2);
    writeFileSync(join(cwd, 'bad.csv'), 'text,domain\nroses,gardening\n');
    const bad = await classify('--examples', 'bad.csv', 'hello');
    expect([bad.code, bad.talk.includes('bad.csv:2')]).toEqual([2, true]);
    expect(upstream.calls()).toBe(0);
  });

  it('runs in an evaluation only with examples and a cap', async () => {
    const rows = 'id,text,domain\n1,can my landlord evict me,law\n2,merge two git branches,code\n';
    writeFileSync(join(cwd, 'gold.csv'), rows);
    const judged = await run(['eval', '--data', 'gold.csv', '--classifier', 'semantic', '--yes'], {
      cwd,
      env: env(),
      fetch: globalThis.fetch,
    });
    expect([judged.code, judged.talk.includes('--examples FILE')]).toEqual([2, true]);
  });
});
