import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readEvents, type ServerEvent } from '../../src/providers/sse.ts';
import { chunk, wholeStream } from '../servers/upstream.ts';

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut);
    from = cut;
  }
  yield bytes.subarray(from);
}

async function events(text: string | Uint8Array, cuts: readonly number[] = []): Promise<ServerEvent[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const read: ServerEvent[] = [];
  for await (const event of readEvents(pieces(bytes, cuts))) read.push(event);
  return read;
}

describe('server-sent events', () => {
  const odd = `\ufeff: hello\r\n\r\ndata:no space 😀\r\revent: ping\ndata: a\ndata:  b\n\nid: 7\nretry: 1\ndata\n\n${chunk({ content: 'é😀漢' })}data: [DONE]\r\n\r\n`;

  test('F-21 comments, CR, LF, CRLF, BOM, multi-line data and missing spaces are read', async () => {
    expect((await events(odd)).map(({ event, data }) => [event, data.slice(0, 12)])).toEqual([
      ['message', 'no space 😀'],
      ['ping', 'a\n b'],
      ['message', ''],
      ['message', chunk({ content: 'é😀漢' }).slice(6, 18)],
      ['message', '[DONE]'],
    ]);
  });

  test('F-21 every split into two gives the same events', async () => {
    const bytes = new TextEncoder().encode(odd + wholeStream('split 😀 me'));
    const whole = await events(bytes);
    for (let cut = 0; cut <= bytes.length; cut++) expect(await events(bytes, [cut])).toEqual(whole);
  });

  test('F-21 any splits, with any line ends, give the same events', async () => {
    const ends = fc.constantFrom('\n', '\r\n', '\r');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), ends), { maxLength: 6 }),
        fc.array(fc.nat(400)),
        async (lines, cuts) => {
          const text = lines.map(([line, end]) => `data: ${line.replace(/[\r\n]/g, ' ')}${end}${end}`).join('');
          const bytes = new TextEncoder().encode(text);
          const within = cuts.map((cut) => Math.min(cut, bytes.length));
          expect(await events(bytes, within)).toEqual(await events(bytes));
          expect((await events(bytes)).length).toBe(lines.length);
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });

  test('an event without its blank line is not an event', async () => {
    expect(await events('data: a\n\ndata: {"half":1}\n')).toEqual([{ event: 'message', data: 'a' }]);
  });
});
