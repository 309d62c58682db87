import { describe, expect, it } from 'vitest';
import { distance, meantText } from '../../src/core/meant.ts';

describe('a misspelt word', () => {
  it.each([
    ['josn', 'json', 1],
    ['clasify', 'classify', 1],
    ['', 'abc', 3],
    ['same', 'same', 0],
    ['kitten', 'sitting', 3],
  ])('`%s` is so many slips from `%s`', (from, to, slips) => {
    expect([distance(from, to), distance(to, from)]).toEqual([slips, slips]);
  });

  it('is told the nearest known word, and nothing where that would be a guess', () => {
    expect(meantText('--outcoms', ['--out', '--outcomes'])).toBe('; did you mean `--outcomes`?');
    expect(meantText('--n', ['--in', '--limit'])).toBe('');
    expect(meantText('banana', ['classify', 'route'])).toBe('');
    expect(meantText('x', [])).toBe('');
  });
});
