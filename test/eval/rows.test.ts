import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectRows, formatOf, readRows } from '../../src/eval/rows.ts';
import { SeenIds } from '../../src/eval/rows-ids.ts';
import type { BadRow } from '../../src/eval/rows-raw.ts';
import { failure, read, readSkipping, texts } from './row-files.ts';

describe('JSONL rows', () => {
  it('are read from `text`, `prompt`, `messages` with `tools`, and a list of messages in `prompt`', async () => {
    const tools = [{ type: 'function', function: { name: 'find' } }];
    const messages = [{ role: 'user', content: 'c' }];
    const lines = [
      { id: 'a', text: 'A' },
      { id: 2, prompt: 'B' },
      { id: 'c', messages, tools, n: 37 },
      { id: 'd', prompt: messages },
    ];
    expect(texts(await read('x.jsonl', lines.map((line) => JSON.stringify(line)).join('\r\n\n'), 3))).toEqual([
      ['a', 'A'],
      ['2', 'B'],
      ['c', { messages, tools }],
      ['d', { messages }],
    ]);
  });

  it.each([
    ['broken JSON', '{"id":1,"text":"a"}\n{"id":2,\n', 'x.jsonl:2'],
    ['a trailing comma', '{"id":1,"text":"a",}\n', 'x.jsonl:1'],
    ['NaN', '{"id":1,"text":"a"}\n\n{"id":NaN,"text":"a"}\n', 'x.jsonl:3'],
    ['an array', '[1]\n', 'x.jsonl:1'],
    ['null', 'null\n', 'x.jsonl:1'],
    ['no id', '{"text":"a"}\n', 'x.jsonl:1'],
    ['an id that is an object', '{"id":{},"text":"a"}\n', 'x.jsonl:1'],
    ['no text', '{"id":1,"words":"a"}\n', 'x.jsonl:1'],
    ['a text that is a number', '{"id":1,"text":5}\n', 'x.jsonl:1'],
    ['bad messages', '{"id":1,"messages":[{"role":"king","content":"a"}]}\n', 'x.jsonl:1'],
    ['an empty file', '', 'x.jsonl:1'],
    ['blank lines alone', '\n \n', 'x.jsonl:1'],
  ])('F-83: %s is an error with its line', async (_, content, where) => {
    expect(await failure('x.jsonl', content)).toContain(`dataset.invalid ${where} `);
  });

  it.each([
    ['{"id":{"a":1},"text":"a"}', 'expected an `id`, a text or a number, found an object'],
    ['{"id":1,"text":5}', 'expected `text` to be a text, found a number'],
    ['{"id":1,"prompt":{"a":1}}', 'expected `prompt` to be a text, found an object'],
    ['{"id":1,"messages":[{"role":"king","content":"a"}]}', 'messages.0.role`: expected one of system, developer'],
  ])('F-83: %s is told with what was found', async (content, message) => {
    expect(await failure('x.jsonl', content)).toContain(message);
  });

  it('F-83: with `onBad`, bad lines are left out and reported', async () => {
    const { ids, bad } = await readSkipping('x.jsonl', Buffer.from('{"id":1,"text":"a"}\n{"id":2\n\xff\n{"id":3,"text":"c"}', 'latin1'));
    expect(ids).toEqual(['1', '3']);
    expect(bad.map(({ line }) => line)).toEqual([2, 3]);
  });

  it('F-83: a huge line is passed over without being held, and the next one is read', async () => {
    async function* source() {
      yield Buffer.from('{"id":1,"text":"a"}\n');
      const block = Buffer.alloc(1 << 20, 120);
      for (let block_ = 0; block_ < 65; block_++) yield block;
      yield Buffer.from('\n{"id":2,"text":"b"}\n');
    }
    const bad: BadRow[] = [];
    const rows = await collectRows(readRows(source(), { name: 'x.jsonl', onBad: (row) => bad.push(row) }));
    expect(rows.map(({ id }) => id)).toEqual(['1', '2']);
    expect(bad).toMatchObject([{ line: 2, message: expect.stringContaining('longer than') }]);
  });

  it('F-84: a `__proto__` key pollutes nothing', async () => {
    const [row] = await read('x.jsonl', '{"id":"__proto__","text":"a","__proto__":{"text":"b"}}\n');
    expect([row?.id, row?.input]).toEqual(['__proto__', 'a']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe('a file of any size', () => {
  const ROWS = 60_000;
  const BLOCK_ROWS = 300;

  it.each([
    ['big.csv', 'id,text\n', (id: number) => `${id},"${'word '.repeat(40)}"\n`],
    ['big.jsonl', '', (id: number) => `{"id":${id},"text":"${'word '.repeat(40)}"}\n`],
  ])('F-79: %s is read as it is asked for, never ahead of the reader', async (name, head, row) => {
    let given = 0;
    async function* source() {
      if (head !== '') yield Buffer.from(head);
      for (let first = 0; first < ROWS; first += BLOCK_ROWS) {
        given += BLOCK_ROWS;
        yield Buffer.from(Array.from({ length: BLOCK_ROWS }, (_, index) => row(first + index)).join(''));
      }
    }
    let taken = 0;
    let ahead = 0;
    for await (const batch of readRows(source(), { name })) {
      taken += batch.length;
      ahead = Math.max(ahead, given - taken);
    }
    expect(taken).toBe(ROWS);
    expect(ahead).toBeLessThanOrEqual(2 * BLOCK_ROWS);
  });
});

describe('formats', () => {
  it.each([
    ['a.csv', 'csv'],
    ['a.CSV.gz', 'csv'],
    ['a.tsv', 'csv'],
    ['a.jsonl', 'jsonl'],
    ['a.ndjson.gz', 'jsonl'],
  ] as const)('%s is %s', (name, format) => expect(formatOf(name)).toBe(format));

  it('a name that tells nothing is an error', () => expect(() => formatOf('a.xlsx')).toThrow(/cannot tell the format/));
});

describe('seen ids', () => {
  it('F-82: knows every id again by its first line, over many growths', () => {
    const ids = new SeenIds();
    for (let index = 1; index <= 20_000; index++) expect(ids.add(`id-${index}`, index)).toBe(null);
    for (let index = 1; index <= 20_000; index += 7) expect(ids.add(`id-${index}`, 99_999)).toBe(index);
  });
});

it('reads a file from disk as it reads pieces', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'pointsman-')), 'a.csv');
  writeFileSync(file, 'id,text\n1,a\n');
  const { createReadStream } = await import('node:fs');
  expect(texts(await collectRows(readRows(createReadStream(file), { name: file })))).toEqual([['1', 'a']]);
});
