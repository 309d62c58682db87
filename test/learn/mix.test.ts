import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import type { ScoredRow } from '../../src/learn/calibrate.ts';
import { type Head, headScores, type Linear } from '../../src/learn/linear.ts';
import { applyMixing, fitMixing, mixedScores } from '../../src/learn/mix.ts';

const COLUMNS = 3;

/** Rows whose right column is loudest, then seen through columns of which the first is too loud and the second speaks for the third as well. */
function distorted(count: number, seed: number): ScoredRow[] {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() - 1.5;
  return Array.from({ length: count }, () => {
    const target = Math.floor(random() * COLUMNS);
    const [a, b, c] = Array.from({ length: COLUMNS }, (_, column) => (column === target ? 1 : 0) + 0.5 * noise()) as [
      number,
      number,
      number,
    ];
    return { scores: Float64Array.of(1.5 * a + 0.8, b + 0.7 * c, 0.5 * c), target };
  });
}

const accuracy = (rows: readonly ScoredRow[]) =>
  rows.filter(({ scores, target }) => scores.indexOf(Math.max(...scores)) === target).length / rows.length;

describe('mixing the columns of a head', () => {
  it('sets right what columns say too loudly or for one another, on rows it has not seen', () => {
    const mixing = fitMixing(distorted(1_500, 1), COLUMNS);
    const unseen = distorted(1_500, 2);
    const mixed = unseen.map(({ scores, target }) => ({ scores: mixedScores(mixing, scores), target }));
    expect(accuracy(mixed)).toBeGreaterThan(accuracy(unseen) + 0.1);
  });

  it('pays no heed to what all columns share', () => {
    const mixing = fitMixing(distorted(200, 3), COLUMNS);
    const scores = Float64Array.of(0.2, -0.4, 0.9);
    const raised = scores.map((score) => score + 5);
    expect([...mixedScores(mixing, raised)].map((score) => score.toFixed(9))).toEqual(
      [...mixedScores(mixing, scores)].map((score) => score.toFixed(9)),
    );
  });

  it('favours a rare value more than its rows alone would', () => {
    const rows = distorted(900, 4).filter(({ target }, index) => target !== 2 || index % 5 === 0);
    const chances = [...mixedScores(fitMixing(rows, COLUMNS), new Float64Array(COLUMNS))].map(Math.exp);
    const share = rows.filter(({ target }) => target === 2).length / rows.length;
    expect((chances[2] as number) / chances.reduce((sum, chance) => sum + chance, 0)).toBeGreaterThan(share);
  });

  it('folded into a model gives the mixed scores for any example', () => {
    const head: Head = { name: 'topic', kind: 'softmax', first: 1, columns: COLUMNS, useDense: true, l2: 0, power: 0.5 };
    const number = fc.double({ min: -2, max: 2, noNaN: true });
    const list = (length: number) => fc.array(number, { minLength: length, maxLength: length });
    fc.assert(
      fc.property(list(4 * 5), list(5), list(5), list(9), list(3), (table, biases, dense, cells, offsets) => {
        const model = modelOf(table, biases, dense);
        const mixing = { matrix: [cells.slice(0, 3), cells.slice(3, 6), cells.slice(6)], offsets };
        const example = { ...EXAMPLE, targets: [], weight: 1, cluster: '' };
        const before = headScores(example, head, model);
        const outside = [model.table[0], model.biases[4]];
        applyMixing(model, head, mixing);
        const after = headScores(example, head, model);
        for (const [column, score] of mixedScores(mixing, before).entries()) expect(after[column]).toBeCloseTo(score, 4);
        expect([model.table[0], model.biases[4]]).toEqual(outside);
      }),
    );
  });
});

const EXAMPLE = { buckets: Int32Array.of(0, 3), counts: Float32Array.of(2, 1), total: 3, dense: Float64Array.of(0.5) };

const modelOf = (table: number[], biases: number[], dense: number[]): Linear => ({
  table: Float32Array.from(table),
  biases: Float64Array.from(biases),
  dense: [Float64Array.from(dense)],
  options: { buckets: 4, columns: 5, epochs: 1, learningRate: 1, seed: 1 },
});
