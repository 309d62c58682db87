import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { isRouterError } from '../../src/core/errors.ts';
import { normalisedText, textFingerprint } from '../../src/eval/fingerprint.ts';
import { findLeaks, refuseLeaks } from '../../src/eval/leakage.ts';
import { fingerprintsOf, loadDataset, siblingSplits } from '../../src/eval/load.ts';
import { csvOf, memoryFiles, turns } from './helpers.ts';

const load = (content: string | Uint8Array, name = 'dev.csv', skipBad = false) =>
  loadDataset(`d/${name}`, { taxonomy: defaultTaxonomy, skipBad }, memoryFiles({ [`d/${name}`]: content }));

async function failure(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await promise;
  } catch (error) {
    if (isRouterError(error)) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

describe('a labelled dataset', () => {
  it('keeps gold, language, slices, cluster and labeler of each row', async () => {
    const { rows, axes, warnings } = await load(csvOf(2, turns, () => ({ slices: 'short typo', cluster: 'family-1' })));
    expect(axes).toEqual(['complexity', 'domain', 'risk']);
    expect(rows[1]).toMatchObject({
      id: 'r1',
      gold: { complexity: 'medium', domain: 'math', risk: 'low' },
      language: 'en',
      slices: ['short', 'typo'],
      cluster: 'family-1',
      labeler: 'hand',
    });
    expect(warnings).toEqual([]);
  });

  it('gives every row without a cluster one of its own', async () => {
    const { rows } = await load(csvOf(3, turns));
    expect(new Set(rows.map(({ cluster }) => cluster)).size).toBe(3);
  });

  it('reads a JSON array of messages in a text cell as a conversation', async () => {
    const messages = JSON.stringify([
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'yes?' },
      { role: 'user', content: 'bye' },
    ]);
    const { rows } = await load(csvOf(1, turns, () => ({ text: messages })));
    expect(rows[0]?.request.messages).toHaveLength(3);
  });

  it('leaves an axis out when its column is missing', async () => {
    const { axes } = await load('id,text,risk\n1,hello,low\n');
    expect(axes).toEqual(['risk']);
  });

  it('reads JSONL and gzip alike', async () => {
    const line = JSON.stringify({ id: '1', text: 'hello', complexity: 'low' });
    const { rows } = await load(gzipSync(`${line}\n`), 'dev.jsonl.gz');
    expect(rows[0]?.gold).toEqual({ complexity: 'low' });
  });
});

describe('F-81 a label that is not of the axis', () => {
  it.each(['Low', ' low', 'easy', ''])('`%s` is an error listing the allowed values and the line', async (value) => {
    const error = await failure(load(`id,text,complexity\n1,hello,low\n2,there,${value}\n`));
    expect(error.code).toBe('dataset.invalid');
    expect(error.message).toContain('dev.csv:3');
    expect(error.message).toContain('low, medium, high');
  });

  it('lists every bad row at once, and with skipBad leaves them out and counts them', async () => {
    const text = 'id,text,complexity\n1,a,low\n2,b,nope\n3,c,never\n';
    expect((await failure(load(text))).message).toContain('2 problem(s)');
    const dataset = await load(text, 'dev.csv', true);
    expect(dataset.rows).toHaveLength(1);
    expect(dataset.skipped).toHaveLength(2);
  });
});

describe('F-80 a file out of shape', () => {
  it.each([
    ['a ragged row', 'id,text,complexity\n1,a,low\n2,b\n'],
    ['an unclosed quote', 'id,text,complexity\n1,"a,low\n'],
    ['a repeated column', 'id,text,text\n1,a,b\n'],
    ['an empty file', ''],
    ['a header only', 'id,text,complexity\n'],
    ['no text column', 'id,complexity\n1,low\n'],
  ])('%s is an error', async (_name, text) => {
    expect((await failure(load(text))).code).toBe('dataset.invalid');
  });

  it('F-83 a bad JSONL line is named by its number', async () => {
    const error = await failure(load('{"id":"1","text":"a","risk":"low"}\n{"id":"2","text":"b","risk":NaN}\n', 'dev.jsonl'));
    expect(error.message).toContain('dev.jsonl:2');
  });
});

describe('F-82 repeats and leaks', () => {
  it('a duplicate id is an error', async () => {
    expect((await failure(load('id,text,risk\n1,a,low\n1,b,low\n'))).message).toContain('line 2');
  });

  it('the same words with one label are counted, with two labels reported', async () => {
    const { warnings } = await load('id,text,risk\n1,Hello there!,low\n2,hello  there,low\n3,"Hello, there",high\n');
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('1 row(s) repeat');
    expect(warnings[1]).toContain('1 / 3');
  });

  it('a text that stands in another split fails the run, however it is spelled', async () => {
    const files = memoryFiles({
      'd/dev.csv': 'id,text,risk\n1,What is THIS?,low\n2,other,low\n',
      'd/train.csv': 'id,text,risk\n9,what is this,high\n',
    });
    const dataset = await loadDataset('d/dev.csv', { taxonomy: defaultTaxonomy }, files);
    expect(siblingSplits('d/dev.csv', files)).toEqual(['d/train.csv']);
    const seen = [await fingerprintsOf('d/train.csv', files)];
    expect(findLeaks(dataset.rows, seen).map(({ row }) => row.id)).toEqual(['1']);
    expect(() => refuseLeaks('dev.csv', dataset.rows, seen)).toThrow(/dev.csv:2: `1` also stands in train.csv/);
  });

  it('different scripts and lone surrogates stay apart', () => {
    expect(normalisedText('Ｆｕｌｌ  width')).toBe('full width');
    const prints = ['a\ud800', 'a\udbff', 'a\ufffd', '你好', '你 好', '+', '-'].map(textFingerprint);
    expect(new Set(prints).size).toBe(7);
  });
});

describe('F-84 hostile ids', () => {
  it('are kept as they are, `__proto__` included', async () => {
    const ids = ['=cmd|calc', '<script>', '../../x', '__proto__', 'x'.repeat(5_000)];
    const { rows } = await load(`id,text,risk\n${ids.map((id, index) => `${id},t${index},low`).join('\n')}\n`);
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(rows[4]?.request.id).toHaveLength(256);
  });
});
