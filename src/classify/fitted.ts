import type { FittedScores } from '../core/fitted.ts';
import type { RouteRequest } from '../core/request.ts';
import { viewOf } from '../core/view.ts';
import { denseFeatures } from './embedded/dense.ts';
import { extractFeatures, FeatureBuffer } from './embedded/features.ts';
import { earlierWeight } from './embedded/predict.ts';
import type { FittedWeights } from './fitted-weights.ts';
import { normalise } from './normalise.ts';

/** Stored bytes are offset by this in the packed table, so that four of them add up without signs. */
const BYTE_ZERO = 128;
/** Additions after which a 16-bit lane of unsigned bytes could overflow: floor(65535 / 255), less one. */
const FLUSH = 256;
const LANES = 0x00ff00ff;

/** The table four columns a word, and where sums are kept while a text is read. */
type Packed = { header: FittedWeights['header']; table: Int32Array; words: number; even: Int32Array; odd: Int32Array; sums: Float64Array };

const buffer = new FeatureBuffer();

/** A reader of requests by fitted weights: expected quality per model and the chance of each kind, from the same view and features as the label. */
export function fittedReader(weights: FittedWeights): (request: RouteRequest) => FittedScores {
  const packed = pack(weights);
  return (request) => {
    const view = viewOf(request);
    const totals = new Float64Array(packed.sums.length);
    const { text } = normalise(view.latest);
    const own = addText(text, 1, packed, totals);
    const dense = denseFeatures(text.length, buffer);
    const weight = earlierWeight(own);
    let count = own;
    for (const earlier of weight > 0 ? view.earlier : []) count += weight * addText(normalise(earlier).text, weight, packed, totals);
    return probabilities(finish(totals, count, dense, packed), packed);
  };
}

function pack({ header, table }: FittedWeights): Packed {
  const columns = header.models + header.kinds;
  const words = Math.ceil(columns / 4);
  const bytes = new Uint8Array(header.buckets * words * 4).fill(BYTE_ZERO);
  for (let bucket = 0; bucket < header.buckets; bucket++)
    for (let column = 0; column < columns; column++)
      bytes[bucket * words * 4 + column] = BYTE_ZERO + (table[bucket * columns + column] as number);
  const lanes = () => new Int32Array(words);
  return { header, table: new Int32Array(bytes.buffer), words, even: lanes(), odd: lanes(), sums: new Float64Array(words * 4) };
}

/** Adds one text's sums, weighted; returns its number of features. */
function addText(text: string, weight: number, packed: Packed, totals: Float64Array): number {
  extractFeatures(text, buffer);
  const { sums } = packed;
  sums.fill(-BYTE_ZERO * buffer.count);
  for (let from = 0; from < buffer.count; from += FLUSH) addRun(from, Math.min(from + FLUSH, buffer.count), packed);
  for (let column = 0; column < totals.length; column++) totals[column] = (totals[column] as number) + weight * (sums[column] as number);
  return buffer.count;
}

/** Even and odd bytes of each word are added in 16-bit lanes and moved to the sums before a lane can overflow. */
function addRun(from: number, to: number, { header, table, words, even, odd, sums }: Packed): void {
  const mask = header.buckets - 1;
  const { buckets } = buffer;
  even.fill(0);
  odd.fill(0);
  for (let index = from; index < to; index++) {
    const row = ((buckets[index] as number) & mask) * words;
    for (let word = 0; word < words; word++) {
      const four = table[row + word] as number;
      even[word] = ((even[word] as number) + (four & LANES)) | 0;
      odd[word] = ((odd[word] as number) + ((four >>> 8) & LANES)) | 0;
    }
  }
  for (let word = 0; word < words; word++) {
    const [e, o, at] = [even[word] as number, odd[word] as number, word * 4];
    sums[at] = (sums[at] as number) + (e & 0xffff);
    sums[at + 1] = (sums[at + 1] as number) + (o & 0xffff);
    sums[at + 2] = (sums[at + 2] as number) + (e >>> 16);
    sums[at + 3] = (sums[at + 3] as number) + (o >>> 16);
  }
}

/** step · sum / count^power + bias + dense, per column. */
function finish(totals: Float64Array, count: number, dense: Float64Array, { header }: Packed): Float64Array {
  const norm = Math.max(1, count) ** header.power;
  const columns = header.models + header.kinds;
  const scores = totals.subarray(0, columns);
  for (let column = 0; column < columns; column++) {
    let score = ((header.steps[column] as number) * (scores[column] as number)) / norm + (header.biases[column] as number);
    for (let at = 0; at < dense.length; at++) score += (dense[at] as number) * (header.dense[at]?.[column] ?? 0);
    scores[column] = score;
  }
  return scores;
}

function probabilities(scores: Float64Array, { header }: Packed): FittedScores {
  const quality = scores.subarray(0, header.models).map((score) => 1 / (1 + Math.exp(-score)));
  const kinds = scores.slice(header.models);
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of kinds) highest = Math.max(highest, score);
  let sum = 0;
  for (let kind = 0; kind < kinds.length; kind++) {
    const raised = Math.exp(((kinds[kind] as number) - highest) / header.temperature);
    kinds[kind] = raised;
    sum += raised;
  }
  return { quality, kinds: kinds.map((raised) => raised / sum) };
}
