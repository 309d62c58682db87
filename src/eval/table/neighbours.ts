import { gainsOf, meanGains, type Predictor } from './predictor.ts';
import type { OutcomeTable } from './table.ts';
import type { SparseText } from './text-features.ts';

/** Most similar rows remembered for each row, so that enough are left when folds are taken out. */
const REMEMBERED = 160;
/** Neighbours that vote. */
const VOTES = 40;

/** Nearest neighbours by cosine of TF-IDF vectors; votes weigh by similarity, and a handful of pseudo-votes stand for the mean. */
export function neighbourPredictor(table: OutcomeTable, texts: readonly SparseText[]): Predictor {
  const gains = gainsOf(table);
  const width = table.models.length;
  const nearest = nearestRows(texts);
  return {
    name: 'neighbours',
    predict: (fit, score) => {
      const base = meanGains(gains, width, fit);
      const inFit = new Uint8Array(table.ids.length);
      for (const row of fit) inFit[row] = 1;
      const guessed = new Float64Array(score.length * width);
      for (const [index, row] of score.entries()) guessed.set(vote(nearest[row] ?? [], inFit, base, gains, width), index * width);
      return guessed;
    },
  };
}

const PSEUDO = 2;

function vote(nearest: readonly Neighbour[], inFit: Uint8Array, base: Float64Array, gains: Float64Array, width: number): Float64Array {
  const sums = base.map((mean) => mean * PSEUDO);
  let weight = PSEUDO;
  let votes = 0;
  for (const { row, similarity } of nearest) {
    if (inFit[row] === 0) continue;
    weight += similarity;
    for (let model = 0; model < width; model++) sums[model] = (sums[model] as number) + similarity * (gains[row * width + model] as number);
    if (++votes === VOTES) break;
  }
  return sums.map((sum) => sum / weight);
}

type Neighbour = { row: number; similarity: number };

/** For each text the most similar others, by an inverted index. */
function nearestRows(texts: readonly SparseText[]): Neighbour[][] {
  const postings = new Map<number, { rows: number[]; weights: number[] }>();
  for (const [row, { features, weights }] of texts.entries()) {
    for (const [index, feature] of features.entries()) {
      const list = postings.get(feature) ?? { rows: [], weights: [] };
      list.rows.push(row);
      list.weights.push(weights[index] as number);
      postings.set(feature, list);
    }
  }
  const scores = new Float64Array(texts.length);
  return texts.map((text, row) => {
    const touched = accumulate(text, postings, scores);
    const found = touched.filter((other) => other !== row).map((other) => ({ row: other, similarity: scores[other] as number }));
    for (const other of touched) scores[other] = 0;
    return found.sort((a, b) => b.similarity - a.similarity || a.row - b.row).slice(0, REMEMBERED);
  });
}

function accumulate(
  { features, weights }: SparseText,
  postings: ReadonlyMap<number, { rows: number[]; weights: number[] }>,
  scores: Float64Array,
): number[] {
  const touched: number[] = [];
  for (const [index, feature] of features.entries()) {
    const list = postings.get(feature);
    if (list === undefined) continue;
    const weight = weights[index] as number;
    for (let at = 0; at < list.rows.length; at++) {
      const other = list.rows[at] as number;
      if (scores[other] === 0) touched.push(other);
      scores[other] = (scores[other] as number) + weight * (list.weights[at] as number);
    }
  }
  return touched;
}
