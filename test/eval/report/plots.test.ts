import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/random.ts';
import { costQualityPlot, type PlanePoint } from '../../../src/eval/report/html/cost-quality.ts';
import { ellipseOf, meanSpread } from '../../../src/eval/report/html/ellipse.ts';
import { flipDiagram } from '../../../src/eval/report/html/flips.ts';
import { historyPlot } from '../../../src/eval/report/html/history.ts';
import { placeNames } from '../../../src/eval/report/html/place.ts';
import { WIDE } from '../../../src/eval/report/html/svg.ts';
import type { TableMetrics } from '../../../src/eval/table/result.ts';
import { tableRun } from './pages.ts';

describe('the region of a mean', () => {
  const random = seededRandom(3);
  const rows = Array.from({ length: 400 }, (_, index) => ({ cluster: `c${index % 200}`, quality: random(), usd: random() / 100 }));

  it('has the means at its centre and grows with clusters drawn whole', () => {
    const spread = meanSpread(rows, 1_000);
    const alone = meanSpread(
      rows.map((row, index) => ({ ...row, cluster: `${index}` })),
      1_000,
    );
    const outline = ellipseOf(spread ?? { usd: 0, quality: 0, usdVariance: 0, qualityVariance: 0, covariance: 0 });
    const centre = outline.reduce(([usd, quality], [x, y]) => [usd + x / outline.length, quality + y / outline.length], [0, 0]);
    expect(centre[0]).toBeCloseTo(spread?.usd ?? Number.NaN, 8);
    expect(centre[1]).toBeCloseTo(spread?.quality ?? Number.NaN, 8);
    const twice = meanSpread([...rows, ...rows], 1_000);
    expect(twice?.qualityVariance).toBeCloseTo(spread?.qualityVariance ?? Number.NaN, 10);
    expect(alone?.qualityVariance).toBeCloseTo(1 / 12 / 400, 4);
  });

  it('holds the true means in about 95 of 100 worlds, in rows that hang together', () => {
    const worlds = 400;
    let inside = 0;
    for (let world = 0; world < worlds; world++) {
      const draw = seededRandom(1_000 + world);
      const drawn = Array.from({ length: 150 }, (_, cluster) => {
        const shared = draw();
        return [0, 1].map(() => ({ cluster: `${cluster}`, quality: (shared + draw()) / 2, usd: (shared + draw()) / 2 }));
      }).flat();
      const spread = meanSpread(drawn, 1);
      if (spread === null) continue;
      const { usd, quality, usdVariance, qualityVariance, covariance } = spread;
      const [x, y] = [usd - 0.5, quality - 0.5];
      const distance =
        (x * x * qualityVariance - 2 * x * y * covariance + y * y * usdVariance) / (usdVariance * qualityVariance - covariance ** 2);
      if (distance <= 5.991464547) inside++;
    }
    expect(inside / worlds).toBeGreaterThan(0.92);
    expect(inside / worlds).toBeLessThan(0.98);
  });

  it('is not drawn where something is unknown', () => {
    expect(meanSpread([{ cluster: 'a', quality: 1, usd: null }], 1)).toBeNull();
  });
});

describe('names beside points', () => {
  it('never touch, however close the points lie, and the foremost is kept', () => {
    const random = seededRandom(5);
    const points = Array.from({ length: 40 }, () => ({ x: 300 + random() * 120, y: 150 + random() * 60 }));
    const names = points.map((point, index) => ({ ...point, text: `model number ${index}`, kind: 'small', rank: index }));
    const texts = placeNames(names, points, [], WIDE).filter((mark) => mark.startsWith('<text'));
    const boxes = texts.map((text) => {
      const [, x = '', y = '', words = ''] = /x="([^"]+)" y="([^"]+)"[^>]*>([^<]*)</.exec(text) ?? [];
      return { left: Number(x), right: Number(x) + words.length * 6.9, y: Number(y), words };
    });
    expect(boxes[0]?.words).toBe('model number 0');
    expect(boxes.length).toBeGreaterThan(10);
    for (const [index, one] of boxes.entries())
      for (const other of boxes.slice(index + 1))
        expect(Math.abs(one.y - other.y) >= 14 || one.right <= other.left || other.right <= one.left).toBe(true);
  });
});

describe('plots without data', () => {
  it('say why instead of drawing an empty frame', () => {
    expect(costQualityPlot({ points: [], sweep: [], region: [], evidence: '' })).toContain('no contender has a known cost');
    expect(historyPlot([])).toContain('first complete run');
    expect(flipDiagram([], 'a', 'b')).toBe('');
  });
});

describe('the plane of cost and quality', () => {
  const point = (name: string, kind: PlanePoint['kind'], usdPer1k: number): PlanePoint => ({
    name,
    kind,
    usdPer1k,
    quality: 0.5 + usdPer1k / 100,
    ci95: null,
  });

  it('gives points on one another a single name', () => {
    const html = costQualityPlot({
      points: [point('p/fixed', 'model', 1), point('one', 'control', 1), point('two', 'control', 1), point('p/other', 'model', 9)],
      sweep: [],
      region: [],
      evidence: '',
    });
    expect(html).toContain('>fixed +2<');
    expect(html).not.toContain('>two<');
  });

  it('says so when its cost axis is logarithmic', () => {
    const plane = (most: number) =>
      costQualityPlot({ points: [point('a', 'model', 0.1), point('b', 'router', most)], sweep: [], region: [], evidence: '' });
    expect(plane(1)).not.toContain('logarithmic');
    expect(plane(3)).toContain('logarithmic');
  });
});

describe('the dial', () => {
  it('has one setting that is the router’s own, and a dearer dollar never buys a dearer router', async () => {
    const { html, file } = await tableRun();
    const { router } = file('metrics.json') as TableMetrics;
    const own = router.deferral.filter(({ usdWeight }) => usdWeight === null);
    expect(own.map(({ usdPer1k }) => usdPer1k)).toEqual([expect.closeTo(router.usdPer1k ?? Number.NaN, 9)]);
    const swept = router.deferral.filter(({ usdWeight }) => usdWeight !== null).sort((a, b) => (a.usdWeight ?? 0) - (b.usdWeight ?? 0));
    const ends = [swept[0], swept.at(-1)].map((setting) => setting?.usdPer1k ?? Number.NaN);
    expect(ends[0]).toBeGreaterThan(ends[1] ?? Number.NaN);
    expect(html).toContain('id="dial-figure"');
  });
});
