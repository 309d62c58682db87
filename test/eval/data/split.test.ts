import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../../src/core/default-taxonomy.ts';
import { diffLabels } from '../../../src/eval/data/diff.ts';
import { SPLIT_NAMES, type SplitOptions, type SplitResult, splitLabels } from '../../../src/eval/data/split.ts';
import { csvOf, memoryFiles, turns } from '../helpers.ts';
import { read, texts } from '../row-files.ts';
import { jsonl } from './helpers.ts';

const split = (text: string, change: Partial<SplitOptions> = {}, name = 'all.csv'): Promise<SplitResult> =>
  splitLabels(name, { taxonomy: defaultTaxonomy, shares: [0.6, 0.2, 0.2], seed: 7, ...change }, memoryFiles({ [name]: text }));
const idsIn = async ({ files }: SplitResult) =>
  Promise.all(
    SPLIT_NAMES.map(async (name) => (files[name].text === '' ? [] : (await read(files[name].name, files[name].text)).map(({ id }) => id))),
  );
const words = (index: number) => ({
  text: `${(index * 7919).toString(36)} ${'abcdefghijklmnopqrstuvwxyz'[index % 26]?.repeat(9)} ${index}`,
});

describe('splitting', () => {
  it('keeps every label’s share in every split', async () => {
    const { rows, counts } = await split(csvOf(200, turns, words));
    expect(rows).toEqual({ train: 120, dev: 40, test: 40 });
    for (const values of Object.values(counts))
      for (const count of Object.values(values)) {
        const all = count.train + count.dev + count.test;
        for (const [name, share] of [
          ['train', 0.6],
          ['dev', 0.2],
          ['test', 0.2],
        ] as const)
          expect(Math.abs(count[name] - share * all)).toBeLessThanOrEqual(2);
      }
  });

  it('cuts no family: clusters and near-duplicates stay in one split, and are named', async () => {
    const family = (index: number) => ({
      cluster: index < 20 ? `talk-${index % 4}` : '',
      text:
        index < 60 && index >= 20
          ? `please cancel order number ${1000 + (index % 5)} of the ${'aeiou'[index % 5]?.repeat(30)} kind, ${index}`
          : words(index).text,
    });
    const result = await split(csvOf(120, turns, family));
    const place = new Map((await idsIn(result)).flatMap((ids, index) => ids.map((id) => [id, index] as const)));
    for (let index = 0; index < 60; index++) {
      const twin = index < 20 ? index % 4 : 20 + (index % 5);
      expect(place.get(`r${index}`)).toBe(place.get(`r${twin}`));
    }
    const bare = await split('id,text,risk\n1,hello there you,low\n2,Hello there you!,low\n3,other,high\n');
    expect(SPLIT_NAMES.map((name) => bare.files[name].text).join('')).toContain('2,Hello there you!,low,1\n');
  });

  it('gives back every row as it was, once, whatever stands in its cells, and the same again by the same seed', async () => {
    const row = fc.record({
      text: fc.string({ unit: 'binary', minLength: 1 }),
      risk: fc.constantFrom('low', 'medium', 'high'),
      'a "note"': fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), fc.integer(), async (rows, seed) => {
        const given = rows.map((fields, index) => ({ id: `=${index},"x"`, ...fields }));
        const lines = jsonl(...given);
        const [result, again] = [await split(lines, { seed }, 'all.jsonl'), await split(lines, { seed }, 'all.jsonl')];
        expect(again).toEqual(result);
        const out = SPLIT_NAMES.flatMap((name) =>
          result.files[name].text
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line)),
        );
        const plain = out.map(({ cluster: _, ...fields }) => fields);
        expect(plain.sort((a, b) => given.findIndex(({ id }) => id === a.id) - given.findIndex(({ id }) => id === b.id))).toEqual(given);
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  it('keeps CSV cells exactly', async () => {
    const text = 'id,text,risk,note\n1,"a ""b"", \n c",low," x "\n2,"=1+1",high,\n';
    const { files } = await split(text);
    const all = await Promise.all(
      SPLIT_NAMES.filter((name) => files[name].text.split('\n').length > 2).map((name) => read('x.csv', files[name].text)),
    );
    const rows = all.flat().sort((a, b) => a.id.localeCompare(b.id));
    expect(texts(rows)).toEqual(texts(await read('x.csv', text)));
    expect(rows.map(({ fields }) => fields.note)).toEqual([' x ', '']);
  });

  it('refuses wrong labels with their lines, or leaves them out', async () => {
    const text = 'id,text,risk\n1,a,low\n2,b,dire\n';
    await expect(split(text)).rejects.toMatchObject({ code: 'dataset.invalid', message: expect.stringContaining('all.csv:3') });
    expect(await split(text, { skipBad: true })).toMatchObject({ skipped: 1 });
  });
});

describe('the difference of two versions', () => {
  const diff = (before: string, after: string) =>
    diffLabels(
      'a.csv',
      'b.csv',
      defaultTaxonomy,
      memoryFiles({ 'a.csv': `id,text,domain,risk\n${before}`, 'b.csv': `id,text,domain,risk\n${after}` }),
    );

  it('tells rows added, removed and renamed, texts changed, and labels with their confusion', async () => {
    const found = await diff(
      '1,one,code,low\n2,two,math,low\n3,three,law,low\n4,four,law,low\n5,five,law,low\n',
      '1,one,code,low\n2,two,code,high\n4,Four,law,low\n6,three,law,low\n7,seven,law,low\n',
    );
    expect(found).toMatchObject({
      rows: { from: 5, to: 5, same: 1 },
      added: ['7'],
      removed: ['5'],
      renamed: [{ from: '3', to: '6' }],
      textChanged: ['4'],
      relabelled: [
        { id: '2', axis: 'domain', from: 'math', to: 'code' },
        { id: '2', axis: 'risk', from: 'low', to: 'high' },
      ],
      confusion: { domain: { 'math → code': 1 }, risk: { 'low → high': 1 } },
    });
  });

  it('of a file with itself is none', async () => {
    const rows = '1,one,code,low\n2,two,math,low\n';
    expect(await diff(rows, rows)).toMatchObject({
      rows: { same: 2 },
      added: [],
      removed: [],
      renamed: [],
      textChanged: [],
      relabelled: [],
    });
  });
});
