import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvOf, turns } from '../eval/helpers.ts';
import { labelling } from '../servers/labelling.ts';
import { startUpstream, type Upstream } from '../servers/upstream.ts';
import { folder, run } from './io.ts';

let upstream: Upstream;
let cwd: string;
beforeAll(async () => {
  upstream = await startUpstream(labelling());
  cwd = folder();
  writeFileSync(join(cwd, 'mine.csv'), csvOf(20, turns));
  const ask = ['eval', '--data', 'mine.csv', '--classifier', 'llm,rules', '--replicates', '100', '--max-usd', '1'];
  const world = { cwd, env: { OPENAI_BASE_URL: upstream.url, POINTSMAN_MODEL: 'gpt-4.1-nano' }, fetch: globalThis.fetch };
  for (const _ of [1, 2, 3]) await run(ask, world);
});
afterAll(() => upstream.close());

const stats = async (...more: string[]) => JSON.parse((await run(['cache', 'stats', '--json', ...more], { cwd })).out);

describe('pointsman cache stats', () => {
  it('counts entries, bytes and hits, with what they cost and saved; local classifiers are no hits', async () => {
    const found = await stats();
    expect(found).toMatchObject({ schemaVersion: 1, answers: 20, damaged: 0, by: [{ who: 'llm', answers: 20 }] });
    expect(found.hits).toMatchObject({ runs: 3, answers: 60, remembered: 40, damagedRuns: 0 });
    expect(found.cost.knownUsd).toBeGreaterThan(0);
    expect(found.hits.saved.knownUsd).toBeCloseTo(2 * found.cost.knownUsd, 12);
    const cache = join(cwd, '.pointsman/cache/answers');
    const sizes = readdirSync(cache).flatMap((part) =>
      readdirSync(join(cache, part)).map((name) => readFileSync(join(cache, part, name)).length),
    );
    expect(found.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0));
    const { out } = await run(['cache', 'stats'], { cwd });
    expect(out).toMatch(/^ANSWERS {2}20 answers · [\d.]+ kB · \$\d/);
    expect(out).toMatch(/^HITS {5}40 of 60 answers of models in 3 runs were remembered \(67 %\): \$\d\S* not spent again$/m);
  });

  it('tells damaged entries apart, and an unknown price is unknown, not 0', async () => {
    const cache = folder();
    const write = (name: string, text: string) => writeFileSync(join(cache, name), text);
    mkdirSync(join(cache, 'ab'));
    write('ab/abcd.json', JSON.stringify({ v: 1, who: { classifier: 'llm' }, what: '', repeat: 0, raw: 1, model: 'm', usd: null }));
    write('ab/abce.json', '{"v":1,"ra');
    write('README.md', 'not an answer');
    const found = await stats('--cache-folder', cache, '--runs', cache);
    expect(found).toMatchObject({ answers: 1, damaged: 1, cost: { knownUsd: 0, unknown: 1 }, hits: { runs: 0 } });
    const { out } = await run(['cache', 'stats', '--cache-folder', cache, '--runs', cache], { cwd });
    expect(out).toContain('dollars unknown when they were given');
    expect(out).toMatch(/^DAMAGED {2}1 entries/m);
    expect(out).toContain('no run here rests on answers of a model');
  });

  it('says so where nothing is remembered, and refuses a folder that is not there', async () => {
    expect(await run(['cache', 'stats'], { cwd: folder() })).toMatchObject({ code: 0, out: expect.stringMatching(/^ANSWERS {2}none/) });
    expect(await run(['cache', 'stats', '--cache-folder', 'nope'], { cwd })).toMatchObject({ code: 2 });
    expect(await run(['cache'], { cwd })).toMatchObject({ code: 2, talk: expect.stringContaining('cache stats') });
  });
});
