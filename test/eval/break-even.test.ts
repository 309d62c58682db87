import { describe, expect, it } from 'vitest';
import { modelledBreakEven, tableBreakEven } from '../../src/eval/break-even.ts';
import { gap } from '../../src/eval/metrics/gap.ts';
import { breakEvenLines } from '../../src/eval/report/break-even.ts';
import { evaluate } from './table/evaluate.ts';
import { alike, specialists } from './table/helpers.ts';

const NEVER = { savedUsdPer1k: gap('not-reached'), requestsPerDayPerUsd: gap('not-reached') };
const UNKNOWN = { savedUsdPer1k: null, requestsPerDayPerUsd: null };

describe('break-even', () => {
  it('is a dollar over what a request saves at the best constant’s quality', () => {
    const router = { usdPer1k: 3, savingAtBestConstantQuality: 0.25 };
    expect(tableBreakEven(router, null, { usdPer1k: 8 })).toEqual({ savedUsdPer1k: 2, requestsPerDayPerUsd: 500 });
  });

  it('counts only what one cheaper model does not save as well', () => {
    const router = { usdPer1k: 3, savingAtBestConstantQuality: 0.75 };
    expect(tableBreakEven(router, 0.5, { usdPer1k: 8 })).toEqual({ savedUsdPer1k: 2, requestsPerDayPerUsd: 500 });
    expect(tableBreakEven(router, 0.75, { usdPer1k: 8 })).toEqual(NEVER);
  });

  it('is never reached where nothing is saved for sure, and unknown, not never, without a cost', () => {
    expect(tableBreakEven({ usdPer1k: 3, savingAtBestConstantQuality: null }, null, { usdPer1k: 8 })).toEqual(NEVER);
    expect(tableBreakEven({ usdPer1k: 3, savingAtBestConstantQuality: 0 }, 0, { usdPer1k: 8 })).toEqual(NEVER);
    expect(tableBreakEven({ usdPer1k: null, savingAtBestConstantQuality: null }, null, { usdPer1k: 8 })).toEqual(UNKNOWN);
    expect(tableBreakEven({ usdPer1k: 3, savingAtBestConstantQuality: null }, null, { usdPer1k: null })).toEqual(UNKNOWN);
  });

  it('of modelled quality counts only while the best constant’s is kept to one point, and against every model that keeps it', () => {
    const of = (low: number, usdPer1k: number, name = '') => ({
      name,
      usdPer1k,
      overBestConstant: { quality: { mean: 0, ci95: [low, 0.02] as [number, number] }, utility: gap('no-rows') },
    });
    const models = [of(0, 8, 'best'), of(-0.5, 1, 'poor')];
    expect(modelledBreakEven(of(-0.009, 6), models, 'best')).toEqual({ savedUsdPer1k: 2, requestsPerDayPerUsd: 500 });
    expect(modelledBreakEven(of(-0.009, 6), [...models, of(-0.001, 5, 'as good')], 'best')).toEqual(NEVER);
    expect(modelledBreakEven(of(-0.02, 6), models, 'best')).toEqual(NEVER);
    expect(modelledBreakEven(of(0.01, 9), models, 'best')).toEqual(NEVER);
    expect(modelledBreakEven({ ...of(0, 6), usdPer1k: gap('unknown-cost') }, models, 'best')).toEqual(UNKNOWN);
    expect(modelledBreakEven(of(0, 6), models, null)).toEqual(UNKNOWN);
  });

  it('is told in words, and not at all for runs that did not keep it', () => {
    expect(breakEvenLines({ savedUsdPer1k: 0.4, requestsPerDayPerUsd: 2_500 }, 'priors')).toEqual([
      'PAYBACK  if the priors hold, break-even at 2,500 requests a day for each dollar a day that running the router costs besides (servers, work): at the same quality it saves $0.40 per 1,000 over the cheapest fixed model that keeps the best constant’s quality',
    ]);
    expect(breakEvenLines(NEVER, 'sweep')[0]).toMatch(/^PAYBACK {2}never: .* saves nothing over the cheapest fixed model/);
    expect(breakEvenLines(UNKNOWN, 'sweep')[0]).toMatch(/^PAYBACK {2}unknown: a cost is unknown/);
    expect(breakEvenLines(undefined, 'sweep')).toEqual([]);
  });

  it('stands on the screen, in the reports and in the metrics of a table, and follows from its saving', async () => {
    const { metrics, screen, folder, files } = await evaluate(specialists(800));
    const constant = metrics.controls.bestConstant?.usdPer1k ?? Number.NaN;
    const saved = (metrics.router.savingAtBestConstantQuality ?? Number.NaN) * constant;
    expect(metrics.breakEven?.savedUsdPer1k).toBeCloseTo(saved, 12);
    expect(metrics.breakEven?.requestsPerDayPerUsd).toBe(Math.ceil(1_000 / saved));
    const [line = ''] = breakEvenLines(metrics.breakEven, 'sweep');
    expect(screen).toContain(line);
    expect(files.read(`${folder}/report.md`).toString()).toContain(line);
    expect(files.read(`${folder}/report.html`).toString()).toContain(`<dt>PAYBACK</dt><dd>${line.slice(9)}</dd>`);
  });

  it('is never where one model for everything is as good, and unknown where a price is', async () => {
    expect((await evaluate(alike(300))).metrics.breakEven).toEqual(NEVER);
    const { models, ...rest } = specialists(200);
    const unpriced = Object.fromEntries(Object.entries(models).map(([name, model]) => [name, { ...model, output: '' as const }]));
    const { metrics, screen } = await evaluate({ ...rest, models: unpriced });
    expect(metrics.breakEven).toEqual(UNKNOWN);
    expect(screen).toContain('PAYBACK  unknown');
  });
});
