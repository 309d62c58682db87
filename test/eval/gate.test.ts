import { describe, expect, it } from 'vitest';
import { checkGate, Gate, type GateInput } from '../../src/eval/gate.ts';
import { comparisonMarkdown, gateScreen } from '../../src/eval/report/comparison.ts';
import { rowsCsv, safeCell } from '../../src/eval/report/csv.ts';
import { junitXml } from '../../src/eval/report/junit.ts';
import { decodeServed, encodeServed } from '../../src/eval/served.ts';
import { compare, row, rows } from './compare-helpers.ts';

describe('the gate', () => {
  const served = rows(50, (index) => (index === 7 ? 'high' : 'low'));
  const input = (gate: unknown, change: Partial<GateInput> = {}): GateInput => ({
    gate: Gate.parse(gate),
    figures: new Map([
      ['risk.topRecall', 0.95],
      ['complexity.accuracy', 0.7],
      ['domain.accuracy', null],
    ]),
    usdPer1k: 1,
    comparison: compare(served, served),
    served,
    neverBreak: [],
    now: Date.parse('2026-11-21T00:00:00.000Z'),
    ...change,
  });
  const passes = (gate: unknown, change: Partial<GateInput> = {}) => checkGate(input(gate, change)).map(({ pass }) => pass);

  it('holds figures to their floors; a figure without data fails', () => {
    expect(passes({ floors: { 'risk.topRecall': 0.95, 'complexity.accuracy': 0.71, 'domain.accuracy': 0.1 } })).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('refuses a floor on a figure that does not exist, naming those that do', () => {
    expect(() => passes({ floors: { 'risk.recal': 0.9 } })).toThrow(/risk\.recal/);
  });

  it('tests the primary figure for non-inferiority or superiority', () => {
    expect(passes({ primary: {} })).toEqual([true]);
    expect(passes({ primary: { test: 'superior' } })).toEqual([false]);
    expect(passes({ primary: { metric: 'complexity', margin: 0.02 } })).toEqual([true]);
    expect(passes({ primary: { metric: 'nonsense' } })).toEqual([false]);
  });

  it('fails what it cannot check: silence is not green', () => {
    expect(passes({ primary: {}, stale: { baseline_max_age_days: 14 }, budget: { cost_per_1k_max: '+5%' } }, { comparison: null })).toEqual(
      [false, false, false],
    );
    expect(passes({ budget: { cost_per_1k_max: 2 } }, { usdPer1k: null })).toEqual([false]);
  });

  it('holds cost to a sum or to a share above the reference', () => {
    const dearer = compare(
      served,
      served.map((each) => ({ ...each, usd: 0.00104 })),
    );
    expect(passes({ budget: { cost_per_1k_max: '+5%' } }, { usdPer1k: 1.04, comparison: dearer })).toEqual([true]);
    expect(passes({ budget: { cost_per_1k_max: '+3%' } }, { usdPer1k: 1.04, comparison: dearer })).toEqual([false]);
    expect(passes({ budget: { cost_per_1k_max: 1 } })).toEqual([true]);
  });

  it('names cases that must never break and did', () => {
    const [check] = checkGate(input({ cases: { never_break: 'x' } }, { neverBreak: ['r1', 'r7', 'gone'] }));
    expect(check).toMatchObject({ pass: false, found: 'wrong or missing: r7, gone' });
    expect(passes({ cases: { never_break: 'x' } }, { neverBreak: ['r1'] })).toEqual([true]);
  });

  it('fails a reference that is too old', () => {
    expect(passes({ stale: { baseline_max_age_days: 2 } })).toEqual([true]);
    expect(passes({ stale: { baseline_max_age_days: 0.5 } })).toEqual([false]);
  });

  it('is strict about its file', () => {
    expect(Gate.safeParse({ floor: {} }).success).toBe(false);
    expect(Gate.safeParse({ budget: { cost_per_1k_max: '5%' } }).success).toBe(false);
  });

  it('is shown with what failed on top', () => {
    const screen = gateScreen(checkGate(input({ floors: { 'risk.topRecall': 0.9, 'complexity.accuracy': 0.9 } })));
    expect(screen.split('\n')[0]).toBe('GATE     FAIL: 1 of 2');
    expect(screen.split('\n')[1]).toContain('FAIL  complexity.accuracy');
  });
});

describe('files others read', () => {
  const hostile = row('=cmd|calc', 'low', { text: '<script>"x"</script>,\r\n=1+1', slices: ['+a'], cluster: '@b', model: '-c' });

  it('T25 no cell of rows.csv is a formula, behind blanks or quotes either', () => {
    for (const cell of ['=1', '+1', '-1', '@x', ' =1', '\t=1', '\u00a0=1', '＝1']) expect(safeCell(cell)).toMatch(/^"?'/);
    expect(safeCell('a=1')).toBe('a=1');
    const [, line = ''] = rowsCsv([hostile]).split('\r\n');
    expect(line.startsWith(`"'=cmd|calc"`)).toBe(true);
    expect(rowsCsv([row('a', 'low', { quality: -0.5 })])).toContain(',-0.5,');
  });

  it('junit.xml escapes names and figures', () => {
    const xml = junitXml('a<b', [{ name: 'x"&\u0000', pass: false, found: '<1>', wanted: `'2'` }]);
    expect(xml).toContain('tests="1" failures="1"');
    expect(xml).toContain('x&quot;&amp;"');
    expect(xml).not.toMatch(/<1>|\u0000/);
  });

  it('served.jsonl comes back as it was', () => {
    expect(decodeServed(encodeServed([hostile, row('b', 'high')]))).toEqual([hostile, row('b', 'high')]);
  });

  it('markdown keeps hostile text in its cell', () => {
    const markdown = comparisonMarkdown(compare([{ ...hostile, label: {} }], [hostile]));
    expect(markdown).not.toContain('<script>');
  });
});
