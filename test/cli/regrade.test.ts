import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { csvOf, turns } from '../eval/helpers.ts';
import { specialists, tableFiles } from '../eval/table/helpers.ts';
import { labelling } from '../servers/labelling.ts';
import { answering, startUpstream, type Upstream } from '../servers/upstream.ts';
import { folder, type Ran, run } from './io.ts';

const ROWS = 24;
let upstream: Upstream;
let cwd: string;
let second = 0;
beforeAll(async () => {
  upstream = await startUpstream(labelling());
});
afterAll(() => upstream.close());
beforeEach(() => {
  cwd = folder();
  writeFileSync(join(cwd, 'mine.csv'), csvOf(ROWS, turns));
});

const FEW = ['--replicates', '100'];
const runs = () => readdirSync(join(cwd, '.pointsman/runs')).sort();
const evaluate = (...argv: string[]): Promise<Ran> => {
  const env = { OPENAI_BASE_URL: upstream.url, POINTSMAN_MODEL: 'gpt-4.1-nano' };
  return run(['eval', ...FEW, ...argv], { cwd, env, fetch: globalThis.fetch, now: () => 1_000 * second++ });
};
/** Nobody can be asked: there is no network, no key, and no memory. */
const regrade = (...argv: string[]): Promise<Ran> => {
  rmSync(join(cwd, '.pointsman/cache'), { recursive: true, force: true });
  return run(['regrade', ...argv], { cwd, now: () => 1_000 * second++ });
};
type Scored = {
  classifiers: { classifier: string; states: Record<string, number>; axes: Record<string, { accuracy: { value: number } }> }[];
};
const accuracyOf = (text: string): number => (JSON.parse(text) as Scored).classifiers[0]?.axes.complexity?.accuracy.value ?? Number.NaN;
const metricsOf = (name: string) => readFileSync(join(cwd, '.pointsman/runs', name, 'metrics.json'), 'utf8');

describe('pointsman regrade', () => {
  it('gives the same figures again while the labels are as they were, repeats and failures included', async () => {
    const answer = labelling();
    upstream.behave((exchange) => (exchange.call % 7 === 0 ? answering('no label at all') : answer)(exchange));
    await evaluate('--data', 'mine.csv', '--classifier', 'llm,rules', '--repeat', '2', '--max-usd', '1');
    upstream.behave(labelling());
    const [first = ''] = runs();
    const before = upstream.calls();
    const again = await regrade(first, '--data', 'mine.csv');
    expect([again.code, upstream.calls() - before]).toEqual([0, 0]);
    expect(again.talk).toContain('nobody was asked');
    expect(again.out).toMatch(/SPENT {4}\$0\.00 this time \(\$0\.\d+ if fresh/);
    const [, second = ''] = runs();
    const named = (text: string) => text.replace(/few-shots of `[^`]+`/, 'few-shots');
    expect(named(metricsOf(second))).toBe(named(metricsOf(first)));
    expect(metricsOf(second)).toMatch(/the few-shots of `[0-9a-f]+`/);
    expect((JSON.parse(metricsOf(second)) as Scored).classifiers[0]?.states.parse_failed).toBeGreaterThan(0);
    expect(readdirSync(join(cwd, '.pointsman/runs', second, 'prompts'))).toEqual(
      readdirSync(join(cwd, '.pointsman/runs', first, 'prompts')),
    );
  });

  it('holds the answers against labels that were mended, and leaves the run it came of alone', async () => {
    await evaluate('--data', 'mine.csv', '--classifier', 'llm', '--max-usd', '1');
    const [first = ''] = runs();
    const lines = readFileSync(join(cwd, 'mine.csv'), 'utf8').split('\n');
    const told = accuracyOf(metricsOf(first));
    const flipped = lines.map((line, index) => (index === 0 ? line : line.replace(/,(low|medium|high),/, ',low,')));
    writeFileSync(join(cwd, 'mended.csv'), flipped.join('\n'));
    const { out } = await regrade(first, '--data', 'mended.csv', '--json');
    const said = readFileSync(join(cwd, '.pointsman/runs', first, 'rows.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const low = said.filter((line) => JSON.parse(line).label.complexity.value === 'low').length;
    expect(accuracyOf(out)).toBeCloseTo(low / ROWS, 12);
    expect(accuracyOf(metricsOf(first))).toBe(told);
  });

  it('is marked as such in the list of runs, with the run it came of', async () => {
    await evaluate('--data', 'mine.csv', '--classifier', 'rules');
    const [first = ''] = runs();
    await regrade(first, '--data', 'mine.csv');
    const [newest = '', older = ''] = (await run(['list'], { cwd })).out.trim().split('\n').slice(1);
    expect([newest.includes('labels mine.csv (regraded)'), older.includes('(regraded)')]).toEqual([true, false]);
    const listed = JSON.parse((await run(['list', '--json'], { cwd })).out).runs as { regradedFrom: string | null }[];
    expect(listed.map(({ regradedFrom }) => regradedFrom)).toEqual([first, null]);
  });

  it('leaves rows out that have no answers, and says how many', async () => {
    await evaluate('--data', 'mine.csv', '--classifier', 'rules');
    writeFileSync(join(cwd, 'more.csv'), csvOf(ROWS + 6, turns));
    const { code, out, talk } = await regrade(runs()[0] ?? '', '--data', 'more.csv', '--json');
    expect([code, JSON.parse(out).dataset.rows]).toEqual([0, ROWS]);
    expect(talk).toContain('6 rows of more.csv have no answers in that run: left out');
  });

  it('refuses texts that changed, other rows, other axes and runs of another kind', async () => {
    await evaluate('--data', 'mine.csv', '--classifier', 'rules');
    const [labels = ''] = runs();
    const told = async (...argv: string[]) => {
      const { code, talk } = await regrade(...argv);
      return `${code} ${talk}`;
    };
    writeFileSync(
      join(cwd, 'texts.csv'),
      csvOf(ROWS, turns, (index) => ({ text: index === 3 ? 'another question' : `question ${index}` })),
    );
    expect(await told(labels, '--data', 'texts.csv')).toMatch(/^3 .*was asked other texts: \d+ row\(s\) differ/);
    writeFileSync(join(cwd, 'others.csv'), csvOf(ROWS, turns).replace(/^r/gm, 'x'));
    expect(await told(labels, '--data', 'others.csv')).toMatch(/^3 .*has no answer to any row of `others.csv`/);
    mkdirSync(join(cwd, 't'));
    for (const [path, text] of tableFiles(specialists(90)).all) writeFileSync(join(cwd, path), text);
    await evaluate('--outcomes', 't/fake', '--classifier', 'rules');
    expect(await told(runs().at(-1) ?? '', '--data', 'mine.csv')).toMatch(/^3 .*is no finished run on labelled requests/);
    expect(await told('nowhere', '--data', 'mine.csv')).toMatch(/^2 .*no run in `nowhere`/);
    expect(await told()).toMatch(/^2 .*expected one run folder/);
  });
});
