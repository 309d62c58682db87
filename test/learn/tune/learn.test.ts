import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../../src/core/default-taxonomy.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { majority, nearestNeighbours } from '../../../src/learn/tune/baselines.ts';
import { confusionGroups, directionOf, errorCost } from '../../../src/learn/tune/groups.ts';
import { parsePatch, questionOf } from '../../../src/learn/tune/question.ts';
import { droppingMoves, growingMoves, inFixedOrder, rankShots, shotOf, shotPool } from '../../../src/learn/tune/shots.ts';
import { splitRows } from '../../../src/learn/tune/splits.ts';
import { gold, PROMPT, rowOf, saidOf } from './helpers.ts';

const AXES = ['complexity', 'domain', 'risk'];
const { complexity, domain, risk } = defaultTaxonomy;

describe('errors', () => {
  it('cost more when too low, and most when a high risk is missed', () => {
    expect(errorCost(complexity, 'low', 'medium')).toBe(1);
    expect(errorCost(complexity, 'medium', 'low')).toBe(2);
    expect(errorCost(domain, 'code', 'math')).toBe(1);
    expect(errorCost(risk, 'high', 'low')).toBe(8);
    expect(directionOf(risk, 'high', 'low')).toBe('two levels too low');
    expect(directionOf(complexity, 'low', 'medium')).toBe('one level too high');
    expect(directionOf(domain, 'code', 'math')).toBe('says math where it is code');
  });

  const answers = [
    ...Array.from({ length: 7 }, (_, i) => ({
      row: rowOf(`e${i}`, `is it ok to do thing ${i}`, gold('low', 'law', 'medium')),
      predicted: saidOf(`e${i}`, gold('low', 'law', 'low')),
    })),
    { row: rowOf('h', 'do harm', gold('low', 'general', 'high')), predicted: saidOf('h', gold('low', 'general', 'low')) },
    { row: rowOf('p', 'nonsense', gold('low')), predicted: saidOf('p', null, 'parse_failed') },
    ...Array.from({ length: 5 }, (_, i) => ({
      row: rowOf(`r${i}`, `is it ok to do thing ${i} at work`, gold('low', 'law', 'low')),
      predicted: saidOf(`r${i}`, gold('low', 'law', 'low')),
    })),
  ];

  it('are grouped by confusion pair, the dearest first', () => {
    const groups = confusionGroups(answers, defaultTaxonomy, AXES);
    expect(groups.map(({ axis, gold: right, said, errors, cost }) => [axis, right, said, errors.length, cost])).toEqual([
      ['risk', 'medium', 'low', 7, 14],
      ['risk', 'high', 'low', 1, 8],
    ]);
  });

  it('are told with at most five wrong rows, three near misses and twenty lessons; other rounds show other rows', () => {
    const groups = confusionGroups(answers, defaultTaxonomy, AXES);
    const asked = { prompt: PROMPT, groups, answers, axes: AXES, lessons: Array.from({ length: 30 }, (_, i) => `l${i}`), tokensLeft: -3 };
    const question = questionOf({ ...asked, turn: 0 });
    expect(question.groups.map(({ wrong, nearMisses }) => [wrong.length, nearMisses.length])).toEqual([
      [5, 3],
      [1, 3],
    ]);
    expect(question.lessons).toHaveLength(20);
    expect(question.lessons.at(-1)).toBe('l29');
    expect(question.tokensLeft).toBe(0);
    expect(question.sections.map(({ name }) => name)).toEqual(['Complexity', 'Risk']);
    expect(question.lockedSections).toHaveLength(3);
    expect(question.groups[0]?.nearMisses[0]?.text).toMatch(/at work/);
    const next = questionOf({ ...asked, turn: 1 }).groups[0]?.wrong.map(({ text }) => text);
    expect(next).not.toEqual(question.groups[0]?.wrong.map(({ text }) => text));
  });
});

describe('the answer of the strong model', () => {
  it('is read out of fences and talk', () => {
    const said = 'Sure!\n```json\n{"diagnosis":"d","section":"Risk","text":"Risk: x","lesson":"l","mood":1}\n```';
    expect(parsePatch(said)).toEqual({ kind: 'patch', patch: { diagnosis: 'd', section: 'Risk', text: 'Risk: x', lesson: 'l' } });
  });
  it.each([
    ['no object', 'I cannot'],
    ['half an object', '{"section": "Risk", "te'],
    ['no text', '{"section":"Risk"}'],
    ['no string', '{"section":"Risk","text":7}'],
  ])('with %s is unreadable', (_, said) => {
    expect(parsePatch(said)).toMatchObject({ kind: 'unreadable', why: expect.stringMatching(/answer/) });
  });
});

describe('few-shots', () => {
  const words = ['river', 'lamp', 'tiger', 'violin', 'copper', 'garden', 'rocket', 'pepper', 'window', 'saddle'];
  const train = words.map((word, i) =>
    rowOf(
      `t${i}`,
      `tell me about the ${word} number ${i}`,
      gold(['low', 'medium', 'high'][i % 3] as string, i % 2 === 0 ? 'code' : 'math', 'low'),
    ),
  );

  it('never come from rows equal or near to what is scored, of the same family, or long', () => {
    const near = rowOf('d0', 'please tell me about the river number 0 now', gold('low'));
    const family = rowOf('d1', 'unrelated', gold('low'), 'row:t4');
    const long = rowOf('t10', 'x '.repeat(200), gold('low'));
    const lines = rowOf('t11', 'two\nlines', gold('low'));
    const pool = shotPool(
      [...train, long, lines],
      [rowOf('d2', 'Tell me, about the LAMP number 1!', gold('low')), near, family],
      AXES,
      seededRandom(1),
    );
    const ids = pool.rows.map(({ id }) => id);
    for (const id of ['t0', 't1', 't4', 't10', 't11']) expect(ids).not.toContain(id);
    expect(ids).toContain('t9');
  });

  it('are ranked by what is confused, by values nobody shows yet, and by being unlike the others', () => {
    const pool = shotPool(train, [], AXES, seededRandom(1));
    const wrong = train.filter(({ gold: { complexity: level } }) => level === 'high');
    const answers = train.map((row) => ({
      row,
      predicted: saidOf(row.id, wrong.includes(row) ? { ...row.gold, complexity: 'low' } : { ...row.gold }),
    }));
    const groups = confusionGroups(answers, defaultTaxonomy, AXES);
    const [first] = rankShots(pool, groups, []);
    expect(first?.gold.complexity).toBe('high');
    const second = rankShots(pool, groups, [shotOf(first as (typeof train)[number])])[0];
    expect(second?.gold.domain).not.toBe(first?.gold.domain);
    expect(rankShots(pool, groups, train.map(shotOf))).toEqual([]);
  });

  it('are added, swapped and left out, never more than eight', () => {
    const ranked = train.slice(0, 3);
    const current = train.slice(3, 5).map(shotOf);
    const moves = [...growingMoves(current, ranked)];
    expect(moves.map(({ shots }) => shots.length)).toEqual([3, 2, 2, 3, 2, 2, 3, 2, 2]);
    expect(droppingMoves(current).map(({ shots }) => shots)).toEqual([[current[1]], [current[0]]]);
    const eight = Array.from({ length: 8 }, (_, i) => ({ text: `f${i}`, label: gold('low') }));
    expect([...growingMoves(eight, ranked)].every(({ shots }) => shots.length === 8)).toBe(true);
    expect([...growingMoves([], [])]).toEqual([]);
  });

  it('stand in an order that follows from what they are, not from who came first', () => {
    const shots = train.map(shotOf);
    expect(inFixedOrder(shots.toReversed())).toEqual(inFixedOrder(shots));
  });
});

describe('one labelled file', () => {
  const rows = Array.from({ length: 400 }, (_, i) =>
    rowOf(
      `r${i}`,
      `text ${i % 380}`,
      gold(['low', 'medium', 'high'][i % 3] as string, 'code', i % 10 === 0 ? 'high' : 'low'),
      `c${Math.floor(i / 2)}`,
    ),
  );
  const splits = splitRows(rows, AXES);

  it('is split in shares, the same way every time, whatever the order of its rows', () => {
    expect([splits.train.length, splits.dev.length, splits.test.length].map((count) => Math.round(count / 10))).toEqual([16, 14, 10]);
    expect(splitRows(rows, AXES)).toEqual(splits);
  });

  it('keeps families and equal texts together, and every label in every part', () => {
    const partsOf = (key: (row: (typeof rows)[number]) => string) => {
      const where = new Map<string, Set<string>>();
      for (const [name, part] of Object.entries(splits))
        for (const row of part) where.set(key(row), (where.get(key(row)) ?? new Set()).add(name));
      return [...where.values()];
    };
    expect(partsOf(({ cluster }) => cluster).every((names) => names.size === 1)).toBe(true);
    expect(partsOf(({ fingerprint }) => fingerprint).every((names) => names.size === 1)).toBe(true);
    expect(partsOf(({ gold: { risk: value } }) => value as string).every((names) => names.size === 3)).toBe(true);
  });
});

describe('baselines that ask nobody', () => {
  it('say the most frequent label, or what the nearest rows say', () => {
    const of = (kind: string, level: string) =>
      Array.from({ length: 12 }, (_, i) => rowOf(`${kind}${i}`, `${kind} question about ${kind} part ${i}`, gold(level)));
    const train = [...of('painting', 'low'), ...of('welding', 'high'), ...of('painting walls', 'low')];
    const dev = [
      rowOf('d0', 'a welding question about welding part', gold('high')),
      rowOf('d1', 'a painting question about painting', gold('low')),
    ];
    expect(majority(train, dev, AXES).rights).toEqual([false, true]);
    expect(nearestNeighbours(train, dev, AXES).rights).toEqual([true, true]);
  });
});
