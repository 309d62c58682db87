import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { extractFeatures, FeatureBuffer } from '../../src/classify/embedded/features.ts';
import { BRIEF, scoreView } from '../../src/classify/embedded/predict.ts';
import { decodeWeights } from '../../src/classify/embedded/weights.ts';
import { packageFile } from '../../src/config/files.ts';
import { toRequest } from '../../src/core/request.ts';
import { viewOf } from '../../src/core/view.ts';

const weights = decodeWeights(readFileSync(packageFile('src/classify/embedded/weights.bin')), 'weights.bin');

describe('doubt of brief texts', () => {
  const withBrief = (brief: number) => {
    const axes = weights.header.axes.map((axis) =>
      axis.reads === 'view' ? axis : { ...axis, detectors: axis.detectors.map((detector) => ({ ...detector, brief })) },
    );
    return { ...weights, header: { ...weights.header, axes } };
  };
  const highs = (text: string) => {
    const of = (brief: number) => scoreView(viewOf(toRequest(text)), withBrief(brief)).scores;
    const axis = weights.header.axes.find(({ reads }) => reads === 'segments');
    if (axis?.reads !== 'segments') throw new Error('no axis of segments');
    return axis.detectors.map((_, index) => [of(0)[axis.first + index], of(0.5)[axis.first + index]] as [number, number]);
  };

  it('lowers the scores of few words, by half a point for every factor of e below 100 features', () => {
    const text = 'get it';
    const { count } = extractFeatures(text, new FeatureBuffer());
    for (const [plain, doubted] of highs(text)) expect(plain - doubted).toBeCloseTo(0.5 * Math.log(BRIEF / count), 9);
  });

  it('leaves those of a line of many words as they are', () => {
    const text =
      'Describe how the tides of a shallow bay change over a month and what a harbour pilot has to know about them before entering.';
    for (const [plain, doubted] of highs(text)) expect(doubted).toBe(plain);
  });
});
