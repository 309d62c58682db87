import { describe, expect, test } from 'vitest';
import { centroidScorer, type Labelled, neighbourScorer, unitVector } from '../../../src/classify/semantic/nearest.ts';
import { calibratedTemperature, DEFAULT_TEMPERATURE, softmax } from '../../../src/classify/semantic/temperature.ts';
import { seededRandom } from '../../../src/core/random.ts';

/** `each` noisy examples of every value; `apart` is how far the values lie from each other, 0 for not at all. */
function cloud(count: number, each: number, apart: number): Labelled {
  const random = seededRandom(4);
  const vectors: Float32Array[] = [];
  const values: number[] = [];
  for (let value = 0; value < count; value++) {
    for (let at = 0; at < each; at++) {
      const vector = Float32Array.from({ length: 16 }, () => random() - 0.5);
      vector[value] = (vector[value] as number) + apart;
      vectors.push(unitVector(vector));
      values.push(value);
    }
  }
  return { vectors, values, count };
}

const scorers = {
  centroid: centroidScorer,
  neighbours: (labelled: Labelled) => neighbourScorer(labelled, 3),
};

describe.each(Object.entries(scorers))('by %s', (_, scorerOf) => {
  /** What each example, left out, is told by the others. */
  const leftOut = (labelled: Labelled) => {
    const scorer = scorerOf(labelled);
    const temperature = calibratedTemperature(scorer, labelled);
    return labelled.vectors.map((vector, at) => softmax(scorer.score(vector, at), temperature)[labelled.values[at] as number] as number);
  };
  const mean = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

  test('examples that are all told apart promise (n + 1) / (n + 2), not certainty', () => {
    const chances = leftOut(cloud(3, 4, 6));
    expect(Math.min(...chances)).toBeGreaterThan(0.5);
    expect(mean(chances)).toBeCloseTo(13 / 14, 1);
    expect(mean(chances)).toBeLessThan(0.97);
  });

  test('examples that cannot be told apart promise next to nothing', () => {
    const labelled = cloud(3, 20, 0);
    const scorer = scorerOf(labelled);
    const temperature = calibratedTemperature(scorer, labelled);
    const surest = labelled.vectors.map((vector, at) => Math.max(...softmax(scorer.score(vector, at), temperature)));
    expect(mean(surest)).toBeLessThan(0.45);
  });

  test('in between, confidence is about the share that is right', () => {
    const labelled = cloud(3, 60, 0.6);
    const scorer = scorerOf(labelled);
    const temperature = calibratedTemperature(scorer, labelled);
    const judged = labelled.vectors.map((vector, at) => softmax(scorer.score(vector, at), temperature));
    const right = mean(judged.map((chances, at) => (chances.indexOf(Math.max(...chances)) === labelled.values[at] ? 1 : 0)));
    expect(right).toBeGreaterThan(0.5);
    expect(right).toBeLessThan(0.95);
    expect(Math.abs(mean(judged.map((chances) => Math.max(...chances))) - right)).toBeLessThan(0.08);
  });

  test('a single example of each value cannot judge itself: a guess is used', () => {
    const single = cloud(3, 1, 2);
    expect(calibratedTemperature(scorerOf(single), single)).toBe(DEFAULT_TEMPERATURE);
  });

  test('an example left out does not count for its own value', () => {
    const labelled = cloud(2, 1, 2);
    const [own] = labelled.vectors as [Float32Array];
    const scorer = scorerOf(labelled);
    expect(scorer.score(own)[0]).toBeCloseTo(1, 5);
    expect(scorer.score(own, 0)[0]).toBe(-1);
    expect(scorer.score(own, 0)[1]).toBeCloseTo(scorer.score(own)[1] as number, 12);
  });
});

test('softmax by hand: scores 0.2 and 0.1 at temperature 0.1 are one apart', () => {
  const [high, low] = softmax(Float64Array.of(0.2, 0.1), 0.1) as [number, number];
  expect(high).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  expect(high + low).toBeCloseTo(1, 12);
});

test('cosines by hand: the centroid of (1,0) and (0,1) lies between them, the nearest neighbour does not', () => {
  const labelled: Labelled = {
    vectors: [Float32Array.of(1, 0), Float32Array.of(0, 1), Float32Array.of(-1, 0)],
    values: [0, 0, 1],
    count: 2,
  };
  const asked = Float32Array.of(1, 0);
  expect(centroidScorer(labelled).score(asked)[0]).toBeCloseTo(Math.SQRT1_2, 6);
  expect([...neighbourScorer(labelled, 1).score(asked)]).toEqual([1, -1]);
  expect([...neighbourScorer(labelled, 5).score(asked)]).toEqual([0.5, -1]);
});
