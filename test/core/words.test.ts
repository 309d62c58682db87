import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/core/canonical.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { failWithProblems, RouterError } from '../../src/core/errors.ts';
import { axisLabel, localSource, markUnsure, predictionOf, predictionSchema, unsureAxes, unsureLabel } from '../../src/core/label.ts';
import { seededRandom, shuffled } from '../../src/core/random.ts';
import { axisValues, defineTaxonomy } from '../../src/core/taxonomy.ts';

describe('a taxonomy', () => {
  it('lists values of an ordered axis from least to most', () => {
    expect(axisValues(defaultTaxonomy.complexity)).toEqual(['low', 'medium', 'high']);
  });

  it('needs axes, and two values on each', () => {
    expect(() => defineTaxonomy({})).toThrow(RouterError);
    expect(() =>
      defineTaxonomy({ urgency: { question: '?', ordered: true, reads: 'view', values: { now: { meaning: '', examples: [] } } } }),
    ).toThrow(/two values/);
  });
});

describe('a label', () => {
  it('knows its doubtful axes with their reasons', () => {
    const label = { ...unsureLabel(defaultTaxonomy, 'timeout'), domain: axisLabel({ code: 1 }) };
    expect(unsureAxes(label)).toEqual({ complexity: 'timeout', risk: 'timeout' });
  });

  it('keeps an earlier reason when marked unsure again', () => {
    expect(unsureAxes(markUnsure(unsureLabel(defaultTaxonomy, 'empty'), 'failed')).risk).toBe('empty');
  });

  it('is stored in the shape the predictions schema takes', () => {
    const stored = predictionOf('7', { label: unsureLabel(defaultTaxonomy, 'failed'), source: localSource('test') });
    expect(predictionSchema(defaultTaxonomy).parse(stored)).toEqual(stored);
    expect(Object.keys(stored)).toEqual(['id', 'label', 'unsure', 'classifier', 'model']);
  });

  it('chooses a most likely value', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 6 }), (chances) => {
        const label = axisLabel(Object.fromEntries(chances.map((chance, index) => [`v${index}`, chance])));
        expect(label.confidence).toBe(Math.max(...chances));
      }),
    );
  });
});

describe('an error', () => {
  it('lists every problem at once with its path', () => {
    const problems = [
      { where: 'a.b', message: 'first' },
      { where: 'c', message: 'second' },
    ];
    expect(() => failWithProblems('policy.invalid', 'the policy', problems, 'mend them')).toThrow(
      /2 problem\(s\):\n {2}a\.b: first\n {2}c: second/,
    );
  });

  it('is JSON with code, message, advice and place, and nothing else', () => {
    const error = new RouterError('input.invalid', 'm', { advice: 'a', where: 'w', cause: new Error('secret') });
    expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'input.invalid', message: 'm', advice: 'a', where: 'w' });
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('keeps lone surrogates apart', () => {
    expect(new Set(['a\ud800', 'a\udbff', 'a\ufffd'].map((text) => canonicalJson(text))).size).toBe(3);
  });

  it('refuses to walk what is nested too deep', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100; level++) deep = [deep];
    expect(() => canonicalJson(deep)).toThrow(RangeError);
  });
});

describe('seeded random', () => {
  it('repeats for a seed and differs between seeds', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('shuffles without losing anything', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        expect(shuffled(items, seededRandom(seed)).sort()).toEqual([...items].sort());
      }),
    );
  });
});
