import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { gap } from '../../src/eval/metrics/gap.ts';
import { pairedRowsNeeded, rowsForMean, visibleMean } from '../../src/eval/metrics/power.ts';
import { planPower } from '../../src/eval/power-run.ts';
import { powerScreen } from '../../src/eval/report/power.ts';
import type { ServedRow } from '../../src/eval/served.ts';

const row = (index: number, right: boolean, more: Partial<ServedRow> = {}): ServedRow => ({
  id: `r${index}`,
  cluster: `c${index}`,
  slices: [],
  gold: { risk: 'low' },
  label: { risk: { value: right ? 'low' : 'high', confidence: 1 } },
  state: 'ok',
  model: null,
  quality: null,
  usd: null,
  text: '',
  ...more,
});
const rows = (count: number, right: (index: number) => boolean, more: (index: number) => Partial<ServedRow> = () => ({})) =>
  Array.from({ length: count }, (_, index) => row(index, right(index), more(index)));

describe('rows needed', () => {
  it('of one run on labels rest on one row in ten, as every report’s smallest visible effect', () => {
    const plan = planPower({ served: rows(600, () => true), differences: [0.03, 0.02, 0.2], power: 0.8 });
    expect(plan).toMatchObject({ figure: 'all axes', rows: 600, spread: { kind: 'assumed', differing: 0.1 } });
    expect(plan.needed.map((each) => each.rows)).toEqual([870, 1_960, gap('not-reached')]);
    expect(powerScreen(plan, 'mine')).toMatch(/VISIBLE {2}these rows show 3\.6\d points with a chance of 80\.0 %/);
  });

  it('of two runs rest on how many rows they differ on', () => {
    const random = seededRandom(5);
    const flips = Array.from({ length: 4_000 }, () => random());
    const older = rows(4_000, (index) => (flips[index] ?? 0) >= 0.05);
    const served = rows(4_000, (index) => (flips[index] ?? 0) < 0.95);
    const { spread, needed, rows: common } = planPower({ served, older, differences: [0.03], power: 0.8 });
    expect(common).toBe(4_000);
    expect(spread.differing).toBeCloseTo(0.1, 2);
    expect(Number(needed[0]?.rows) / pairedRowsNeeded(0.03, spread.differing)).toBeCloseTo(1, 1);
  });

  it('grow with clusters: rows of one conversation are worth less than a row each', () => {
    const inPairs = (index: number) => ({ cluster: `c${index >> 1}` });
    const kinds = (count: number, more: (index: number) => Partial<ServedRow>) => ({
      older: rows(count, (index) => (index >> 1) % 10 !== 0, more),
      served: rows(count, (index) => (index >> 1) % 10 !== 1, more),
      differences: [0.02],
      power: 0.8,
    });
    const alone = Number(planPower(kinds(2_000, () => ({}))).needed[0]?.rows);
    expect(Number(planPower(kinds(2_000, inPairs)).needed[0]?.rows) / alone).toBeCloseTo(2, 1);
  });

  it('of a table rest on the router against the best constant', () => {
    const served = rows(
      400,
      () => true,
      (index) => ({
        gold: {},
        quality: index % 4 === 0 ? 1 : 0,
        reference: { model: 'm', quality: index % 4 === 1 ? 1 : 0, usd: 1 },
      }),
    );
    const plan = planPower({ served, differences: [0.1], power: 0.9 });
    expect(plan).toMatchObject({ figure: 'quality', rows: 400, spread: { between: 'router and best constant', differing: 0.5 } });
    if (plan.spread.kind !== 'measured') throw new Error('not measured');
    expect(plan.spread.deviation).toBeCloseTo(Math.SQRT1_2, 2);
    expect(plan.needed[0]?.rows).toBe(rowsForMean(0.1, plan.spread.deviation, { power: 0.9 }));
    expect(plan.visible).toBeCloseTo(visibleMean(400, plan.spread.deviation, { power: 0.9 }), 12);
  });

  it('are not named where nothing differs, where rows are few, or where none was answered', () => {
    const same = rows(200, (index) => index % 3 === 0);
    const of = (count: number) => planPower({ served: same.slice(0, count), older: same.slice(0, count), differences: [0.02], power: 0.8 });
    expect(of(200)).toMatchObject({ visible: gap('no-difference'), needed: [{ rows: gap('no-difference') }] });
    expect(of(40)).toMatchObject({ visible: gap('not-enough-data') });
    expect(of(0)).toMatchObject({ visible: gap('no-rows') });
    for (const count of [200, 40, 0]) expect(powerScreen(of(count), 'mine')).toMatch(/VISIBLE {2}(not known|nothing): .*\n$/);
    expect(powerScreen(planPower({ served: same.slice(0, 20), differences: [0.02], power: 0.8 }), 'mine')).toContain(
      '77 are the least that can',
    );
  });
});
