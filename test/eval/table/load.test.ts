import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadTable } from '../../../src/eval/table/load.ts';
import { pickRows } from '../../../src/eval/table/table.ts';
import { memoryFiles } from '../helpers.ts';
import { alike, fakeTable, tableFiles } from './helpers.ts';

const PROMPTS = ['{"id":"a","prompt":"one","category":"x"}', '{"id":"b","prompt":"two"}', '{"id":"c","prompt":"Two!"}'].join('\n');
const files = (outcomes: string, more: Record<string, string | Uint8Array> = {}) =>
  memoryFiles({ 't/x.prompts.jsonl': PROMPTS, 't/x.outcomes.csv': `id,model,quality,input_tokens,output_tokens\n${outcomes}\n`, ...more });

describe('an outcome table', () => {
  it('keeps only prompts every model answered, and says how many fell out', async () => {
    const table = await loadTable('t/x', {}, files('a,m,1,5,6\nb,m,0,5,6\nc,m,1,5,6\na,n,1,5,6\nb,n,0.5,5,6'));
    expect(table.ids).toEqual(['a', 'b']);
    expect(table.incomplete).toBe(1);
    expect(table.models.map(({ name, quality }) => [name, [...quality]])).toEqual([
      ['m', [1, 0]],
      ['n', [1, 0.5]],
    ]);
    expect(table.categories).toEqual(['x', null]);
  });

  it('puts equal prompts into one cluster', async () => {
    const table = await loadTable('t/x', {}, files('a,m,1,,\nb,m,0,,\nc,m,1,,'));
    expect([...table.clusterOf]).toEqual([0, 1, 1]);
  });

  it('prices rows from models.csv; an unknown price or token count is unknown, never 0', async () => {
    const priced = { 't/models.csv': 'model,input_usd_per_mtok,output_usd_per_mtok\nm,1,2\nn,,2\n' };
    const table = await loadTable('t/x', {}, files('a,m,1,100,200\na,n,1,100,200\nb,m,1,100,\nb,n,1,100,200', priced));
    const [m, n] = table.models;
    expect(m?.usd[0]).toBeCloseTo(0.0005, 12);
    expect(m?.usd[1]).toBeNaN();
    expect(n?.usd.every(Number.isNaN)).toBe(true);
    expect([m?.costKnown, n?.costKnown]).toEqual([false, false]);
  });

  it('assumes output tokens only when told to, and then calls the cost MODELLED', async () => {
    const priced = { 't/models.csv': 'model,input_usd_per_mtok,output_usd_per_mtok\nm,1,2\n' };
    const outcomes = files('a,m,1,100,\nb,m,1,90,', priced);
    expect((await loadTable('t/x', {}, outcomes)).evidence).toEqual({ quality: 'MEASURED', usd: null });
    const assumed = await loadTable('t/x', { assumeOutputTokens: 50 }, outcomes);
    expect(assumed.evidence.usd).toBe('MODELLED');
    expect(assumed.models[0]?.usd[0]).toBeCloseTo((100 + 100) / 1e6, 12);
  });

  it('tells tokens divided from characters from counted ones', async () => {
    const prompts = Array.from({ length: 40 }, (_, row) => 'x'.repeat(10 + row * 7));
    const make = (tokens: (prompt: string, row: number) => number) =>
      memoryFiles({
        't/x.prompts.jsonl': prompts.map((prompt, row) => JSON.stringify({ id: `q${row}`, prompt })).join('\n'),
        't/x.outcomes.csv': `id,model,quality,input_tokens,output_tokens\n${prompts.map((prompt, row) => `q${row},m,1,${tokens(prompt, row)},5`).join('\n')}\n`,
        't/models.csv': 'model,input_usd_per_mtok,output_usd_per_mtok\nm,1,2\n',
      });
    const estimated = await loadTable(
      't/x',
      {},
      make((prompt) => Math.ceil(prompt.length / 4) + 30),
    );
    const counted = await loadTable(
      't/x',
      {},
      make((prompt, row) => Math.ceil(prompt.length / 5) + ((row * 13) % 9)),
    );
    expect([estimated.evidence.usd, counted.evidence.usd]).toEqual(['ESTIMATED', 'MEASURED']);
  });

  it('averages repeats within a prompt and keeps the second answer apart', async () => {
    const table = await loadTable('t/x', {}, files('a,m,1,10,10\na,m,0,10,10\nb,m,1,10,10\nb,m,1,10,10'));
    expect([...(table.models[0]?.quality ?? [])]).toEqual([0.5, 1]);
    expect([...(table.models[0]?.second ?? [])]).toEqual([0, 1]);
    const single = await loadTable('t/x', {}, files('a,m,1,10,10\na,m,0,10,10\nb,m,1,10,10'));
    expect(single.models[0]?.second).toBeNull();
  });

  it('reads gzip, and takes prices from elsewhere where the folder has none', async () => {
    const table = await loadTable(
      't/x',
      { priceOf: (model) => (model === 'm' ? { input: 2, output: 2 } : null) },
      memoryFiles({
        't/x.prompts.jsonl.gz': gzipSync(PROMPTS),
        't/x.outcomes.csv.gz': gzipSync('id,model,quality,input_tokens,output_tokens\na,m,1,10,10\n'),
      }),
    );
    expect(table.models[0]?.usd[0]).toBeCloseTo(0.00004, 12);
  });

  it('takes the models named, in that order', async () => {
    const table = await fakeTable(alike(5), { models: ['dear', 'cheap'] });
    expect(table.models.map(({ name }) => name)).toEqual(['dear', 'cheap']);
    await expect(fakeTable(alike(5), { models: ['gpt-9'] })).rejects.toMatchObject({ code: 'options.invalid' });
  });

  it.each([
    ['a quality above 1', 'a,m,1.5,1,1'],
    ['no quality', 'a,m,,1,1'],
    ['an unknown prompt', 'z,m,1,1,1'],
    ['tokens that are no number', 'a,m,1,many,1'],
    ['no model', 'a,,1,1,1'],
  ])('%s is an error with its line', async (_name, line) => {
    await expect(loadTable('t/x', {}, files(line))).rejects.toMatchObject({
      code: 'dataset.invalid',
      message: expect.stringContaining('x.outcomes.csv:2'),
    });
    const skipped = await loadTable('t/x', { skipBad: true }, files(`b,m,1,1,1\n${line}`));
    expect(skipped).toMatchObject({ skipped: 1, ids: ['b'] });
  });

  it('says which file is missing', async () => {
    await expect(loadTable('t/none', {}, memoryFiles())).rejects.toMatchObject({ code: 'input.not-found', where: 't/none.prompts.jsonl' });
  });

  it('lists the tables of a folder, or those beside the one that is missing', async () => {
    const there = files('a,m,1,,', { 't/y.prompts.jsonl.gz': gzipSync(PROMPTS) });
    await expect(loadTable('t', {}, there)).rejects.toMatchObject({
      message: '`t` is a folder of tables',
      advice: 'name one of them, as in t/x: x, y',
    });
    await expect(loadTable('t/z', {}, there)).rejects.toMatchObject({ advice: expect.stringContaining('; there are x, y') });
  });

  it('names every unknown model at once, and where it was named', async () => {
    const options = { models: ['p', 'm', 'q'], modelsFrom: '--strong, --weak' };
    await expect(loadTable('t/x', options, files('a,m,1,,'))).rejects.toMatchObject({
      message: 'models `p`, `q` are not in the table',
      where: '--strong, --weak',
    });
  });

  it('changes its hash with any of its files', async () => {
    const hashes = await Promise.all(
      [alike(5), alike(5, 2), { ...alike(5), models: { ...alike(5).models, extra: { input: 1, output: 1, quality: () => 1 } } }].map(
        async (fake) => (await loadTable('t/fake', {}, tableFiles(fake))).hash,
      ),
    );
    expect(new Set(hashes).size).toBe(3);
  });

  it('can be cut to some rows', async () => {
    const cut = pickRows(await fakeTable(alike(10)), [2, 7]);
    expect(cut.ids).toEqual(['q2', 'q7']);
    expect([...cut.clusterOf]).toEqual([0, 1]);
    expect(cut.models[0]?.usd).toHaveLength(2);
  });
});

describe('recorded dollars', () => {
  const table = (lines: string, more: Record<string, string> = {}, options = {}) =>
    loadTable(
      't/x',
      options,
      memoryFiles({
        't/x.prompts.jsonl': PROMPTS,
        't/x.outcomes.csv': `id,model,quality,input_tokens,output_tokens,usd\n${lines}\n`,
        ...more,
      }),
    );
  const priced = { 't/models.csv': 'model,input_usd_per_mtok,output_usd_per_mtok\nm,1,2\n' };

  it('stand in where tokens or prices are unknown, before anything assumed', async () => {
    const loaded = await table('a,m,1,100,200,9\nb,m,1,,,0.5\nc,m,1,,,', priced, { assumeOutputTokens: 5 });
    expect([...(loaded.models[0]?.usd ?? [])].map((usd) => (Number.isNaN(usd) ? null : usd))).toEqual([0.0005, 0.5, null]);
  });

  it('let a line of models.csv without prices fall back to the catalogue', async () => {
    const blank = { 't/models.csv': 'model,input_usd_per_mtok,output_usd_per_mtok\nm,,\n' };
    const loaded = await table('a,m,1,100,200,', blank, { priceOf: () => ({ input: 1, output: 2 }) });
    expect(loaded.models[0]?.usd[0]).toBeCloseTo(0.0005, 12);
  });

  it.each(['-1', 'x'])('%s is an error with its line', async (usd) => {
    await expect(table(`a,m,1,,,${usd}`)).rejects.toMatchObject({
      message: expect.stringContaining('x.outcomes.csv:2: `usd` must be dollars'),
    });
  });
});
