import { describe, expect, test } from 'vitest';
import { factsOf } from '../../src/classify/facts.ts';
import { loadPolicy } from '../../src/config/policy.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { type AnyLabel, axisLabel, unsureLabel } from '../../src/core/label.ts';
import type { ReadyPolicy } from '../../src/core/policy.ts';
import { toRequest } from '../../src/core/request.ts';
import { decide } from '../../src/decide/decide.ts';
import { fittedTokens, movesOf } from '../../src/decide/fitted.ts';
import { alike, fakeTable, specialists } from '../eval/table/helpers.ts';
import { fitted } from '../learn/fit-helpers.ts';

const facts = factsOf(toRequest('solve the equation'));
const label: AnyLabel = { ...unsureLabel(defaultTaxonomy, 'low-confidence'), risk: axisLabel({ low: 1, medium: 0, high: 0 }) };
const ready = async (): Promise<ReadyPolicy> => loadPolicy((await fitted(await fakeTable(specialists(400)))).policy, defaultTaxonomy);

describe('deciding by measured outcomes', () => {
  test('without anything read off the text every model has its measured mean', async () => {
    const policy = await ready();
    const decision = decide({ label, facts }, policy);
    const means = new Map(policy.fitted?.models.map(({ id, quality }) => [id, quality]));
    expect(decision.kind).toBe('chosen');
    if (decision.kind !== 'chosen') return;
    expect(decision.candidates).toHaveLength(3);
    for (const { model, estimate } of decision.candidates) {
      expect(estimate.quality).toBeCloseTo(means.get(model) as number, 2);
      expect(estimate.basis.quality).toBe('MEASURED');
      expect(estimate.outputTokens).toBeCloseTo(200, 5);
    }
  });

  test('a kind moves a model as far as its chance goes', async () => {
    const { fitted: fit } = await ready();
    if (fit === undefined) throw new Error('a fit was expected');
    const sure = movesOf(fit, null, { quality: [], kinds: [1, 0] })(0);
    const half = movesOf(fit, null, { quality: [], kinds: [0.5, 0] })(0);
    expect(sure.kinds).toBeCloseTo((fit.kinds[0]?.quality[fit.models[0]?.id as string] as number) - (fit.models[0]?.quality as number), 10);
    expect(half.kinds).toBeCloseTo(sure.kinds / 2, 10);
    expect(sure.heads).toBe(0);
  });

  test('moves are sums over kinds and cells by their chances', async () => {
    const { fitted: fit } = await ready();
    if (fit === undefined) throw new Error('a fit was expected');
    const cells = [
      { domain: 'math', complexity: 'low', rows: 9, quality: { 'outcomes/cheap': 0.2, 'outcomes/dear': 0.9 } },
      { domain: 'code', complexity: 'high', rows: 9, quality: { 'outcomes/cheap': 0.7 } },
    ];
    const figures = { ...fit, cells };
    const scores = { quality: fit.models.map((_, at) => at / 10), kinds: [0.3, 0.7] };
    const told: AnyLabel = {
      ...label,
      domain: axisLabel({ math: 0.6, code: 0.4 }),
      complexity: axisLabel({ low: 0.5, medium: 0.2, high: 0.3 }),
    };
    for (const [at, { id, quality: mean }] of fit.models.entries()) {
      const from = (quality: Record<string, number>) => (quality[id] ?? mean) - mean;
      const moves = movesOf(figures, told, scores)(at);
      expect(moves.heads).toBe(at / 10 - mean);
      expect(moves.kinds).toBeCloseTo(
        fit.kinds.reduce((sum, kind, index) => sum + (scores.kinds[index] ?? 0) * from(kind.quality), 0),
        12,
      );
      expect(moves.cells).toBeCloseTo(0.6 * 0.5 * from(cells[0]?.quality as never) + 0.4 * 0.3 * from(cells[1]?.quality as never), 12);
      expect(movesOf(figures, null, undefined)(at)).toEqual({ heads: 0, kinds: 0, cells: 0 });
    }
  });

  test('quality stays between 0 and 1, and unknown tokens stay unknown', async () => {
    const policy = await ready();
    const decision = decide({ label, facts, scores: { quality: [0, 1, 1], kinds: [0, 1] } }, policy);
    if (decision.kind === 'chosen')
      for (const { estimate } of decision.candidates) expect(estimate.quality >= 0 && estimate.quality <= 1).toBe(true);
    const figures = {
      models: [{ id: 'a/b', name: 'b', quality: 0.5, usdPer1k: null, inputScale: null, outputTokens: null }],
      kinds: [],
      cells: [],
    };
    expect(fittedTokens({ id: 'a/b' }, { facts }, figures)).toEqual({ input: null, output: null });
    expect(fittedTokens({ id: 'a/other' }, { facts }, figures)).toEqual({ input: null, output: null });
  });

  test('an objective named for one call wins over the fitted weight of a dollar', async () => {
    const policy = { ...(await ready()), usdWeight: 0 };
    const pick = (overrides: object) => {
      const decision = decide({ label, facts, scores: { quality: [0.5, 0.5, 0.55], kinds: [0.5, 0.5] }, overrides }, policy);
      return decision.kind === 'chosen' ? decision.model : decision.kind;
    };
    expect(pick({})).toBe('outcomes/dear');
    expect(pick({ objective: 'cheapest' })).toBe('outcomes/cheap');
  });

  test('eligibility comes first, whatever was measured', async () => {
    const { policy } = await fitted(await fakeTable(alike(400)));
    const decision = decide({ label, facts: { ...facts, tools: 2 } }, loadPolicy(policy, defaultTaxonomy));
    expect(decision).toMatchObject({ kind: 'refused', why: 'no-eligible-model' });
  });
});
