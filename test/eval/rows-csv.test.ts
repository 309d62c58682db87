import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure, read, readSkipping, texts } from './row-files.ts';

const BOM = '\ufeff';

describe('CSV rows', () => {
  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('F-78: are the same with %s line ends, with and without a byte order mark, in pieces of any size', async (_, end) => {
    const lines = ['id,text', 'a,"one, ""two"""', `b,"three${end}four"`, 'c,five', ''];
    for (const mark of ['', BOM]) {
      for (const size of [1, 2, 3, 17, 4096]) {
        expect(texts(await read('x.csv', mark + lines.join(end), size))).toEqual([
          ['a', 'one, "two"'],
          ['b', `three${end}four`],
          ['c', 'five'],
        ]);
      }
    }
  });

  it.each([
    ['semicolons', ';'],
    ['tabs', '\t'],
    ['bars', '|'],
  ])('F-78: delimited by %s are told by their header', async (_, delimiter) => {
    const content = [`id${delimiter}text`, `1${delimiter}a, b`, `2${delimiter}"c${delimiter}d"`].join('\n');
    expect(texts(await read('x.csv', content))).toEqual([
      ['1', 'a, b'],
      ['2', `c${delimiter}d`],
    ]);
  });

  it.each(['utf16le', 'utf16be'] as const)('F-78: are read from UTF-16 (%s)', async (encoding) => {
    const little = Buffer.from(`${BOM}id,text\n1,größe 😀\n`, 'utf16le');
    const bytes = encoding === 'utf16le' ? little : Buffer.from(little).swap16();
    expect(texts(await read('x.csv', bytes, 3))).toEqual([['1', 'größe 😀']]);
    expect(texts(await read('x.csv', bytes.subarray(2), 3))).toEqual([['1', 'größe 😀']]);
  });

  it('F-78: in Latin-1 are refused with the line', async () => {
    expect(await failure('x.csv', Buffer.from('id,text\n1,fine\n2,gr\xf6\xdfe\n', 'latin1'))).toMatch(
      /dataset\.invalid x\.csv:3 .*not UTF-8/,
    );
  });

  it.each([
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x69, 0, 0, 0]), /UTF-32/],
    ['a spreadsheet', Buffer.from('PK\x03\x04…'), /ZIP/],
    ['a damaged gzip stream', gzipSync('id,text\n1,a\n').subarray(0, 20), /gzip stream is cut/],
  ])('F-78: %s is refused clearly', async (_, bytes, reason) => {
    expect(await failure('x.csv', bytes)).toMatch(reason);
  });

  it('are read from gzip whatever the file is called', async () => {
    expect(texts(await read('x.csv', gzipSync('id,text\n1,a\n')))).toEqual([['1', 'a']]);
    expect(texts(await read('x.csv.gz', 'id,text\n1,a\n'))).toEqual([['1', 'a']]);
  });

  it.each([
    ['an empty file', '', 'x.csv:1', /empty/],
    ['a header alone', 'id,text\n', 'x.csv:1', /no row/],
    ['a header without line end', 'id,text', 'x.csv:1', /no row/],
    ['a missing id column', 'text\na\n', 'x.csv:1', /column `id`, found `text`/],
    ['a missing text column', 'id,words\n1,a\n', 'x.csv:1', /`text`, `prompt` or `messages`/],
    ['a repeated column', 'id,text,text\n1,a,b\n', 'x.csv:1', /`text` stands twice/],
    ['a nameless column', 'id,,text\n1,a,b\n', 'x.csv:1', /column 2 of the header has no name/],
    ['too few cells', 'id,text,c\n1,a,b\n2,a\n', 'x.csv:3', /expected 3 cells as in the header, found 2/],
    ['too many cells', 'id,text\n1,a,b\n', 'x.csv:2', /found 3/],
    ['an unclosed quote', 'id,text\n1,a\n2,"b\n3,c\n', 'x.csv:3', /never closed/],
    ['text after a closing quote', 'id,text\n1,"a"b\n', 'x.csv:2', /followed by more text/],
    ['a quote inside a bare cell', 'id,text\n1,a"b\n', 'x.csv:2', /not quoted/],
    ['a missing id', 'id,text\n,a\n', 'x.csv:2', /expected an `id`/],
  ])('F-80: %s is an error with its line', async (_, content, where, reason) => {
    const message = await failure('x.csv', content);
    expect(message).toContain(`dataset.invalid ${where} `);
    expect(message).toMatch(reason);
  });

  it('F-80: gives the right line after cells that run over several lines, and after blank lines', async () => {
    const content = 'id,text\r\n1,"a\r\nb\r\nc"\r\n\r\n2,d\r\n3\r\n';
    expect(await failure('x.csv', content)).toContain('x.csv:7 ');
    expect((await read('x.csv', content.replace('3\r\n', '3,e\r\n'))).map(({ line }) => line)).toEqual([2, 6, 7]);
  });

  it('F-80: with `onBad`, leaves bad rows out and reports every one', async () => {
    const { ids, bad } = await readSkipping('x.csv', 'id,text\n1,a\n2\n3,c\n1,again\n,none\n6,f\n');
    expect(ids).toEqual(['1', '3', '6']);
    expect(bad.map(({ line }) => line)).toEqual([3, 5, 6]);
  });

  it('F-80: with `onBad`, reports the lines that an open quote swallowed', async () => {
    const { ids, bad } = await readSkipping('x.csv', 'id,text\n1,a\n2,"b\n3,c\n4,"d"\n5,e\n');
    expect(ids).toEqual(['1', '5']);
    const lost = new Set(bad.flatMap(({ line, lastLine }) => Array.from({ length: lastLine - line + 1 }, (_, index) => line + index)));
    expect([...lost]).toEqual([3, 4, 5]);
  });

  it('F-78: with `onBad`, leaves out only the rows that are not UTF-8', async () => {
    const { ids, bad } = await readSkipping('x.csv', Buffer.from('id,text\n1,a\n2,\xf6\n3,c\n4,\xff\n5,e\n', 'latin1'));
    expect(ids).toEqual(['1', '3', '5']);
    expect(bad.map(({ line }) => line)).toEqual([3, 5]);
  });

  it('F-82: a repeated id is an error that names both lines', async () => {
    expect(await failure('x.csv', 'id,text\n7,a\n8,b\n7,c\n')).toMatch(/x\.csv:4 .*`7` stands on line 2 already/);
  });

  it('F-84: ids of every kind come through as they are', async () => {
    const ids = ['=cmd|x', '<script>', '../../x', '__proto__', 'constructor', 'x'.repeat(5_000), ' spaced ', 'Ünï 😀', '007'];
    const rows = await read('x.csv', ['id,text', ...ids.map((id) => `"${id}",t`)].join('\n'));
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('an empty text is a text', async () => {
    expect(texts(await read('x.csv', 'id,text\n1,\n'))).toEqual([['1', '']]);
  });

  it('NUL and U+2028 stay inside their cell', async () => {
    expect(texts(await read('x.csv', 'id,text\n1,a\0b\u2028c\n2,d\n'))).toEqual([
      ['1', 'a\0b\u2028c'],
      ['2', 'd'],
    ]);
  });

  it('messages are read from a `messages` column, and from a text that is a JSON array of messages', async () => {
    const messages = [{ role: 'user', content: 'hi, "you"' }];
    const cell = `"${JSON.stringify(messages).replaceAll('"', '""')}"`;
    expect((await read('x.csv', `id,messages\n1,${cell}\n`))[0]?.input).toEqual({ messages });
    expect((await read('x.csv', `id,text\n1,${cell}\n`))[0]?.input).toEqual({ messages });
    expect((await read('x.csv', 'id,text\n1,"[{""a"":1}]"\n'))[0]?.input).toBe('[{"a":1}]');
    expect(await failure('x.csv', 'id,messages\n1,[oops\n')).toMatch(/x\.csv:2 .*bad request/);
  });

  it('come back from any cells that were written by the book', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\n', '\r\n', '\t', 'é', '😀', '\0') });
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 40 }), async (cells, size) => {
        const content = ['id,text', ...cells.map((text, index) => `${index},"${text.replaceAll('"', '""')}"`)].join('\n');
        expect((await read('x.csv', content, size)).map(({ input }) => input)).toEqual(cells);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});
