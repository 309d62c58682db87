import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expand, pack } from '../../src/classify/embedded/nibbles.ts';

const byte = fc.integer({ min: 0, max: 255 });
const codes = fc.array(fc.uniqueArray(byte, { minLength: 16, maxLength: 16 }), { minLength: 4, maxLength: 4 });

describe('bytes of few different values a column', () => {
  it('take half the room and come back as they were', () => {
    fc.assert(
      fc.property(codes, fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 4, maxLength: 80 }), (columns, picks) => {
        const length = picks.length - (picks.length % 4);
        const bytes = Uint8Array.from({ length }, (_, at) => columns[at % 4]?.[picks[at] as number] as number);
        const packed = pack(bytes, columns);
        expect(packed.length).toBe(length / 2);
        expect(expand(packed, columns)).toEqual(bytes);
      }),
    );
  });

  it('are refused when a column has no code for one', () => {
    const columns = [0, 1, 2, 3].map(() => Array.from({ length: 16 }, (_, index) => index));
    expect(() => pack(Uint8Array.of(1, 2, 16, 3), columns)).toThrow(/byte 16 at 2/);
  });
});
