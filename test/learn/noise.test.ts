import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withTypos } from '../../src/learn/noise.ts';

describe('typing slips', () => {
  it('repeat for a seed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer(), (text, seed) => {
        expect(withTypos(text, seed)).toBe(withTypos(text, seed));
      }),
    );
  });

  it('change a few letters of a long text and leave numbers and symbols alone', () => {
    const prose = 'the quick brown fox jumps over the lazy dog and runs away '.repeat(20);
    expect(withTypos(prose, 1)).not.toBe(prose);
    expect(Math.abs(withTypos(prose, 1).length - prose.length)).toBeLessThan(0.05 * prose.length);
    expect(withTypos('12 + 34 = {46}', 1)).toBe('12 + 34 = {46}');
  });
});
