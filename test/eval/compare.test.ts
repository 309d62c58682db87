import { describe, expect, it } from 'vitest';
import { comparisonMarkdown, comparisonScreen } from '../../src/eval/report/comparison.ts';
import type { ServedRow } from '../../src/eval/served.ts';
import { comparisonVerdict } from '../../src/eval/verdict.ts';
import { compare, row, rows } from './compare-helpers.ts';

describe('two runs on the same rows', () => {
  const older = rows(200, (index) => (index % 4 === 0 ? 'high' : 'low'));
  const newer = rows(200, (index) => (index % 8 === 0 ? 'high' : 'low'));

  it('are paired: fixed and broken, interval, exact test', () => {
    const { differences, verdict, primary, n } = compare(older, newer);
    expect([n, primary]).toEqual([200, 'all axes']);
    expect(differences.map(({ name, fixed, broken }) => [name, fixed, broken])).toEqual([
      ['all axes', 25, 0],
      ['complexity', 25, 0],
      ['risk', 0, 0],
    ]);
    expect(differences[0]?.difference).toMatchObject({ mean: 0.125 });
    expect(differences[0]?.p.exact).toBeCloseTo(2 * 0.5 ** 25, 12);
    expect(verdict).toMatchObject({ word: 'BETTER', advice: 'keep it' });
    expect(compare(newer, older).verdict.word).toBe('WORSE');
  });

  it('A/A: a run against itself is no worse, and nothing flipped', () => {
    const { verdict, flips, differences } = compare(older, older);
    expect(verdict.word).toBe('NO WORSE');
    expect(flips).toEqual([]);
    expect(differences[0]).toMatchObject({ fixed: 0, broken: 0, p: { exact: 1 } });
  });

  it('leave out rows that only one of them has', () => {
    expect(compare(older.slice(0, 150), newer).n).toBe(150);
  });

  it('are compared on rows answered in both: lost and unasked ones say nothing of either, unread answers stay wrong', () => {
    const lost = (row: ServedRow, state: ServedRow['state']): ServedRow => ({ ...row, state, label: {}, usd: 5, quality: 0 });
    const before = older.map((each, index) => (index < 20 ? lost(each, 'provider_error') : each));
    const after = newer.map((each, index) => (index >= 170 ? lost(each, 'skipped_budget') : each));
    const comparison = compare(before, after);
    const answered = compare(older.slice(20, 170), newer.slice(20, 170));
    expect(comparison).toMatchObject({
      n: 150,
      dropped: 0,
      rows: { before: { all: 200, answered: 180 }, after: { all: 200, answered: 170 } },
    });
    for (const key of ['differences', 'slices', 'quality', 'usdPer1k', 'usdPer1kBefore', 'flips', 'verdict'] as const)
      expect(comparison[key]).toEqual(answered[key]);
    for (const text of [comparisonScreen(comparison), comparisonMarkdown(comparison)])
      expect(text).toContain('answered 180 of 200 in the older, 170 of 200 in the newer: compared on the 150 answered in both');
    const unread = newer.map((each) => lost(each, 'parse_failed'));
    expect(compare(older, unread)).toMatchObject({ n: 200, verdict: { word: 'WORSE' } });
  });

  it('are INVALID without a row answered in both, whichever of them has none', () => {
    const none = (state: ServedRow['state']) => older.map((each): ServedRow => ({ ...each, state, label: {} }));
    const sides: [ServedRow[], ServedRow[]][] = [
      [none('provider_error'), newer],
      [older, none('skipped_budget')],
    ];
    for (const [before, after] of sides) {
      const { verdict, flips, differences, primary } = compare(before, after);
      expect([verdict.word, flips, differences, primary]).toEqual(['INVALID', [], [], 'all axes']);
    }
  });

  it('list flips, broken ones first and the dearest of them on top, with their price', () => {
    const before = [row('a', 'low'), row('b', 'low', { usd: 0.001 }), row('c', 'high')];
    const after = [row('a', 'high', { usd: 0.002 }), row('b', 'high', { usd: 0.5, model: 'dear' }), row('c', 'low')];
    const { flips } = compare(before, after);
    expect(flips.map(({ id, kind }) => [id, kind])).toEqual([
      ['b', 'broken'],
      ['a', 'broken'],
      ['c', 'fixed'],
    ]);
    expect(flips[0]).toMatchObject({
      usd: expect.closeTo(0.499, 10),
      quality: expect.closeTo(-0.1, 10),
      after: { complexity: 'high', model: 'dear' },
      gold: { complexity: 'low' },
    });
  });

  it('compare slices of thirty rows or more, Holm over all of them', () => {
    const sliced = (value: (index: number) => string) =>
      rows(100, value, (index) => ({ slices: [index < 40 ? 'language:th' : 'language:en', ...(index < 5 ? ['slice:tiny'] : [])] }));
    const { slices } = compare(
      sliced((index) => (index < 20 ? 'high' : 'low')),
      sliced(() => 'low'),
    );
    expect(slices.map(({ name }) => name)).toEqual(['language:en', 'language:th']);
    expect(slices[1]).toMatchObject({ fixed: 20, broken: 0 });
    expect(slices[1]?.holm).toBeCloseTo(2 * 2 * 0.5 ** 20, 12);
  });

  it('rest on quality where there is no gold, as on outcome tables', () => {
    const table = (quality: (index: number) => number) =>
      rows(
        120,
        () => 'low',
        (index) => ({ gold: {}, quality: quality(index) }),
      );
    const { primary, verdict, flips, differences } = compare(
      table(() => 0),
      table((index) => index % 2),
    );
    expect([primary, verdict.word, differences.length]).toEqual(['quality', 'BETTER', 0]);
    expect(flips).toHaveLength(60);
  });

  it('say how many rows would settle it when they cannot tell', () => {
    const verdict = comparisonVerdict({ mean: 0.01, ci95: [-0.02, 0.04] }, 'all axes', 300);
    expect(verdict).toMatchObject({ word: 'CANNOT TELL', advice: expect.stringMatching(/about [\d,]+ rows/) });
  });

  it('give gaps without common rows, never NaN', () => {
    const comparison = compare(older, []);
    expect(comparison.verdict).toMatchObject({ word: 'INVALID', text: expect.stringContaining('200 of 200 rows in the older, 0 of 0') });
    for (const text of [JSON.stringify(comparison), comparisonScreen(comparison), comparisonMarkdown(comparison)])
      expect(text).not.toContain('NaN');
  });

  it('an unknown cost stays unknown', () => {
    expect(
      compare(
        older,
        newer.map((each) => ({ ...each, usd: null })),
      ).usdPer1k,
    ).toEqual({ undefined: 'unknown-cost' });
  });
});
