import { describe, expect, test } from 'vitest';
import { DENSE } from '../../src/classify/embedded/dense.ts';
import { FEATURES_VERSION } from '../../src/classify/embedded/features.ts';
import { fittedReader } from '../../src/classify/fitted.ts';
import { decodeFittedWeights, encodeFittedWeights, type FittedWeights } from '../../src/classify/fitted-weights.ts';
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

describe('fitted weights', () => {
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
