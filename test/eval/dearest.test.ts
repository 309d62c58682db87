import { describe, expect, it } from 'vitest';
import { dearestRows, pricedCells, sliceLifts } from '../../src/eval/dearest.ts';
import type { ServedRow } from '../../src/eval/served.ts';

const row = (id: string, change: Partial<ServedRow>): ServedRow => ({
  id,
  cluster: id,
  slices: [],
  gold: { complexity: 'high' },
  label: { complexity: { value: 'low', confidence: 0.6 } },
  state: 'ok',
  model: 'a',
  quality: 0.5,
  usd: 0.001,
  reference: { model: 'b', quality: 0.9, usd: 0.01 },
  text: '',
  ...change,
});

describe('rows against the route they are held against', () => {
  it('those that lost most come first, the dearer on ties; those that lost nothing or have no reference not at all', () => {
    const rows = [
      row('small', { quality: 0.8 }),
      row('large', {}),
      row('large and dear', { usd: 0.02 }),
      row('none', { quality: 0.9 }),
      row('unknown', { reference: null }),
    ];
    expect(dearestRows(rows, 10).map(({ row: { id } }) => id)).toEqual(['large and dear', 'large', 'small']);
    expect(dearestRows(rows, 1)).toHaveLength(1);
  });

  it('each wrong cell is priced by the sum over its rows; an unknown price stays unknown', () => {
    const right = row('right', { label: { complexity: { value: 'high', confidence: 1 } } });
    expect(pricedCells([row('a', {}), row('b', { quality: 0.7 }), right], 'complexity')).toEqual([
      { gold: 'high', said: 'low', rows: 2, quality: expect.closeTo(-0.6, 10), usd: expect.closeTo(-0.018, 10) },
    ]);
    expect(pricedCells([row('a', {}), row('b', { usd: null })], 'complexity')[0]?.usd).toBeNull();
    expect(pricedCells([row('a', {})], 'domain')).toEqual([]);
  });

  it('slices of thirty rows that are not all rows are compared, Holm over them', () => {
    const rows = Array.from({ length: 200 }, (_, index) =>
      row(`r${index}`, {
        slices: ['all', index < 40 ? 'bad' : 'even', ...(index < 20 ? ['tiny'] : [])],
        quality: (index < 40 ? 0.4 : 0.9) + (index % 2 === 0 ? 0.1 : -0.1),
      }),
    );
    const lifts = sliceLifts(rows);
    expect(lifts.map(({ slice, n }) => [slice, n])).toEqual([
      ['even', 160],
      ['bad', 40],
    ]);
    expect(lifts[0]?.holm).toBe(1);
    expect(lifts[1]?.holm).toBeLessThan(1e-10);
    expect(lifts[1]?.quality.mean).toBeCloseTo(-0.5, 10);
  });
});
