import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../../src/core/default-taxonomy.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { devWinner, type Finalist, shrunk, testLevel, testVerdict } from '../../../src/learn/tune/conclude.ts';
import { type PairedGain, pairedGain, type Right, rightRows, shareRight, topAxes, topRights } from '../../../src/learn/tune/paired.ts';
import { drawParent, paretoSet, type Standing } from '../../../src/learn/tune/pareto.ts';
import { blockSizes, isBeaten } from '../../../src/learn/tune/race.ts';
import { gold, rowOf, saidOf } from './helpers.ts';

/** A gain of so many fixed and broken rows among n. */
function gainOf(fixed: number, broken: number, n: number, level = 0.95): PairedGain {
  const before: Right[] = Array.from({ length: n }, (_, row) => row >= fixed);
  const after: Right[] = Array.from({ length: n }, (_, row) => row < n - broken);
  return pairedGain(
    after,
    before,
    before.map((_, row) => `c${row}`),
    level,
  );
}

describe('a paired gain', () => {
  it('leaves out rows either side lost, and counts clusters, not rows', () => {
    const after: Right[] = [true, true, null, false, true];
    const before: Right[] = [false, true, true, null, true];
    expect(pairedGain(after, before, ['a', 'b', 'c', 'd', 'e'])).toMatchObject({ n: 3, fixed: 1, broken: 0, gain: 1 / 3 });
    const same = pairedGain(
      Array(40).fill(true),
      Array(40)
        .fill(false)
        .map((_, row) => row % 2 === 0),
      Array.from({ length: 40 }, (_, row) => `c${Math.floor(row / 20)}`),
    );
    expect(same.interval.high - same.interval.low).toBeGreaterThanOrEqual(0);
  });

  it('is never surer than the exact test', () => {
    expect(gainOf(5, 0, 600).p).toBeGreaterThanOrEqual(0.0625 - 1e-9);
    expect(gainOf(0, 0, 600)).toMatchObject({ gain: 0, p: 1 });
  });

  it('counts unreadable answers as wrong and lost ones not at all', () => {
    const rows = [rowOf('a', 'x', gold('low')), rowOf('b', 'y', gold('low')), rowOf('c', 'z', gold('low', 'code', 'high'))];
    const said = [saidOf('a', null, 'parse_failed'), saidOf('b', null, 'provider_error'), saidOf('c', gold('low', 'code', 'high'))];
    const axes = ['complexity', 'domain', 'risk'];
    expect(rightRows(rows, said, axes)).toEqual([false, null, true]);
    expect(shareRight(rightRows(rows, said, axes))).toBe(0.5);
    expect(topRights(rows, said, topAxes(defaultTaxonomy, axes))).toEqual([null, null, true]);
    expect(topAxes(defaultTaxonomy, axes)).toEqual([{ axis: 'risk', top: 'high' }]);
  });
});

describe('a race', () => {
  it('looks at blocks that double until dev is used up', () => {
    expect(blockSizes(622)).toEqual([32, 32, 64, 128, 256, 110]);
    expect(blockSizes(10)).toEqual([10]);
  });

  it('drops what is surely worse and nothing else', () => {
    expect(isBeaten(gainOf(0, 9, 28))).toBe(true);
    expect(isBeaten(gainOf(0, 2, 28))).toBe(false);
    expect(isBeaten(gainOf(0, 0, 28))).toBe(false);
  });
});

describe('the Pareto set', () => {
  const standing = (hash: string, rights: Right[], extra: Partial<Standing> = {}): Standing => ({
    hash,
    rights,
    primary: shareRight(rights) ?? 0,
    topRecall: 0.9,
    tokens: 500,
    ...extra,
  });

  it('keeps the best, the shortest, the safest, and whoever alone gets a row right', () => {
    const best = standing('best', [true, true, true, false]);
    const alone = standing('alone', [false, false, false, true]);
    const short = standing('short', [true, true, false, false], { tokens: 300 });
    const safe = standing('safe', [true, false, false, false], { topRecall: 1 });
    const worse = standing('worse', [true, true, false, false]);
    const copy = standing('copy', [true, true, true, false]);
    expect(paretoSet([best, alone, short, safe, worse, copy]).map(({ hash }) => hash)).toEqual(['best', 'alone', 'short', 'safe']);
  });

  it('draws parents by the rows they win, seeded', () => {
    const set = [standing('many', [true, true, true, false]), standing('one', [false, false, false, true])];
    const random = seededRandom(4);
    const drawn = Array.from({ length: 400 }, () => drawParent(set, random).hash);
    const many = drawn.filter((hash) => hash === 'many').length;
    expect(many).toBeGreaterThan(260);
    expect(many).toBeLessThan(340);
    const again = seededRandom(4);
    expect(Array.from({ length: 400 }, () => drawParent(set, again).hash)).toEqual(drawn);
  });

  it('still draws somebody where nobody has a row right', () => {
    expect(drawParent([standing('a', [false, false])], () => 0.999).hash).toBe('a');
  });
});

describe('the end', () => {
  const finalist = (hash: string, gain: PairedGain, accepted = true): Finalist => ({ hash, gain, accepted });

  it('takes the best accepted gain that is significant over all candidates', () => {
    expect(devWinner([finalist('a', gainOf(30, 5, 500)), finalist('b', gainOf(40, 5, 500), false)])).toMatchObject({
      kind: 'winner',
      hash: 'a',
    });
    expect(devWinner([])).toMatchObject({ kind: 'none' });
    expect(devWinner([finalist('a', gainOf(2, 9, 500))])).toMatchObject({ kind: 'none', why: 'no candidate was better on dev' });
  });

  it('does not call the luckiest of many a winner', () => {
    const lucky = gainOf(12, 3, 500);
    expect(devWinner([finalist('a', lucky)])).toMatchObject({ kind: 'winner' });
    const others = Array.from({ length: 9 }, (_, index) => finalist(`n${index}`, gainOf(5, 5, 500)));
    expect(devWinner([finalist('a', lucky), ...others])).toMatchObject({
      kind: 'none',
      why: expect.stringMatching(/not significant.*10 candidates/),
    });
  });

  it('expects less than it saw, and nothing of what noise explains', () => {
    expect(shrunk({ gain: 0.06, se: 0.03 })).toBeCloseTo(0.045);
    expect(shrunk({ gain: 0.02, se: 0.03 })).toBe(0);
    expect(shrunk({ gain: 0.02, se: 0 })).toBe(0.02);
  });

  it('passes on test what is not half a point worse, at the level of one look in so many', () => {
    expect(testVerdict(gainOf(30, 2, 400), null)).toEqual({ kind: 'passed' });
    expect(testVerdict(gainOf(6, 5, 400), null)).toMatchObject({ kind: 'failed', why: expect.stringMatching(/as low as −/) });
    expect(testVerdict(gainOf(30, 2, 400), gainOf(0, 20, 60))).toMatchObject({ kind: 'failed', why: expect.stringMatching(/high risk/) });
    expect(testLevel(1)).toBe(0.95);
    expect(testLevel(10)).toBeCloseTo(0.995);
    const worn = gainOf(16, 6, 400, testLevel(20));
    expect(testVerdict(gainOf(16, 6, 400), null).kind).toBe('passed');
    expect(testVerdict(worn, null).kind).toBe('failed');
  });
});
