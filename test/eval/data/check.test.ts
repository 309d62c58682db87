import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../../src/core/default-taxonomy.ts';
import { checkLabels } from '../../../src/eval/data/check/labels.ts';
import { checkTable } from '../../../src/eval/data/check/table.ts';
import { exitCodeOf, type Finding, findingsText } from '../../../src/eval/data/finding.ts';
import { textFingerprint } from '../../../src/eval/fingerprint.ts';
import { csvOf, memoryFiles, turns } from '../helpers.ts';
import { alike, type FakeTable, tableFiles } from '../table/helpers.ts';

const codes = (findings: readonly Finding[], severity: Finding['severity']) =>
  findings.filter((finding) => finding.severity === severity).map(({ code }) => code);
const one = (findings: readonly Finding[], code: string) => findings.find((finding) => finding.code === code);

describe('a labelled set', () => {
  const check = (text: string, more: { seen?: string[]; others?: Record<string, string> } = {}, name = 'x.csv') =>
    checkLabels(
      name,
      {
        taxonomy: defaultTaxonomy,
        seen: [{ name: 'elsewhere', fingerprints: new Set((more.seen ?? []).map(textFingerprint)) }],
        others: Object.keys(more.others ?? {}),
      },
      memoryFiles({ [name]: text, ...more.others }),
    );
  const row = (id: string, text: string, label = 'low,code,low') => `${id},"${text}",${label}`;
  const file = (...rows: string[]) => `id,text,complexity,domain,risk\n${rows.join('\n')}\n`;

  it('that is sound has no error and no warning', async () => {
    const words = (index: number) => ({ text: `${index} ${'abcdefghijklmnopqrstuvwxyz'[index % 26]?.repeat(9)} ${index * 7919}` });
    const { findings, rows, counts } = await check(
      csvOf(200, (index) => [turns(index)[0], Object.keys(defaultTaxonomy.domain.values)[index % 12] as string, turns(index)[2]], words),
    );
    expect([codes(findings, 'error'), codes(findings, 'warning')]).toEqual([[], []]);
    expect([rows, counts.complexity]).toEqual([200, { low: 67, medium: 67, high: 66 }]);
    expect(exitCodeOf(findings)).toBe(0);
  });

  it('F-81, F-82: names wrong labels, repeated ids, texts with two labels, copies and near-copies', async () => {
    const text = 'my parcel with the blue kettle has been in transit since last Tuesday';
    const { findings } = await check(
      file(
        row('a', 'same words'),
        row('b', 'Same, words!', 'high,code,low'),
        row('c', 'copy'),
        row('d', 'copy'),
        row('e', text),
        row('f', text.replace('blue', 'red')),
        row('g', `${text}!!`, 'low,math,low'),
        row('a', 'again'),
        row('h', 'x', 'Low ,code,low'),
        row('i', ' '),
      ),
    );
    expect(one(findings, 'two-labels')?.examples).toEqual(['a / b', 'e / g']);
    expect(one(findings, 'repeated')?.examples).toEqual(['c / d']);
    expect(one(findings, 'near-duplicates')?.examples).toEqual(['e / f']);
    expect(one(findings, 'blank')?.examples).toEqual(['i']);
    expect(one(findings, 'bad-rows')?.examples).toEqual([
      'x.csv:9 id `a` stands on line 2 already',
      'x.csv:10 `complexity` must be one of low, medium, high; found `Low `',
    ]);
    expect(exitCodeOf(findings)).toBe(1);
  });

  it('finds texts that were learned from, and rows nearly in another split', async () => {
    const other = file(row('t1', 'how do I fix this very long sql query with three joins in it'));
    const { findings } = await check(
      file(row('a', 'Seen before?'), row('b', 'how do I fix this very long sql query with four joins in it', 'high,code,low')),
      { seen: ['seen BEFORE'], others: { 'train.csv': other } },
    );
    expect(one(findings, 'leak')).toMatchObject({ severity: 'error', examples: ['a in elsewhere'] });
    expect(one(findings, 'near-leak')).toMatchObject({ severity: 'warning', examples: ['b is like t1 of train.csv'] });
  });

  it('tells columns that are no axis, values without rows, and an axis of one value', async () => {
    const { findings, usable } = await check('id,text,Complexity,domain\n1,a,low,code\n2,b,low,code\n');
    expect(one(findings, 'misspelt-axis')).toMatchObject({ examples: ['Complexity'], advice: 'write complexity' });
    expect(one(findings, 'axis-without-column')?.examples).toEqual(['complexity', 'risk']);
    expect(one(findings, 'one-value')).toMatchObject({ where: 'x.csv domain', examples: ['code 2'] });
    expect(usable).toBe(true);
    const none = await check('id,text,label\n1,a,b\n');
    expect([one(none.findings, 'no-axis')?.examples, none.usable]).toEqual([['id, text, label'], false]);
    const unread = await check('id,text,risk\n1,a\n');
    expect([one(unread.findings, 'no-axis'), unread.usable]).toEqual([undefined, false]);
    expect((await check('id,text,risk\n1,a,low\n2,b,medium\n')).findings.find(({ code }) => code === 'no-rows')?.examples).toEqual([
      'high',
    ]);
  });

  it('that cannot be read at all is an error with its line', async () => {
    await expect(check('text,risk\na,low\n')).rejects.toMatchObject({ code: 'dataset.invalid', where: 'x.csv:1' });
    await expect(check('')).rejects.toMatchObject({ code: 'dataset.invalid' });
  });
});

describe('an outcome table', () => {
  const words = (row: number) => `question ${(row * 7919).toString(36)} ${'abcdefghij'[row % 10]?.repeat(12)} ${row * 31}`;
  const table = (change: Partial<FakeTable> = {}, replace: Record<string, (text: string) => string> = {}) => {
    const files = tableFiles({ ...alike(40), prompt: words, ...change });
    for (const [path, edit] of Object.entries(replace)) files.write(path, edit(Buffer.from(files.read(path)).toString('utf8')));
    return files;
  };
  const check = (files: ReturnType<typeof table>, texts: { trained?: string[]; against?: string[] } = {}) => {
    const seen = (name: string, list: string[] = []) => [{ name, fingerprints: new Set(list.map(textFingerprint)) }];
    return checkTable(
      't/fake',
      { trained: seen('training', texts.trained), against: seen('other', texts.against), priceOf: () => null },
      files,
    );
  };

  it('that is sound has no error', async () => {
    const { findings, rows, models } = await check(table());
    expect([codes(findings, 'error'), rows, models.length]).toEqual([[], 40, 3]);
  });

  it('F-86: tells models that were down, gaps, constant scores and tokens, twins', async () => {
    const { findings, incomplete } = await check(
      table(
        {
          models: {
            good: { input: 1, output: 2, quality: (row) => row % 2 },
            same: { input: 1, output: 2, quality: (row) => row % 2, outputTokens: '' },
            zero: { input: 1, output: 2, quality: () => 0 },
            half: { input: 1, output: 2, quality: () => 0.5 },
          },
        },
        { 't/fake.outcomes.csv': (text) => text.replace('q3,good,1,100,200\n', '') },
      ),
    );
    expect(incomplete).toBe(1);
    expect(one(findings, 'model-down')?.examples).toEqual(['zero scores 0 everywhere']);
    expect(one(findings, 'unequal-n')?.examples).toEqual(['good 97.5 %']);
    expect(one(findings, 'constant-quality')?.examples).toEqual(['half always 0.5']);
    expect(one(findings, 'same-answers')?.examples).toEqual(['same = good']);
    expect(one(findings, 'constant-tokens')?.examples[0]).toBe('good 100 / 200');
    expect(one(findings, 'unknown-tokens')?.examples).toEqual(['same 100 %']);
    expect(one(findings, 'cost-unknown')?.examples).toEqual(['same']);
  });

  it('F-75: tells prices of 0, per token, or no number; blank is unknown', async () => {
    const header = 'model,input_usd_per_mtok,output_usd_per_mtok';
    const { findings } = await check(table({}, { 't/models.csv': () => `${header}\ncheap,0,1\nmiddle,"0,5",2\ndear,30000,1\ndear,1,1\n` }));
    expect(['zero-price', 'bad-price', 'implausible-price', 'price-twice'].map((code) => one(findings, code)?.examples)).toEqual([
      ['cheap 0 / 1'],
      ['middle 0,5 / 2'],
      ['dear 30000 / 1'],
      ['dear'],
    ]);
  });

  it('lists bad lines, and says when nothing can be compared', async () => {
    const bad = await check(table({}, { 't/fake.outcomes.csv': (text) => `${text}nobody,cheap,1,,\nq1,cheap,7,,\n` }));
    expect(one(bad.findings, 'bad-lines')?.examples).toEqual([
      'fake.outcomes.csv:122: no prompt has the id `nobody`',
      'fake.outcomes.csv:123: `quality` must be 0 to 1, found `7`',
    ]);
    const apart = 'id,model,quality,input_tokens,output_tokens\nq0,a,1,,\nq1,b,1,,\n';
    const none = await check(table({}, { 't/fake.outcomes.csv': () => apart }));
    expect([none.usable, one(none.findings, 'incomplete')?.severity]).toEqual([false, 'error']);
  });

  it('tells questions learned from, shared with another table, repeated, and nearly repeated outside their cluster', async () => {
    const family = (row: number) => (row < 4 ? `please add up the numbers seven and ${row} and tell me the sum` : words(row));
    const { findings } = await check(table({ prompt: family }), { trained: [words(9)], against: [words(8)] });
    expect(one(findings, 'leak')).toMatchObject({ severity: 'error', examples: ['q8 in other'] });
    expect(one(findings, 'trained-on')).toMatchObject({ severity: 'warning', examples: ['q9 in training'] });
    expect(one(findings, 'near-duplicates')?.examples).toEqual(['q0 / q1', 'q0 / q2', 'q0 / q3']);
    const named = (text: string) =>
      text.replaceAll('please add', 'please add').replace(/"prompt":"please/g, '"cluster":"sums","prompt":"please');
    const declared = await check(table({ prompt: family }, { 't/fake.prompts.jsonl': named }));
    expect(one(declared.findings, 'near-duplicates')).toBeUndefined();
  });
});

describe('findings as text', () => {
  it('stand worst first, each with what to do', () => {
    const finding = (severity: Finding['severity']): Finding => ({
      severity,
      code: 'c',
      message: severity,
      where: 'x',
      advice: 'do',
      count: 9,
      examples: ['a'],
    });
    expect(findingsText([finding('note'), finding('error')])).toBe(
      'ERROR    x: error: a; …\n         do\nNOTE     x: note: a; …\n         do\n',
    );
    expect(findingsText([])).toBe('nothing found\n');
  });
});
