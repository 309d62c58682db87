import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DENSE, denseFeatures } from '../../src/classify/embedded/dense.ts';
import {
  countedFeatures,
  EDGE,
  extractFeatures,
  FEATURES_VERSION,
  FeatureBuffer,
  middleWeight,
} from '../../src/classify/embedded/features.ts';
import { earlierWeight } from '../../src/classify/embedded/predict.ts';
import { fittedReader } from '../../src/classify/fitted.ts';
import { decodeFittedWeights, encodeFittedWeights, type FittedWeights } from '../../src/classify/fitted-weights.ts';
import { seededRandom } from '../../src/core/random.ts';
import { toRequest } from '../../src/core/request.ts';
import { viewOf } from '../../src/core/view.ts';
import { viewFeatures } from '../../src/learn/examples.ts';
import { encodeHeads, foldFeatures, trainHeads } from '../../src/learn/fit-heads.ts';
import { wideProbabilities } from '../../src/learn/fit-train.ts';

const texts = Array.from({ length: 60 }, (_, row) =>
  row % 2 === 0 ? `solve the equation number ${row}` : `write a poem about ${row} birds`,
);
const quality = Float64Array.from(texts.flatMap((_, row) => (row % 2 === 0 ? [1, 0] : [0, 1])));
const rows = Int32Array.from(texts, (_, row) => row);
const features = texts.map((text) => viewFeatures(viewOf(toRequest(text))));
const model = trainHeads({ quality, width: 2, features, kinds: { names: ['a', 'b'], of: rows.map((row) => row % 2) } }, rows, 1);
const bytes = encodeHeads(model);
const read = fittedReader(decodeFittedWeights(bytes, 'memory'));

/** Five models and two kinds: a number of columns that no block of four divides. */
const seven: FittedWeights = {
  header: {
    format: FEATURES_VERSION,
    buckets: 1_024,
    models: 5,
    kinds: 2,
    power: 0.5,
    temperature: 1.3,
    steps: [0.01, 0.02, 0.03, 0.01, 0.02, 0.01, 0.02],
    biases: [0, 0.1, -0.2, 0.3, -0.4, 0.2, 0],
    dense: Array.from({ length: DENSE }, (_, at) => Array.from({ length: 7 }, (_, column) => (at - column) / 10)),
  },
  table: Int8Array.from({ length: 7 * 1_024 }, seededBytes(3)),
};

function seededBytes(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.floor(255 * random()) - 127;
}

/** One feature after the other, as the formula says. */
function plainScores(turns: readonly string[]): number[] {
  const { header, table } = seven;
  const buffer = new FeatureBuffer();
  const sums = new Array<number>(7).fill(0);
  const add = (text: string, weight: number): number => {
    const { buckets, count } = extractFeatures(text, buffer);
    for (let at = 0; at < count; at++) {
      const own = at < EDGE || at >= count - EDGE ? weight : weight * middleWeight(count);
      for (let column = 0; column < 7; column++)
        sums[column] = (sums[column] as number) + own * (table[((buckets[at] as number) & 1_023) * 7 + column] as number);
    }
    return countedFeatures(count);
  };
  const latest = turns.at(-1) ?? '';
  const own = add(latest, 1);
  const dense = denseFeatures(latest.length, buffer);
  const weight = earlierWeight(own);
  let count = own;
  if (weight > 0) for (const turn of turns.slice(0, -1)) count += weight * add(turn, weight);
  return sums.map((sum, column) => {
    const read = ((header.steps[column] as number) * sum) / Math.max(1, count) ** header.power + (header.biases[column] as number);
    return dense.reduce((score, value, at) => score + value * (header.dense[at]?.[column] as number), read);
  });
}

describe('fitted weights', () => {
  test('give what their formula says, for texts of any length and turns before them', () => {
    const word = fc.constantFrom('solve', 'the', 'equation', 'poem', 'birds', '12', '3.5', '→', '猫が', 'über', 'table');
    const text = fc.oneof({ arbitrary: fc.array(word, { maxLength: 30 }), weight: 2 }, fc.array(word, { minLength: 60, maxLength: 400 }));
    const readSeven = fittedReader(seven);
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), (turns) => {
        const contents = turns.map((words) => words.join(' '));
        const found = readSeven(toRequest({ messages: contents.map((content) => ({ role: 'user' as const, content })) }));
        const scores = plainScores(contents.filter((content, at) => content !== '' || at === contents.length - 1));
        scores.slice(0, 5).forEach((score, at) => void expect(found.quality[at]).toBeCloseTo(1 / (1 + Math.exp(-score)), 10));
        const raised = scores.slice(5).map((score) => Math.exp(score / 1.3));
        raised.forEach((value, at) => void expect(found.kinds[at]).toBeCloseTo(value / ((raised[0] ?? 0) + (raised[1] ?? 0)), 10));
      }),
    );
  });

  test('read what training taught, within the coarseness of a byte', () => {
    for (const [row, text] of texts.entries()) {
      const exact = wideProbabilities(model, features[row] as (typeof features)[number]);
      const { quality: shares, kinds } = read(toRequest(text));
      for (const [at, value] of [...Array.from(shares), ...Array.from(kinds)].entries()) expect(value).toBeCloseTo(exact[at] as number, 1);
    }
    expect(Array.from(read(toRequest('solve an equation')).kinds)[0]).toBeGreaterThan(0.6);
  });

  test('see the user, not the envelope: tools and a system prompt change nothing', () => {
    const plain = read(toRequest('write a poem'));
    const wrapped = read({
      messages: [
        { role: 'system', content: 'Solve equations. '.repeat(500) },
        { role: 'user', content: 'write a poem' },
      ],
      tools: [{ type: 'function', function: { name: 'solve_equation', parameters: {} } }],
    } as never);
    expect(Array.from(wrapped.quality)).toEqual(Array.from(plain.quality));
  });

  test('an empty text is read without a fault', () => {
    const { quality: shares, kinds } = read(toRequest(''));
    expect([...Array.from(shares), ...Array.from(kinds)].every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  test('fold into fewer buckets the same way in training and in service', () => {
    const folded = foldFeatures(features[0] as (typeof features)[number], 256);
    expect(Math.max(...folded.buckets)).toBeLessThan(256);
    expect(folded.counts.reduce((sum, count) => sum + count, 0)).toBe(features[0]?.counts.reduce((sum, count) => sum + count, 0));
  });

  test('bytes that are cut, of another kind, or hold no numbers are refused', () => {
    const broken = (change: Partial<FittedWeights['header']>) => {
      const header = { format: FEATURES_VERSION, buckets: 4, models: 1, kinds: 0, power: 0.5, temperature: 1, steps: [1], biases: [0] };
      const dense = Array.from({ length: DENSE }, () => [0]);
      return encodeFittedWeights({ header: { ...header, dense, ...change }, table: new Int8Array(4) });
    };
    const invalid = (data: Uint8Array) =>
      expect(() => decodeFittedWeights(data, 'w.bin')).toThrow(expect.objectContaining({ code: 'weights.invalid' }));
    expect(decodeFittedWeights(broken({}), 'w.bin').table).toHaveLength(4);
    invalid(new Uint8Array(3));
    invalid(bytes.subarray(0, bytes.length - 1));
    invalid(new Uint8Array(64));
    invalid(broken({ buckets: 3 }));
    invalid(broken({ steps: [1, 1] }));
    invalid(broken({ biases: [null as never] }));
  });
});
