import type { ScoredRow } from './calibrate.ts';
import { type Head, type Linear, softmax } from './linear.ts';
import { centred, dot } from './vectors.ts';

/** Held-out scores of one softmax head set right: new scores = matrix · scores + offsets. */
export type Mixing = { matrix: number[][]; offsets: number[] };

const ROUNDS = 100;
const RATE = 0.3;
const L2 = 1e-3;
/** Rows of a value that has a share `s` of all count `(1 / s) ^ 0.5` times: half way from the mix of our own rows to equal shares, since traffic has neither. */
const BALANCE = 0.5;

/**
 * Learns from held-out rows how the columns of a softmax head speak for one another: a column that is loud on texts of another value is turned down,
 * a shy one up. Multinomial logistic regression on the scores, by full-batch AdaGrad. Source: matrix scaling, Guo et al. 2017, arXiv:1706.04599.
 *
 * @param rows held-out scores, `columns` each, and the right column
 */
export function fitMixing(rows: readonly ScoredRow[], columns: number): Mixing {
  const spread = spreadOf(rows);
  const shares = balanced(rows, columns);
  const cases = rows.map(({ scores, target }, index) => ({
    // What all columns share says nothing of which is right, and grows with the length of the text.
    input: Float64Array.of(...centred(scores).map((score) => score / spread), 1),
    target,
    weight: shares[index] as number,
  }));
  const parameters = Array.from({ length: columns }, () => new Float64Array(columns + 1));
  const squares = Array.from({ length: columns }, () => new Float64Array(columns + 1).fill(1e-6));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [to, gradient] of gradients(cases, parameters).entries())
      descend(parameters[to] as Float64Array, squares[to] as Float64Array, gradient);
  }
  return unscaled(parameters, spread);
}

/** Scores as a mixed model gives them. */
export function mixedScores({ matrix, offsets }: Mixing, scores: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row, to) =>
    row.reduce((sum, weight, from) => sum + weight * (scores[from] as number), offsets[to] ?? 0),
  );
}

/** Folds a mixing into the model: its table, biases and dense weights then give the mixed scores by themselves. */
export function applyMixing(model: Linear, { first, columns }: Head, { matrix, offsets }: Mixing): void {
  const mixed = new Float64Array(columns);
  const rows: { at: Float32Array | Float64Array; start: number }[] = [{ at: model.biases, start: first }];
  for (const row of model.dense) rows.push({ at: row, start: first });
  for (let bucket = 0; bucket < model.options.buckets; bucket++)
    rows.push({ at: model.table, start: bucket * model.options.columns + first });
  for (const { at, start } of rows) {
    for (let to = 0; to < columns; to++) {
      let sum = 0;
      for (let from = 0; from < columns; from++) sum += (matrix[to]?.[from] ?? 0) * (at[start + from] as number);
      mixed[to] = sum;
    }
    at.set(mixed, start);
  }
  for (const [column, offset] of offsets.entries()) model.biases[first + column] = (model.biases[first + column] as number) + offset;
}

function spreadOf(rows: readonly ScoredRow[]): number {
  let sum = 0;
  let count = 0;
  for (const { scores } of rows) {
    for (const score of centred(scores)) sum += score * score;
    count += scores.length;
  }
  return Math.sqrt(sum / Math.max(1, count)) || 1;
}

function balanced(rows: readonly ScoredRow[], columns: number): Float64Array {
  const counts = new Float64Array(columns);
  for (const { target } of rows) counts[target] = (counts[target] as number) + 1;
  const weights = Float64Array.from(rows, ({ target }) => (rows.length / (counts[target] as number)) ** BALANCE);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

type Case = { input: Float64Array; target: number; weight: number };

/** Gradient of the weighted log loss by each column's weights and, last, its offset. */
function gradients(cases: readonly Case[], parameters: readonly Float64Array[]): Float64Array[] {
  const sums = parameters.map(({ length }) => new Float64Array(length));
  const scores = new Float64Array(parameters.length);
  for (const { input, target, weight } of cases) {
    for (let to = 0; to < scores.length; to++) scores[to] = dot(parameters[to] as Float64Array, input);
    const errors = softmax(scores);
    errors[target] = (errors[target] as number) - 1;
    for (let to = 0; to < scores.length; to++) {
      const sum = sums[to] as Float64Array;
      const error = weight * (errors[to] as number);
      for (let from = 0; from < input.length; from++) sum[from] = (sum[from] as number) + error * (input[from] as number);
    }
  }
  return sums;
}

/** One AdaGrad step; the offset, which is last, is not held back. */
function descend(row: Float64Array, squares: Float64Array, gradient: Float64Array): void {
  for (let at = 0; at < row.length; at++) {
    const slope = (gradient[at] as number) + (at < row.length - 1 ? L2 * (row[at] as number) : 0);
    const square = (squares[at] as number) + slope * slope;
    squares[at] = square;
    row[at] = (row[at] as number) - (RATE * slope) / Math.sqrt(square);
  }
}

/** The matrix for raw scores: centring and scaling are linear, so they are part of it. */
function unscaled(parameters: readonly Float64Array[], spread: number): Mixing {
  const columns = parameters.length;
  const matrix = parameters.map((row) => {
    const weights = [...row.subarray(0, columns)];
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / columns;
    return weights.map((weight) => (weight - mean) / spread);
  });
  return { matrix, offsets: parameters.map((row) => row[columns] as number) };
}
