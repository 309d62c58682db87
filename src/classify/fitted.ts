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

/** Adds a text's sums, those between its ends by their weight; returns its features, counted likewise. */
function addText(text: string, weight: number, weights: FittedWeights, sums: Float64Array): number {
  extractFeatures(text, buffer);
  const { count } = buffer;
  const head = Math.min(EDGE, count);
  const tail = Math.max(head, count - EDGE);
  addRows(0, head, weight, weights, sums);
  addRows(head, tail, weight * middleWeight(count), weights, sums);
  addRows(tail, count, weight, weights, sums);
  return countedFeatures(count);
}

/** Features whose rows are summed before the next ones: few enough to stay in the nearest cache for every column. */
const BLOCK = 256;
const rows = new Int32Array(BLOCK);

/** Adds the rows of the features `from` to `to`. Whole numbers are summed four columns at a time, so that no sum leaves its register. */
function addRows(from: number, to: number, weight: number, { header, table }: FittedWeights, sums: Float64Array): void {
  const columns = sums.length;
  const mask = header.buckets - 1;
  for (let start = from; start < to; start += BLOCK) {
    const length = Math.min(BLOCK, to - start);
    for (let index = 0; index < length; index++) rows[index] = ((buffer.buckets[start + index] as number) & mask) * columns;
    let column = 0;
    for (; column + 4 <= columns; column += 4) addFour(column, length, weight, table, sums);
    for (; column < columns; column++) {
      let sum = 0;
      for (let index = 0; index < length; index++) sum += table[(rows[index] as number) + column] as number;
      sums[column] = (sums[column] as number) + weight * sum;
    }
  }
}

function addFour(column: number, length: number, weight: number, table: Int8Array, sums: Float64Array): void {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let index = 0; index < length; index++) {
    const at = (rows[index] as number) + column;
    a += table[at] as number;
    b += table[at + 1] as number;
    c += table[at + 2] as number;
    d += table[at + 3] as number;
  }
  sums[column] = (sums[column] as number) + weight * a;
  sums[column + 1] = (sums[column + 1] as number) + weight * b;
  sums[column + 2] = (sums[column + 2] as number) + weight * c;
  sums[column + 3] = (sums[column + 3] as number) + weight * d;
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
