import type { Labelled, Scorer } from './nearest.ts';

/** What is used when the examples cannot judge themselves: no value has two. A guess for common embedding models, whose cosines lie close together. */
export const DEFAULT_TEMPERATURE = 0.05;
const RANGE = { least: 0.002, most: 2 } as const;
const STEPS = 40;
/** Multiplications spent on calibration, so that a large set of examples does not hold up the start: about a second. */
const MOST_WORK = 1_000_000_000;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Probabilities from cosines: softmax of score / temperature. Source: Guo et al. 2017, arXiv:1706.04599. */
export function softmax(scores: Float64Array, temperature: number): number[] {
  const highest = Math.max(...scores);
  const raised = Array.from(scores, (score) => Math.exp((score - highest) / temperature));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}

/**
 * The temperature at which each example, left out in turn, is told best by the others: least cross-entropy, golden-section search on its logarithm.
 * The target for the right value is (n + 1) / (n + 2), the rest shared by the others: without it a few examples
 * that happen to be told apart would promise certainty. Source: Platt 1999, section 2.2.
 */
export function calibratedTemperature(scorer: Scorer, examples: Labelled): number {
  const judged = leftOut(scorer, examples);
  if (judged.length === 0) return DEFAULT_TEMPERATURE;
  const right = (judged.length + 1) / (judged.length + 2);
  const wrong = (1 - right) / (examples.count - 1);
  const loss = (logarithm: number) =>
    judged.reduce((sum, { scores, value }) => sum + crossEntropy(scores, value, Math.exp(logarithm), right, wrong), 0);
  return Math.exp(leastOf(loss, Math.log(RANGE.least), Math.log(RANGE.most)));
}

type Judged = { scores: Float64Array; value: number };

/** Scores of examples whose value has another one; spread evenly when there are too many to judge all. */
function leftOut(scorer: Scorer, { vectors, values, count }: Labelled): Judged[] {
  const sizes = new Array<number>(count).fill(0);
  for (const value of values) sizes[value] = (sizes[value] as number) + 1;
  const able = [...values.keys()].filter((index) => (sizes[values[index] as number] as number) > 1);
  const most = Math.max(50, Math.floor(MOST_WORK / Math.max(1, scorer.work)));
  const step = Math.max(1, able.length / most);
  const chosen = Array.from({ length: Math.min(able.length, most) }, (_, at) => able[Math.floor(at * step)] as number);
  return chosen.map((index) => ({ scores: scorer.score(vectors[index] as Float32Array, index), value: values[index] as number }));
}

function crossEntropy(scores: Float64Array, value: number, temperature: number, right: number, wrong: number): number {
  const highest = Math.max(...scores);
  let sum = 0;
  let expected = 0;
  for (let at = 0; at < scores.length; at++) {
    const scaled = ((scores[at] as number) - highest) / temperature;
    sum += Math.exp(scaled);
    expected += (at === value ? right : wrong) * scaled;
  }
  return Math.log(sum) - expected;
}

/** Golden-section search. Source: Kiefer 1953, Proc. AMS 4(3). */
function leastOf(loss: (at: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [loss(left), loss(right)];
  for (let step = 0; step < STEPS; step++) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = loss(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = loss(right);
    }
  }
  return (low + high) / 2;
}
