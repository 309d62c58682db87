import type { FittedScores } from '../core/fitted.ts';
import type { RouteRequest } from '../core/request.ts';
import { viewOf } from '../core/view.ts';
import { denseFeatures } from './embedded/dense.ts';
import { countedFeatures, EDGE, extractFeatures, FeatureBuffer, middleWeight } from './embedded/features.ts';
import { earlierWeight } from './embedded/predict.ts';
import type { FittedWeights } from './fitted-weights.ts';
import { normalise } from './normalise.ts';

const buffer = new FeatureBuffer();

/** A reader of requests by fitted weights: expected quality per model and the chance of each kind, from the same view and features as the label. */
export function fittedReader(weights: FittedWeights): (request: RouteRequest) => FittedScores {
  const { header } = weights;
  const columns = header.models + header.kinds;
  return (request) => {
    const view = viewOf(request);
    const sums = new Float64Array(columns);
    const { text } = normalise(view.latest);
    const own = addText(text, 1, weights, sums);
    const dense = denseFeatures(text.length, buffer);
    const weight = earlierWeight(own);
    let count = own;
    for (const earlier of weight > 0 ? view.earlier : []) count += weight * addText(normalise(earlier).text, weight, weights, sums);
    return probabilities(finish(sums, count, dense, weights), weights);
  };
}

function addText(text: string, weight: number, { header, table }: FittedWeights, sums: Float64Array): number {
  extractFeatures(text, buffer);
  const columns = sums.length;
  const mask = header.buckets - 1;
  const { count } = buffer;
  const between = middleWeight(count);
  for (let index = 0; index < count; index++) {
    const row = ((buffer.buckets[index] as number) & mask) * columns;
    const own = index < EDGE || index >= count - EDGE ? weight : weight * between;
    for (let column = 0; column < columns; column++) sums[column] = (sums[column] as number) + own * (table[row + column] as number);
  }
  return countedFeatures(count);
}

/** step · sum / count^power + bias + dense, per column. */
function finish(sums: Float64Array, count: number, dense: Float64Array, { header }: FittedWeights): Float64Array {
  const norm = Math.max(1, count) ** header.power;
  for (let column = 0; column < sums.length; column++) {
    let score = ((header.steps[column] as number) * (sums[column] as number)) / norm + (header.biases[column] as number);
    for (let at = 0; at < dense.length; at++) score += (dense[at] as number) * (header.dense[at]?.[column] ?? 0);
    sums[column] = score;
  }
  return sums;
}

function probabilities(scores: Float64Array, { header }: FittedWeights): FittedScores {
  const quality = scores.subarray(0, header.models).map((score) => 1 / (1 + Math.exp(-score)));
  const kinds = scores.slice(header.models);
  const highest = Math.max(...kinds);
  let sum = 0;
  for (let kind = 0; kind < kinds.length; kind++) {
    const raised = Math.exp(((kinds[kind] as number) - highest) / header.temperature);
    kinds[kind] = raised;
    sum += raised;
  }
  return { quality, kinds: kinds.map((raised) => raised / sum) };
}
