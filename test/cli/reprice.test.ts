import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvOf, turns } from '../eval/helpers.ts';
import { specialists, tableFiles } from '../eval/table/helpers.ts';
import { labelling } from '../servers/labelling.ts';
import { startUpstream, type Upstream } from '../servers/upstream.ts';
import { folder, run } from './io.ts';

let upstream: Upstream;
let cwd: string;
let [labels, table, offline] = ['', '', ''];
const PRICES = 'model,input_usd_per_mtok,output_usd_per_mtok\n';
const told = async (...argv: string[]) => {
  const { code, out, talk } = await run(argv, { cwd });
  return `${code} ${out}${talk}`;
};
const repriced = async (...argv: string[]) => JSON.parse((await run(['reprice', ...argv, '--json'], { cwd })).out);

/** Runs of each kind: on labels by a model and by none, and on a table by a model. */
beforeAll(async () => {
  upstream = await startUpstream(labelling());
  cwd = folder();
  mkdirSync(join(cwd, 't'));
  for (const [path, text] of tableFiles(specialists(100)).all) writeFileSync(join(cwd, path), text);
  writeFileSync(join(cwd, 'mine.csv'), csvOf(20, turns));
  const env = { OPENAI_BASE_URL: upstream.url, POINTSMAN_MODEL: 'gpt-4.1-nano' };
  const evaluate = async (second: number, ...argv: string[]) => {
    const now = () => Date.UTC(2026, 10, 21, 9, 0, second);
    await run(['eval', '--replicates', '100', '--max-usd', '1', ...argv], { cwd, env, fetch: globalThis.fetch, now });
    return readdirSync(join(cwd, '.pointsman/runs')).sort().at(-1) ?? '';
  };
  labels = await evaluate(1, '--data', 'mine.csv', '--classifier', 'llm');
  table = await evaluate(2, '--outcomes', 't/fake', '--classifier', 'llm');
  offline = await evaluate(3, '--data', 'mine.csv', '--classifier', 'rules');
});
afterAll(() => upstream.close());

describe('pointsman reprice', () => {
  it('prices labels by the tokens they took', async () => {
    const model = JSON.parse(readFileSync(join(cwd, '.pointsman/runs', labels, 'manifest.json'), 'utf8')).classifying[0].model;
    writeFileSync(join(cwd, 'dear.csv'), `${PRICES}${model},1000,1000\n`);
    const { classifiers, routes, evidence } = await repriced(labels, '--prices', 'dear.csv');
    const rows = readFileSync(join(cwd, '.pointsman/runs', labels, 'rows.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const tokens = rows.map((line) => JSON.parse(line).usage).map(({ input, output }) => input + output);
    const mean = tokens.reduce((sum, each) => sum + each, 0) / tokens.length;
    expect(classifiers).toMatchObject([{ name: 'llm', before: expect.any(Number) }]);
    expect(classifiers[0].after).toBeCloseTo(mean, 6);
    expect([routes, evidence]).toEqual([[], 'MEASURED']);
  });

  it('prices a table by its tokens, labels included, at the choices as they were; the run is not touched', async () => {
    const path = join(cwd, '.pointsman/runs', table, 'metrics.json');
    const before = readFileSync(path, 'utf8');
    const { models, router, controls } = JSON.parse(before);
    writeFileSync(join(cwd, 'double.csv'), `${PRICES}cheap,0.2,0.4\nmiddle,2,4\ndear,20,40\n`);
    const found = await repriced(table, '--prices', 'double.csv', '--outcomes', 't/fake');
    const [routed, constant, ...fixed] = found.routes;
    expect(constant).toMatchObject({ before: expect.closeTo(controls.bestConstant.usdPer1k, 9) });
    expect(constant.after).toBeCloseTo(2 * constant.before, 9);
    expect(fixed.map(({ before, after }: { before: number; after: number }) => after / before)).toEqual(
      [2, 2, 2].map((by) => expect.closeTo(by, 9)),
    );
    expect(fixed.map(({ before }: { before: number }) => before)).toEqual(models.map(({ usdPer1k }: { usdPer1k: number }) => usdPer1k));
    expect(routed).toMatchObject({ before: expect.closeTo(router.usdPer1k, 9), after: null });
    expect(found).toMatchObject({
      saving: { before: expect.any(Number), after: null },
      unpriced: [expect.stringContaining('gpt-4.1-nano')],
    });
    expect(readFileSync(path, 'utf8')).toBe(before);
    const { out } = await run(['reprice', table, '--prices', 'double.csv', '--outcomes', 't/fake'], { cwd });
    expect(out).toMatch(/^REPRICED {2}\S+ · by double\.csv [0-9a-f]+ · cost ESTIMATED\n/);
    expect(out).toMatch(/^UNKNOWN {3}no price for `\S*gpt-4\.1-nano`$/m);
    expect(out).toMatch(/^dear +\$5\.00 +\$10\.00 +\+100\.0 %$/m);
  });

  it('adds the labels to the router where their price is known', async () => {
    const found = await repriced(table, '--prices', 'double.csv', '--outcomes', 't/fake');
    writeFileSync(join(cwd, 'all.csv'), `${readFileSync(join(cwd, 'double.csv'), 'utf8')}${found.unpriced[0]},0,1000\n`);
    const { routes, classifiers } = await repriced(table, '--prices', 'all.csv', '--outcomes', 't/fake');
    const served = readFileSync(join(cwd, '.pointsman/runs', table, 'served.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const chosen: Record<string, number> = { cheap: 0.1, middle: 1, dear: 10 };
    const usd = served.map((line) => chosen[JSON.parse(line).model] ?? Number.NaN).reduce((sum, each) => sum + each, 0) / served.length;
    expect(routes[0].after - classifiers[0].after).toBeCloseTo(usd, 6);
  });

  it('reads a catalogue, too, and says which models it does not name', async () => {
    expect(await told('reprice', table, '--prices', 'none.json')).toMatch(/^2 .*cannot read/);
    const shipped = join(import.meta.dirname, '../../datasets/models.json');
    expect((await repriced(table, '--prices', shipped, '--outcomes', 't/fake')).unpriced).toEqual(
      expect.arrayContaining(['cheap', 'dear', 'middle']),
    );
  });

  it('refuses another table, prices that hold none, and runs that asked nobody', async () => {
    mkdirSync(join(cwd, 'u'));
    for (const [path, text] of tableFiles(specialists(100, 9)).all) writeFileSync(join(cwd, path.replace('t/', 'u/')), text);
    expect(await told('reprice', table, '--prices', 'double.csv', '--outcomes', 'u/fake')).toMatch(/^3 .*not the one this run was on: row/);
    writeFileSync(join(cwd, 'empty.csv'), 'model,price\na,1\n');
    expect(await told('reprice', table, '--prices', 'empty.csv')).toMatch(/^2 .*holds no price/);
    expect(await told('reprice', table)).toMatch(/^2 .*expected `--prices FILE`/);
    expect(await told('reprice', offline, '--prices', 'double.csv')).toMatch(
      /^2 .*nothing to price\n {2}evaluate again with `--catalogue FILE`/,
    );
    expect(await told('reprice', labels, '--prices', 'double.csv', '--outcomes', 't/fake')).toMatch(/^2 .*was on labelled requests/s);
  });
});
