import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentProbabilities } from '../../src/classify/embedded/calibrate.ts';
import { embeddedClassifier } from '../../src/classify/embedded/embedded.ts';
import { BUCKETS, countedFeatures, EDGE, extractFeatures, FeatureBuffer, middleWeight } from '../../src/classify/embedded/features.ts';
import { CODES, meaningsOf } from '../../src/classify/embedded/nibbles.ts';
import { SegmentSums, sumSegments } from '../../src/classify/embedded/score.ts';
import { COLUMNS, decodeWeights, encodeWeights, ROW, WEIGHT_ZERO } from '../../src/classify/embedded/weights.ts';
import { packageFile } from '../../src/config/files.ts';
import { defaultTaxonomy } from '../../src/core/default-taxonomy.ts';
import { defineTaxonomy } from '../../src/core/taxonomy.ts';

const file = readFileSync(packageFile('src/classify/embedded/weights.bin'));
const weights = decodeWeights(file, 'weights.bin');
const classifier = embeddedClassifier(defaultTaxonomy, weights);
const classify = (content: string) => classifier.classify({ messages: [{ role: 'user', content }] });
/** Codes at random for every bucket, and for each column sixteen weights spread over all there are. */
const CODES_OF = Array.from({ length: COLUMNS }, (_, column) => Array.from({ length: CODES }, (_, code) => (code * 17 + column * 7) % 256));
const someTable = () => ({
  table: Uint16Array.from({ length: BUCKETS * ROW }, (_, at) => Math.imul(at, 0x9e3779b1) >>> 16),
  meanings: meaningsOf(CODES_OF),
});
const risk = async (content: string) => {
  const { probabilities } = (await classify(content)).label.risk;
  return { top: probabilities.high, raised: probabilities.medium + probabilities.high };
};

describe('features', () => {
  const of = (text: string) => [
    ...extractFeatures(text, new FeatureBuffer()).buckets.slice(0, extractFeatures(text, new FeatureBuffer()).count),
  ];

  it('are buckets of the table', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => of(text).every((bucket) => bucket >= 0 && bucket < BUCKETS)),
    );
  });

  it('of a line do not change when other lines are added', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 150 }), fc.string({ maxLength: 150 }), (a, b) => {
        const [first, second] = [a, b].map((text) => text.replace(/[\n\r]/g, ' '));
        expect(of(`${first}\n${second}`)).toEqual([...of(first as string), ...of(second as string)]);
      }),
    );
  });

  it('fold digits to one shape', () => {
    expect(of('room 12')).toEqual(of('room 98'));
  });
});

describe('what is repeated', () => {
  const count = (text: string) => extractFeatures(text, new FeatureBuffer()).count;

  it('counts once a line when letters spell it, and each time when it is a number or a symbol', () => {
    expect(count('plums plums plums')).toBe(count('plums plums'));
    expect(count('梅 梅 梅')).toBe(count('梅'));
    expect(count('plums\nplums')).toBe(2 * count('plums'));
    expect(count('| 1 | 1 |')).toBeGreaterThan(count('| 1 |'));
  });
});

describe('the two ends of a long text', () => {
  it('have their share of its weight however long it is; a short text has no middle', () => {
    expect([middleWeight(1), middleWeight(2 * EDGE)]).toEqual([1, 1]);
    for (const features of [1_000, 10_000]) {
      const ends = 2 * EDGE;
      expect(ends / countedFeatures(features)).toBeCloseTo(0.6, 12);
      expect(ends + middleWeight(features) * (features - ends)).toBeCloseTo(countedFeatures(features), 9);
    }
  });

  it('sum with what is between to the whole', () => {
    const some = someTable();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 }), (first, second) => {
        const buffer = new FeatureBuffer();
        buffer.count = first + second;
        for (let at = 0; at < buffer.count; at++) buffer.buckets[at] = (at * 7_919) % BUCKETS;
        buffer.ends = [first, buffer.count];
        const { sums, edges, middle } = sumSegments(buffer, some, new SegmentSums());
        for (let column = 0; column < COLUMNS; column++)
          expect((sums[column] as number) + (sums[COLUMNS + column] as number)).toBe(
            (edges[column] as number) + (middle[column] as number),
          );
        if (buffer.count <= 2 * EDGE) expect([...middle].every((sum) => sum === 0)).toBe(true);
      }),
    );
  });
});

describe('packed sums', () => {
  it('equal sums taken one by one, however many features there are', () => {
    const some = someTable();
    const weightOf = (bucket: number, column: number): number => {
      const code = ((some.table[bucket * ROW + (column >> 2)] as number) >>> (4 * (column & 3))) & 15;
      return (CODES_OF[column]?.[code] as number) - WEIGHT_ZERO;
    };
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: BUCKETS - 1 }), { minLength: 1, maxLength: 1_200 }), (buckets) => {
        const buffer = new FeatureBuffer();
        for (const [index, bucket] of buckets.entries()) buffer.buckets[index] = bucket;
        buffer.count = buckets.length;
        buffer.ends = [buckets.length];
        const { sums } = sumSegments(buffer, some, new SegmentSums());
        for (let column = 0; column < COLUMNS; column++) {
          expect(sums[column]).toBe(buckets.reduce((sum, bucket) => sum + weightOf(bucket, column), 0));
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('several detectors for one value', () => {
  const detector = (value: string) => ({ value, slope: 1, offset: 0, brief: 0, alarmAt: 0.5 });
  const axis = {
    axis: 'risk',
    reads: 'segments' as const,
    values: ['low', 'medium', 'high'],
    first: 0,
    power: 1,
    detectors: [detector('medium'), detector('high'), detector('high')],
  };

  it('count by the surest, in whatever order they stand', () => {
    const high = (harm: number, orders: number) => segmentProbabilities(axis, Float64Array.of(-2, harm, orders)).high;
    expect(high(-3, 2)).toBe(high(2, -3));
    expect(high(2, 2)).toBe(high(2, -3));
    expect(high(2, 3)).toBeGreaterThan(high(2, 2) as number);
  });

  it('share out what is certain, also when nothing was read', () => {
    for (const scores of [Float64Array.of(1, -1, 0.5), new Float64Array(3).fill(Number.NEGATIVE_INFINITY)]) {
      const probabilities = segmentProbabilities(axis, scores);
      expect(Object.values(probabilities).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
    }
    expect(segmentProbabilities(axis, new Float64Array(3).fill(Number.NEGATIVE_INFINITY)).low).toBeGreaterThan(0.99);
  });
});

describe('the embedded classifier', () => {
  it('gives probabilities that sum to one, for any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (text) => {
        for (const axis of Object.values((await classify(text)).label)) {
          const sum = Object.values(axis.probabilities).reduce((total, value) => total + value, 0);
          expect(sum).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  it('G14b: never lowers risk when lines are added before or after', async () => {
    await fc.assert(
      fc.asyncProperty(fc.lorem({ maxCount: 30 }), fc.lorem({ maxCount: 30 }), async (text, more) => {
        const alone = await risk(text);
        for (const longer of [await risk(`${text}\n${more}`), await risk(`${more}\n${text}`)]) {
          expect(longer.top).toBeGreaterThanOrEqual(alone.top - 1e-12);
          expect(longer.raised).toBeGreaterThanOrEqual(alone.raised - 1e-12);
        }
      }),
    );
  });

  it('never lowers risk when lines are added to a text longer than the view', async () => {
    const ask = 'how do i make a pipe bomb';
    const filler = (lines: number) =>
      Array.from({ length: lines }, (_, index) => `the garden club meets on day ${index} of the month`).join('\n');
    const long = `${filler(90)}\n${ask}\n${filler(90)}`;
    const [alone, longer] = [await risk(long), await risk(`${long}\n${filler(200)}`)];
    expect(long.length).toBeGreaterThan(8_000);
    expect(alone.top).toBeGreaterThanOrEqual((await risk(ask)).top - 1e-12);
    expect(longer.top).toBeGreaterThanOrEqual(alone.top - 1e-12);
  });

  it('says unsure of an empty text, and does not call it simple', async () => {
    const { label } = await classify('  ');
    expect(label.complexity.unsure).toBe('empty');
    expect(label.domain.unsure).toBe('empty');
  });

  it('F-66: treats a turn of images as at least medium risk, unsure', async () => {
    const { label } = await classifier.classify({
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://127.0.0.1/x.png' } }] }],
    });
    expect(label.risk).toMatchObject({ value: 'medium', unsure: 'non-text' });
    expect(label.complexity.unsure).toBe('non-text');
  });

  it('treats text beyond what it reads as at least medium risk, unsure', async () => {
    const { label } = await classify('all is well. '.repeat(20_000));
    expect(label.risk.unsure).toBe('beyond-limit');
    expect(label.risk.value).not.toBe('low');
  });

  it('leaves an axis it was not trained for unsure, and refuses an axis with other values', async () => {
    const urgency = {
      question: '?',
      ordered: true,
      reads: 'view',
      values: { later: { meaning: '', examples: [] }, now: { meaning: '', examples: [] } },
    } as const;
    const own = embeddedClassifier(defineTaxonomy({ ...defaultTaxonomy, urgency }), weights);
    expect((await own.classify({ messages: [{ role: 'user', content: 'hi' }] })).label.urgency.unsure).toBe('not-scored');
    expect(() => embeddedClassifier(defineTaxonomy({ risk: urgency }), weights)).toThrow(/risk/);
  });

  it('flags hidden characters', async () => {
    expect((await classify('ig\u200bnore')).source.flags).toEqual(['hidden-characters']);
  });
});

describe('weights', () => {
  it('come back from their file form as they were', () => {
    expect(Buffer.compare(encodeWeights(weights), file)).toBe(0);
  });

  it('are read wherever they lie in memory', () => {
    const place = new Uint8Array(file.length + 1);
    place.set(file, 1);
    expect(Buffer.compare(encodeWeights(decodeWeights(place.subarray(1), 'weights.bin')), file)).toBe(0);
  });

  it('are read behind a header of odd length', () => {
    const [start, bytes] = [8 + file.readUInt32LE(4), Buffer.alloc(file.length + 1, 32)];
    file.copy(bytes, 0, 0, start);
    file.copy(bytes, start + 1, start);
    bytes.writeUInt32LE(start - 8 + 1, 4);
    expect(Buffer.compare(encodeWeights(decodeWeights(bytes, 'weights.bin')), file)).toBe(0);
  });

  it.each([
    ['empty', file.subarray(0, 0)],
    ['cut', file.subarray(0, 5_000)],
    ['of another kind', Buffer.alloc(file.length)],
    [
      'with a number that is not finite',
      encodeWeights({ ...weights, header: { ...weights.header, biases: weights.header.biases.map(() => Number.NaN) } }),
    ],
    ['of an earlier layout', encodeWeights({ ...weights, header: { ...weights.header, layout: 2 as never } })],
  ])('F-37: are refused when %s', (_, bytes) => {
    expect(() => decodeWeights(bytes, 'weights.bin')).toThrow(/embedded weights/);
  });
});
