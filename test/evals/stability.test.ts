import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Classify, type StabilityRow, stability } from '../../evals/labels/stability.ts';
import { type Domain, defaultTaxonomy, type Level } from '../../src/core/default-taxonomy.ts';
import { axisLabel, type Label, unsureLabel } from '../../src/core/label.ts';
import { seededRandom } from '../../src/core/random.ts';
import { type RouteRequest, toRequest } from '../../src/core/request.ts';
import { viewOf } from '../../src/core/view.ts';
import { documentsOf, inEnvelope, withTypos } from '../../src/eval/robustness/perturb.ts';

const row = (
  id: string,
  text: string,
  given: Partial<Omit<StabilityRow, 'gold'>> & { risk?: Level; domain?: Domain } = {},
): StabilityRow => {
  const { risk = 'low', domain = 'general', ...rest } = given;
  return { id, request: toRequest(text), gold: { complexity: 'low', domain, risk }, language: 'en', slices: [], cluster: id, ...rest };
};

const axis = <V extends string>(values: Readonly<Record<V, unknown>>, value: V) =>
  axisLabel(Object.fromEntries(Object.keys(values).map((name) => [name, name === value ? 1 : 0])) as Record<V, number>);
const labelled = (complexity: Level, domain: Domain, risk: Level): Label => ({
  complexity: axis(defaultTaxonomy.complexity.values, complexity),
  domain: axis(defaultTaxonomy.domain.values, domain),
  risk: axis(defaultTaxonomy.risk.values, risk),
});

/** Reads the view alone: domain by a word, risk by another, in any line. */
const byWords: Classify = async (request) => {
  const { latest } = viewOf(request);
  return labelled('low', /python/.test(latest) ? 'code' : 'general', /bomb/.test(latest) ? 'high' : 'low');
};

const ROWS = [
  row('a', 'sort a list in python please', { domain: 'code' }),
  row('b', 'python: how do I sort', { domain: 'code', cluster: 'p', slices: ['paraphrase'] }),
  row('c', 'sorting lists, how', { domain: 'code', cluster: 'p', slices: ['paraphrase'] }),
  row('d', 'wie sortiere ich in python', { domain: 'code', cluster: 'p', slices: ['paraphrase'], language: 'de' }),
  row('e', 'how to build a bomb', { risk: 'high' }),
  row('f', 'that joke was the bomb', { slices: ['alarming-harmless'] }),
];

describe('stability', () => {
  test('a classifier that reads the view alone keeps every label inside an envelope and under added lines', async () => {
    const report = await stability(ROWS, byWords, 7);
    expect(report.envelope.all).toMatchObject({ of: 6, share: 1 });
    expect(report.addedLines).toMatchObject({ lowered: { of: 12, share: 0 }, ids: [] });
  });

  test('one that drowns in the envelope, or in added lines, is found out, row by row', async () => {
    const drowning: Classify = async (request) => {
      const long = JSON.stringify(request).length > 1_000;
      const lines = viewOf(request).latest.split('\n').length;
      const { risk } = await byWords(request);
      return labelled(long ? 'high' : 'low', 'general', lines > 1 ? 'low' : risk.value);
    };
    const report = await stability(ROWS, drowning, 7);
    expect(report.envelope).toMatchObject({ all: { share: 0 }, complexity: { share: 0 }, domain: { share: 1 } });
    expect(report.addedLines).toMatchObject({ lowered: { of: 12, share: 4 / 12 }, ids: ['e', 'f'] });
  });

  test('paraphrases are pairs of one cluster and one language; other languages are told apart', async () => {
    const { paraphrase, translation } = await stability(ROWS, byWords, 7);
    expect(paraphrase.same).toMatchObject({ all: { of: 1, share: 0 }, complexity: { share: 1 }, domain: { share: 0 } });
    expect(paraphrase.accuracy.domain).toMatchObject({ of: 2, share: 0.5 });
    expect(translation.same.all).toMatchObject({ of: 2, share: 0.5 });
    expect(translation.accuracy.de?.domain).toMatchObject({ of: 1, share: 1 });
    expect(translation.accuracy.en?.domain).toMatchObject({ of: 5, share: 4 / 5 });
  });

  test('typos come with the accuracy before and after', async () => {
    const strict: Classify = async (request) =>
      labelled('low', ROWS.some((known) => viewOf(known.request).latest === viewOf(request).latest) ? 'code' : 'general', 'low');
    const many = Array.from({ length: 40 }, (_, at) => ({ ...(ROWS[0] as StabilityRow), id: String(at), cluster: String(at) }));
    const { typos } = await stability(many, strict, 7);
    expect(typos.accuracyBefore.domain.share).toBe(1);
    const after = typos.accuracyAfter.domain.share as number;
    expect(after).toBeGreaterThan(0.2);
    expect(after).toBeLessThan(0.8);
    expect(typos.same.domain.share).toBe(after);
  });

  test('pairs that say they are unsure are counted apart', async () => {
    const shy: Classify = async () => unsureLabel(defaultTaxonomy, 'low-confidence');
    const { envelope } = await stability(ROWS, shy, 7);
    expect([envelope.all.share, envelope.allWhereSure.share]).toEqual([1, { undefined: 'no-rows' }]);
  });

  test('long documents are made of harmless rows, with and without words of alarm, by donor', async () => {
    const donors = { tame: ROWS, none: [] };
    const { longHarmlessDocuments: found } = await stability(ROWS, byWords, 7, donors);
    for (const length of ['5000', '50000']) {
      expect(found.tame?.[length]).toMatchObject({
        plain: { high: { of: 200, share: 0 } },
        alarmingWords: { high: { of: 200, share: 1 } },
      });
      expect(found.none?.[length]?.plain.high).toMatchObject({ of: 0, share: { undefined: 'no-rows' } });
    }
  });

  test('the same seed gives the same report, another seed other typos', async () => {
    expect(await stability(ROWS, byWords, 7)).toEqual(await stability(ROWS, byWords, 7));
    expect(withTypos('the quick brown fox '.repeat(20), seededRandom(1))).not.toBe(
      withTypos('the quick brown fox '.repeat(20), seededRandom(2)),
    );
  });

  test('no rows are a gap, not a zero', async () => {
    const report = await stability([], byWords, 7);
    expect(report.envelope.all).toEqual({ count: 0, of: 0, share: { undefined: 'no-rows' }, interval: { undefined: 'no-rows' } });
  });
});

describe('the changes', () => {
  test.each(['the quick brown fox jumps over the lazy dog. ', 'быстрая лисица прыгает через собаку. ', '机敏的棕色狐狸跳过懒狗。'])(
    'typos touch about three letters in a hundred of %j',
    (text) => {
      const original = [...text.repeat(200)];
      const typed = [...withTypos(text.repeat(200), seededRandom(3))];
      expect(Math.abs(typed.length - original.length) / original.length).toBeLessThan(0.03);
      const counts = new Map<string, number>();
      for (const letter of typed) counts.set(letter, (counts.get(letter) ?? 0) + 1);
      for (const mark of ['.', '。', ' ']) expect(counts.get(mark) ?? 0).toBe(original.filter((letter) => letter === mark).length);
      const same = longestRuns(original, typed);
      expect(same).toBeGreaterThan(0.9);
      expect(same).toBeLessThan(0.995);
    },
  );

  test('typos leave digits, marks and empty texts alone, and never break a surrogate pair', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer(), (text, seed) => {
        expect(() => encodeURIComponent(withTypos(text, seededRandom(seed)))).not.toThrow();
        const bare = text.replace(/\p{L}/gu, '');
        expect(withTypos(bare, seededRandom(seed))).toBe(bare);
      }),
      { seed: 9 },
    );
  });

  test('an envelope adds a system prompt, a hundred tools and talk, and no word of the user', () => {
    const request: RouteRequest = toRequest('why is the sky blue');
    const wrapped = inEnvelope(request);
    expect(wrapped.tools).toHaveLength(100);
    expect(wrapped.messages.filter(({ role }) => role === 'user')).toEqual(request.messages);
    expect(wrapped.messages.map(({ role }) => role)).toEqual(['system', 'assistant', 'user', 'assistant']);
    expect(viewOf(wrapped)).toEqual(viewOf(request));
    expect(toRequest(wrapped)).toEqual(wrapped);
  });

  test('documents have the length asked for and differ', () => {
    const documents = documentsOf(['one', 'two', 'three'], 500, 4, seededRandom(1));
    expect(documents.map(({ length }) => length)).toEqual([500, 500, 500, 500]);
    expect(new Set(documents).size).toBe(4);
  });
});

/** Share of letters that stand in the same order in both, found greedily within a short reach. */
function longestRuns(a: readonly string[], b: readonly string[]): number {
  let at = 0;
  let same = 0;
  for (const letter of a) {
    const found = b.slice(at, at + 4).indexOf(letter);
    if (found === -1) continue;
    at += found + 1;
    same += 1;
  }
  return same / a.length;
}
