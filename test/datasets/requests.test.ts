import { describe, expect, it } from 'vitest';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { axesOf, axisValues } from '../../src/core/taxonomy.ts';
import { type DatasetRow, readSplit, runsOf, SPLITS, tokens, wordsOf } from './rows.ts';

const splits = Object.fromEntries(SPLITS.map((split) => [split, readSplit(split)])) as Record<(typeof SPLITS)[number], DatasetRow[]>;
const all = SPLITS.flatMap((split) => splits[split].map((row) => ({ split, row, words: wordsOf(row) })));

describe('the shipped requests', () => {
  it('are many enough in every split', () => {
    expect(splits.train.length).toBeGreaterThanOrEqual(6_000);
    expect(splits.dev.length).toBeGreaterThanOrEqual(600);
    expect(splits.test.length).toBeGreaterThanOrEqual(400);
  });

  it('carry only values of the taxonomy, and an id of their own', () => {
    for (const [axis, definition] of axesOf(defaultTaxonomy)) {
      const allowed = axisValues(definition);
      expect(all.filter(({ row }) => !allowed.includes(row[axis])).map(({ row }) => row.id)).toEqual([]);
    }
    expect(new Set(all.map(({ row }) => row.id)).size).toBe(all.length);
  });

  it('fill every cell of domain and complexity in every split', () => {
    for (const split of SPLITS) expect(new Set(splits[split].map((row) => `${row.domain} ${row.complexity}`)).size).toBe(36);
  });

  it('are at least a quarter not English, in eighteen languages or more', () => {
    for (const split of SPLITS)
      expect(splits[split].filter((row) => row.language !== 'en').length / splits[split].length).toBeGreaterThanOrEqual(0.25);
    expect(new Set(all.map(({ row }) => row.language)).size).toBeGreaterThanOrEqual(18);
  });

  it('never split a cluster', () => {
    const home = new Map<string, string>();
    for (const { split, row } of all) {
      expect(home.get(row.cluster) ?? split, row.id).toBe(split);
      home.set(row.cluster, split);
    }
  });

  it('hold no text twice', () => {
    const seen = new Map<string, string>();
    const twice = all.flatMap(({ row, words }) => {
      const key = tokens(words).join(' ') || words;
      const first = seen.get(key);
      seen.set(key, row.id);
      return first === undefined ? [] : [`${first} = ${row.id}`];
    });
    expect(twice).toEqual([]);
  });

  it('share runs of eight words in fewer than three rows of a hundred, and never across splits', () => {
    const owners = new Map<string, { id: string; split: string }[]>();
    for (const { split, row, words } of all)
      for (const run of runsOf(words)) owners.set(run, [...(owners.get(run) ?? []), { id: row.id, split }]);
    const shared = [...owners.values()].filter((rows) => rows.length > 1);
    const across = shared.filter((rows) => new Set(rows.map(({ split }) => split)).size > 1).flat();
    expect(across).toEqual([]);
    expect(new Set(shared.flat().map(({ id }) => id)).size / all.length).toBeLessThan(0.03);
  });

  it('hold no near-duplicate across splits: no two rows share four fifths of their words', () => {
    const held = [...splits.dev, ...splits.test].map((row) => ({ id: row.id, bag: new Set(tokens(wordsOf(row))) }));
    const byWord = new Map<string, number[]>();
    for (const [index, { bag }] of held.entries()) for (const word of bag) byWord.set(word, [...(byWord.get(word) ?? []), index]);
    const near = splits.train.flatMap((row) => {
      const bag = new Set(tokens(wordsOf(row)));
      if (bag.size < 5) return [];
      const common = new Map<number, number>();
      for (const word of bag) for (const index of byWord.get(word) ?? []) common.set(index, (common.get(index) ?? 0) + 1);
      return [...common]
        .filter(([index, count]) => count / (bag.size + (held[index]?.bag.size ?? 0) - count) >= 0.8)
        .map(([index]) => `${row.id} ~ ${held[index]?.id}`);
    });
    expect(near).toEqual([]);
  });
});
