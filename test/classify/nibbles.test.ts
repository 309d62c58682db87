import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODES, meaningsOf, pack } from '../../src/classify/embedded/nibbles.ts';

const COLUMNS = 8;
const weight = fc.integer({ min: 0, max: 255 });
const columns = fc.array(fc.uniqueArray(weight, { minLength: CODES, maxLength: CODES }), { minLength: COLUMNS, maxLength: COLUMNS });
const row = fc.array(fc.integer({ min: 0, max: CODES - 1 }), { minLength: COLUMNS, maxLength: COLUMNS });

describe('weights of few different values a column', () => {
  it('take four bits and come back as they were', () => {
    fc.assert(
      fc.property(columns, fc.array(row, { minLength: 1, maxLength: 20 }), (codes, rows) => {
        const meanings = meaningsOf(codes);
        const packed = pack(Uint8Array.from(rows.flat()));
        const bytes = new Uint8Array(packed.buffer);
        expect(bytes.length).toBe((rows.length * COLUMNS) / 2);
        const found = [...bytes].flatMap((byte, at) => {
          const both = meanings[256 * (at % (COLUMNS / 2)) + byte] as number;
          return [both & 0xffff, both >>> 16];
        });
        expect(found).toEqual(rows.flatMap((picks) => picks.map((code, column) => codes[column]?.[code])));
      }),
    );
  });
});
