import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Predicted } from '../../src/eval/predict.ts';
import { decodeRow, encodeRow, recoverLog } from '../../src/eval/run-log.ts';
import { labelOf } from './helpers.ts';

const row = (id: string, confidence = 0.8): Predicted => ({
  id,
  state: 'ok',
  label: labelOf({ complexity: 'high' }, confidence),
  usd: 0.1 + 0.2,
  model: null,
  answeredBy: null,
  promptHash: 'ab',
  error: null,
  cached: false,
  usage: null,
  ms: null,
});
const log = (...ids: string[]) => Buffer.from(ids.map((id) => `${encodeRow('c', row(id))}\n`).join(''));

describe('a logged row', () => {
  it('comes back as it was, down to the last bit of each number', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.double({ min: 0, max: 1, noNaN: true }), (id, confidence) => {
        const line = encodeRow('c', row(id, confidence));
        expect(line).not.toContain('\n');
        expect(decodeRow(line)).toEqual({ classifier: 'c', repeat: 0, ...row(id, confidence) });
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it('keeps the reason of a doubtful axis, and a row without an answer', () => {
    const label = { ...labelOf({}), risk: { ...labelOf({}).risk, unsure: 'timeout' as const } };
    expect(decodeRow(encodeRow('c', { ...row('a'), label: label as never }))?.label?.risk?.unsure).toBe('timeout');
    const failed: Predicted = {
      id: 'b',
      state: 'parse_failed',
      label: null,
      usd: null,
      model: null,
      answeredBy: null,
      promptHash: null,
      error: 'classify.bad-answer',
      cached: false,
      usage: null,
      ms: null,
    };
    expect(decodeRow(encodeRow('c', failed))).toEqual({ classifier: 'c', repeat: 0, ...failed });
  });

  it('is refused when a single character changed', () => {
    const line = encodeRow('c', row('abc'));
    for (let at = 0; at < line.length; at += 7) expect(decodeRow(`${line.slice(0, at)}~${line.slice(at + 1)}`)).toBeNull();
  });
});

describe('F-54 a log cut off at any byte', () => {
  const whole = log('a', 'bé😀', 'c');

  it('gives every whole row, and the place to go on from', () => {
    const ends = [0];
    for (let at = 0; at < whole.length; at++) if (whole[at] === 10) ends.push(at + 1);
    for (let cut = 0; cut <= whole.length; cut++) {
      const { rows, bytes } = recoverLog(whole.subarray(0, cut), 'rows.jsonl');
      const complete = ends.filter((end) => end <= cut);
      expect(rows).toHaveLength(complete.length - 1);
      expect(bytes).toBe(complete.at(-1));
    }
  });

  it('a torn line that happens to end in a newline is cut as well', () => {
    const torn = Buffer.concat([log('a'), Buffer.from('{"v":1,"cla\n')]);
    expect(recoverLog(torn, 'rows.jsonl')).toMatchObject({ rows: [{ id: 'a' }], bytes: log('a').length });
  });

  it('damage in the middle is an error naming the line, never a guess', () => {
    const damaged = Buffer.concat([log('a'), Buffer.from('garbage\n'), log('b')]);
    expect(() => recoverLog(damaged, 'rows.jsonl')).toThrow(/damaged at line 2/);
  });
});
