import { describe, expect, it } from 'vitest';
import { embeddedClassifier } from '../../src/classify/embedded/embedded.ts';
import { COLUMNS, decodeWeights, encodeWeights } from '../../src/classify/embedded/weights.ts';
import { seededRandom } from '../../src/core/random.ts';
import { toRequest } from '../../src/core/request.ts';
import { defineTaxonomy } from '../../src/core/taxonomy.ts';
import { viewOf } from '../../src/core/view.ts';
import { fitPlatt, fitTemperature } from '../../src/learn/calibrate.ts';
import type { TrainingRow } from '../../src/learn/heads.ts';
import { requestOf } from '../../src/learn/sources.ts';
import { DEFAULT_TRAIN_OPTIONS, trainEmbedded } from '../../src/learn/train-embedded.ts';

const value = (meaning: string) => ({ meaning, examples: [] });
const taxonomy = defineTaxonomy({
  topic: { question: 'Which?', ordered: false, reads: 'view', values: { fruit: value(''), metal: value('') } },
  alarm: { question: 'Loud?', ordered: true, reads: 'segments', values: { calm: value(''), loud: value('') } },
});
const FRUIT = ['apple', 'cherry', 'mango', 'plum', 'pear'];
const METAL = ['iron', 'copper', 'nickel', 'cobalt', 'zinc'];

function rows(): TrainingRow[] {
  const random = seededRandom(3);
  return Array.from({ length: 120 }, (_, index) => {
    const words = index % 2 === 0 ? FRUIT : METAL;
    const loud = index % 3 === 0;
    const text = `${words[Math.floor(random() * 5)]} and ${words[Math.floor(random() * 5)]}${loud ? ' danger now' : ' at rest'}`;
    return {
      view: viewOf(toRequest(text)),
      labels: { topic: index % 2 === 0 ? 'fruit' : 'metal', alarm: loud ? 'loud' : 'calm' },
      cluster: String(index),
      weight: 1,
      kind: 'request',
    };
  });
}
const options = { ...DEFAULT_TRAIN_OPTIONS, folds: 2, epochs: 4, unsureBelow: {} };

describe('training', () => {
  it('gives the same bytes for the same rows and seed, and others for another seed', () => {
    const bytes = trainEmbedded(taxonomy, rows(), options);
    expect(Buffer.compare(trainEmbedded(taxonomy, rows(), options), bytes)).toBe(0);
    expect(Buffer.compare(trainEmbedded(taxonomy, rows(), { ...options, seed: 1 }), bytes)).not.toBe(0);
  });

  it('learns a taxonomy of somebody else from a few rows', async () => {
    const classifier = embeddedClassifier(taxonomy, decodeWeights(trainEmbedded(taxonomy, rows(), options), 'test'));
    const { label } = await classifier.classify(toRequest('plum and mango danger now'));
    expect(label.topic.value).toBe('fruit');
    expect(label.alarm.value).toBe('loud');
  });

  it('writes what reading and writing again gives, byte for byte', () => {
    const bytes = trainEmbedded(taxonomy, rows(), options);
    expect(Buffer.compare(encodeWeights(decodeWeights(bytes, 'test')), bytes)).toBe(0);
  });

  it('learns orders to the model as a second detector of the highest value, where rows are marked as such', async () => {
    const marked = rows().map((row) => (row.labels.alarm === 'loud' ? { ...row, orders: true } : row));
    const { header } = decodeWeights(trainEmbedded(taxonomy, marked, options), 'test');
    const detectors = header.axes.map((axis) => (axis.reads === 'segments' ? axis.detectors.map((detector) => detector.value) : []));
    expect(detectors).toEqual([[], ['loud', 'loud']]);
    const plain = decodeWeights(trainEmbedded(taxonomy, rows(), options), 'test').header.axes[1];
    expect(plain?.reads === 'segments' && plain.detectors.length).toBe(1);
  });

  it('does without the detector of orders where no column is left for it', () => {
    const values = Object.fromEntries(Array.from({ length: COLUMNS - 1 }, (_, index) => [`v${index}`, value('')]));
    const full = defineTaxonomy({ topic: { question: '?', ordered: false, reads: 'view', values }, alarm: taxonomy.alarm });
    const marked = rows().map((row) => ({ ...row, labels: { topic: 'v0', alarm: row.labels.alarm ?? '' }, orders: true }));
    const axis = decodeWeights(trainEmbedded(full, marked, options), 'test').header.axes[1];
    expect(axis?.reads === 'segments' && axis.detectors.length).toBe(1);
  });

  it('refuses more axes than the model has columns for', () => {
    const values = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`v${index}`, value('')]));
    const wide = defineTaxonomy({ topic: { question: '?', ordered: false, reads: 'view', values } });
    expect(() => trainEmbedded(wide, [], options)).toThrow(/30 columns/);
  });

  it('reads a cell as a text, or as messages when it is a JSON array of them', () => {
    expect(requestOf('plain').messages).toHaveLength(1);
    expect(requestOf('[{"role":"user","content":"a"},{"role":"user","content":"b"}]').messages).toHaveLength(2);
    expect(requestOf('[{"oops').messages[0]?.content).toBe('[{"oops');
  });
});

describe('calibration', () => {
  it('finds the temperature that rows were made with', () => {
    const random = seededRandom(11);
    const made = Array.from({ length: 6_000 }, () => {
      const scores = Float64Array.from([random() * 4, random() * 4, random() * 4]);
      const raised = scores.map((score) => Math.exp(score / 2));
      let draw = random() * raised.reduce((sum, part) => sum + part, 0);
      const target = raised.findIndex((part) => {
        draw -= part;
        return draw < 0;
      });
      return { scores, target };
    });
    expect(fitTemperature(made)).toBeGreaterThan(1.8);
    expect(fitTemperature(made)).toBeLessThan(2.2);
  });

  it('finds the slope and offset that detections were made with', () => {
    const random = seededRandom(5);
    const made = Array.from({ length: 8_000 }, () => {
      const score = random() * 6 - 3;
      return { score, hit: (random() < 1 / (1 + Math.exp(-(1.5 * score - 1))) ? 1 : 0) as 0 | 1 };
    });
    const { slope, offset } = fitPlatt(made);
    expect(slope).toBeCloseTo(1.5, 0);
    expect(offset).toBeCloseTo(-1, 0);
  });

  it('leaves scores as they are where one outcome was never seen', () => {
    expect(fitPlatt([{ score: 1, hit: 0 }])).toEqual({ slope: 1, offset: 0 });
    expect(fitTemperature([])).toBe(1);
  });
});
