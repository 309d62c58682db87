import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision, SkipReason } from '../../src/core/decision.ts';
import { LEVELS } from '../../src/core/default-taxonomy.ts';
import { axisLabel, markUnsure } from '../../src/core/label.ts';
import { decide, recheck } from '../../src/decide/decide.ts';
import { requiredClearance } from '../../src/decide/plausible.ts';
import { facts, label, MODELS, model, policy, sureLow } from './fixtures.ts';

const chosen = (decision: Decision) => {
  if (decision.kind !== 'chosen') throw new Error(`refused: ${decision.why}`);
  return decision;
};

describe('decide', () => {
  it('takes the cheapest model of the pool when all are thought equal', () => {
    const decision = chosen(decide({ label: sureLow, facts: facts() }, policy()));
    expect(decision.model).toBe('a/small');
    expect(decision.fallbacks).toEqual(['b/small']);
    expect(decision.pools).toEqual(['low']);
  });

  it('considers the pools of all plausible values together when an axis is not sure', () => {
    const decision = chosen(decide({ label: label([0.5, 0.4, 0.1]), facts: facts() }, policy()));
    expect(decision.pools).toEqual(['low', 'medium']);
    expect(decision.candidates).toHaveLength(4);
  });

  it('goes up, never to the cheapest, when the classifier gave no evidence', () => {
    const unsure = markUnsure(label([0.34, 0.33, 0.33]), 'failed');
    expect(chosen(decide({ label: unsure, facts: facts() }, policy())).model).toBe('a/large');
  });

  it('sends high risk to cleared models only', () => {
    const decision = chosen(decide({ label: label([1, 0, 0], [0.05, 0.05, 0.9]), facts: facts() }, policy()));
    expect(decision.pools).toEqual(['cleared']);
    expect(decision.model).toBe('b/middle');
  });

  it('never treats a request as less risky than the floor', () => {
    const decision = chosen(decide({ label: sureLow, facts: facts() }, policy(MODELS, { riskFloor: 'medium' })));
    expect(decision.model).toBe('b/small');
    expect(decision.skipped).toEqual([expect.objectContaining({ model: 'a/small', reason: 'risk-clearance' })]);
  });

  it('does not let a forced model past eligibility', () => {
    const risky = label([1, 0, 0], [0, 0, 1]);
    expect(decide({ label: risky, facts: facts(), overrides: { model: 'a/small' } }, policy())).toMatchObject({
      kind: 'refused',
      why: 'no-model-for-risk',
    });
  });

  it('does not let a forced tier past eligibility', () => {
    const weak = MODELS.map((entry) => (entry.tier === 'low' ? { ...entry, abilities: { ...entry.abilities, tools: false } } : entry));
    const decision = decide({ label: sureLow, facts: facts({ tools: 1 }), overrides: { tier: 'low' } }, policy(weak));
    expect(decision).toMatchObject({ kind: 'refused', why: 'no-eligible-model' });
  });

  it('orders fallbacks as listed when asked', () => {
    const overrides = { candidates: ['b/large', 'a/small', 'b/small'], fallback: 'listed' } as const;
    expect(chosen(decide({ label: sureLow, facts: facts(), overrides }, policy())).fallbacks).toEqual(['b/large', 'b/small']);
  });

  it('refuses with advice when nothing is cheap enough', () => {
    const decision = decide({ label: sureLow, facts: facts(), overrides: { maxUsd: 1e-9 } }, policy());
    expect(decision).toMatchObject({ kind: 'refused', why: 'no-model-in-budget', advice: expect.stringContaining('maxUsd') });
  });

  it('F-74: never takes an unknown price for free where a cap applies', () => {
    const unpriced = [model('a/free', 'low', null), model('b/small', 'low', 5)];
    const config = policy(unpriced, { lastResort: 'b/small' });
    const capped = chosen(decide({ label: sureLow, facts: facts(), overrides: { maxUsd: 1 } }, config));
    expect(capped.model).toBe('b/small');
    expect(capped.skipped[0]?.reason).toBe('price-unknown');
    const free = chosen(decide({ label: sureLow, facts: facts(), overrides: { model: 'a/free' } }, config));
    expect(free.estimate.usd).toBeNull();
  });

  it('names an unknown pool or model with what there is', () => {
    expect(() => decide({ label: sureLow, facts: facts(), overrides: { pool: 'nope' } }, policy())).toThrow(/`nope`/);
    expect(() => decide({ label: sureLow, facts: facts(), overrides: { model: 'x/nope' } }, policy())).toThrow(/`x\/nope`/);
  });

  it('keeps to models of enough expected quality', () => {
    const decision = chosen(
      decide({ label: label([0, 0, 1]), facts: facts(), overrides: { candidates: MODELS.map(({ id }) => id), minQuality: 0.7 } }, policy()),
    );
    expect(decision.candidates.map(({ model: id }) => id).sort()).toEqual(['a/large', 'b/large']);
  });

  it('ranks by time when asked for the fastest', () => {
    const latency = (entry: { id: string }) => (entry.id === 'b/small' ? 0.2 : 3);
    const decision = chosen(decide({ label: sureLow, facts: facts(), overrides: { objective: 'fastest' } }, policy(), { latency }));
    expect(decision.model).toBe('b/small');
  });
});

const SKIPS: [SkipReason, Parameters<typeof facts>[0], Partial<(typeof MODELS)[number]>][] = [
  ['no-tools', { tools: 2 }, { abilities: { ...model('x/y', 'low', 1).abilities, tools: false } }],
  ['no-images', { images: 1 }, { abilities: { ...model('x/y', 'low', 1).abilities, images: false } }],
  ['no-files', { attachments: 1 }, { abilities: { ...model('x/y', 'low', 1).abilities, audio: false, files: false } }],
  ['no-structured-output', { responseSchema: true }, { abilities: { ...model('x/y', 'low', 1).abilities, structuredOutput: null } }],
  ['history', { toolHistory: true }, { abilities: { ...model('x/y', 'low', 1).abilities, tools: false } }],
  ['context-too-small', { inputTokens: 200_000 }, {}],
  ['output-too-long', { maxOutputTokens: 20_000 }, {}],
  ['user-tier', {}, { userTiers: ['gold'] }],
];

describe('eligibility', () => {
  it.each(SKIPS)('skips a model for `%s`, at first and on every fallback', (reason, changes, lacking) => {
    const config = policy([model('a/small', 'low', 1, lacking), model('b/large', 'high', 9)], { lastResort: 'b/large' });
    const input = { label: sureLow, facts: facts(changes) };
    expect(decide(input, config)).toMatchObject({ kind: 'refused', skipped: [{ model: 'a/small', reason }] });
    expect(recheck('a/small', input, config)?.reason).toBe(reason);
  });

  it('keeps to the region asked for', () => {
    const config = policy([model('a/small', 'low', 1, { regions: ['us'] }), model('b/small', 'low', 9, { regions: ['eu'] })], {
      lastResort: 'b/small',
    });
    expect(chosen(decide({ label: sureLow, facts: facts(), overrides: { region: 'eu' } }, config)).model).toBe('b/small');
  });

  it('leaves out a model that is unavailable, with the reason given', () => {
    const decision = chosen(
      decide({ label: sureLow, facts: facts(), overrides: { unavailable: { 'a/small': 'breaker open' } } }, policy()),
    );
    expect(decision.skipped).toEqual([{ model: 'a/small', reason: 'unavailable', detail: 'breaker open' }]);
  });
});

const probabilities = fc
  .tuple(
    fc.double({ min: 0.001, max: 1, noNaN: true }),
    fc.double({ min: 0.001, max: 1, noNaN: true }),
    fc.double({ min: 0.001, max: 1, noNaN: true }),
  )
  .map(([a, b, c]) => [a / (a + b + c), b / (a + b + c), c / (a + b + c)] as [number, number, number]);

describe('decide, for any label', () => {
  it('never chooses or falls back to a model below the required clearance', () => {
    fc.assert(
      fc.property(probabilities, probabilities, fc.constantFrom(...LEVELS), (complexity, risk, riskFloor) => {
        const config = policy(MODELS, { riskFloor });
        const input = { label: label(complexity, risk), facts: facts() };
        const decision = decide(input, config);
        const needed = LEVELS.indexOf(requiredClearance(input.label, config));
        const used = decision.kind === 'chosen' ? [decision.model, ...decision.fallbacks] : [];
        return used.every((id) => LEVELS.indexOf(config.models.get(id)?.clearedRisk ?? 'low') >= needed);
      }),
    );
  });

  it('is the same decision for the same input', () => {
    fc.assert(
      fc.property(probabilities, probabilities, (complexity, risk) => {
        const input = { label: label(complexity, risk), facts: facts() };
        expect(decide(input, policy())).toEqual(decide(input, policy()));
      }),
    );
  });

  it('gives every model of the reachable pools either a place or a reason', () => {
    fc.assert(
      fc.property(probabilities, probabilities, fc.boolean(), (complexity, risk, tools) => {
        const config = policy();
        const decision = decide({ label: label(complexity, risk), facts: facts({ tools: tools ? 1 : 0 }) }, config);
        const reachable = new Set(decision.pools.flatMap((pool) => config.pools[pool]?.models ?? []));
        const placed = decision.kind === 'chosen' ? decision.candidates.map((candidate) => candidate.model) : [];
        expect(new Set([...placed, ...decision.skipped.map((skip) => skip.model)])).toEqual(reachable);
      }),
    );
  });

  it('on a tie takes the higher value of an axis', () => {
    expect(axisLabel({ low: 0.5, high: 0.5 }).value).toBe('high');
  });
});
