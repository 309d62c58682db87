import { seededRandom, shuffled } from '../core/random.ts';
import type { Features } from './examples.ts';

/** Columns trained together: the first `logistic` ones each on a target of 0..1, the rest as one softmax. */
export type Shape = { logistic: number; softmax: number };

/** Targets of one row: a share per logistic column, and the right softmax column (−1 for none). */
export type Target = { shares: ArrayLike<number>; kind: number };

export type TrainSettings = {
  buckets: number;
  epochs: number;
  /** Step sizes: logistic and softmax columns. */
  logisticRate: number;
  softmaxRate: number;
  /** Held towards zero, per step on touched weights: logistic and softmax columns. */
  logisticL2: number;
  softmaxL2: number;
  /** Sums are divided by the number of features to this power. */
  power: number;
  seed: number;
};

/** A linear model, bucket by bucket. */
export type Wide = { shape: Shape; settings: TrainSettings; table: Float32Array; biases: Float64Array; dense: Float64Array[] };

const BIAS_RATE = 0.02;
const DENSE_RATE = 0.3;
const ADAGRAD_START = 1e-3;

/**
 * Many columns over the same features, by stochastic gradient descent with AdaGrad steps and L2 on the weights a row touches, all columns of
 * a bucket in one sweep. Seeded. Source: Duchi et al. 2011, JMLR 12.
 */
export function trainWide(rows: readonly Features[], targets: readonly Target[], shape: Shape, settings: TrainSettings): Wide {
  const columns = shape.logistic + shape.softmax;
  const denseSize = rows[0]?.dense.length ?? 0;
  const wide: Wide = {
    shape,
    settings,
    table: new Float32Array(settings.buckets * columns),
    biases: new Float64Array(columns),
    dense: Array.from({ length: denseSize }, () => new Float64Array(columns)),
  };
  const squares = new Float32Array(wide.table.length).fill(ADAGRAD_START);
  const denseSquares = wide.dense.map(() => new Float64Array(columns).fill(ADAGRAD_START));
  const random = seededRandom(settings.seed);
  let order = rows.map((_, row) => row);
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    order = shuffled(order, random);
    const left = 1 - epoch / settings.epochs;
    for (const row of order) {
      const features = rows[row] as Features;
      if (features.total === 0) continue;
      const errors = errorsOf(wideProbabilities(wide, features), targets[row] as Target, shape);
      updateTable(features, errors, wide, squares, left);
      updateRest(features, errors, wide, denseSquares, left);
    }
  }
  return wide;
}

/** Scores of every column. */
export function wideScores({ shape, settings, table, biases, dense }: Wide, features: Features): Float64Array {
  const columns = shape.logistic + shape.softmax;
  const scores = new Float64Array(columns);
  const { buckets, counts } = features;
  for (let index = 0; index < buckets.length; index++) {
    const row = (buckets[index] as number) * columns;
    const count = counts[index] as number;
    for (let column = 0; column < columns; column++) scores[column] = (scores[column] as number) + count * (table[row + column] as number);
  }
  const norm = Math.max(1, features.total) ** settings.power;
  for (let column = 0; column < columns; column++) {
    let score = (scores[column] as number) / norm + (biases[column] as number);
    for (let at = 0; at < dense.length; at++) score += (features.dense[at] as number) * (dense[at]?.[column] as number);
    scores[column] = score;
  }
  return scores;
}

/** Scores as probabilities: logistic columns each alone, the softmax columns together. */
export function wideProbabilities(wide: Wide, features: Features): Float64Array {
  const scores = wideScores(wide, features);
  const { logistic } = wide.shape;
  for (let column = 0; column < logistic; column++) scores[column] = 1 / (1 + Math.exp(-(scores[column] as number)));
  let highest = Number.NEGATIVE_INFINITY;
  for (let column = logistic; column < scores.length; column++) highest = Math.max(highest, scores[column] as number);
  let sum = 0;
  for (let column = logistic; column < scores.length; column++) {
    const raised = Math.exp((scores[column] as number) - highest);
    scores[column] = raised;
    sum += raised;
  }
  for (let column = logistic; column < scores.length; column++) scores[column] = (scores[column] as number) / sum;
  return scores;
}

/** Gradient of the log loss by score, in place; NaN where a column is not to be moved. */
function errorsOf(probabilities: Float64Array, { shares, kind }: Target, { logistic, softmax }: Shape): Float64Array {
  for (let column = 0; column < logistic; column++) probabilities[column] = (probabilities[column] as number) - (shares[column] as number);
  if (kind < 0) probabilities.fill(0, logistic);
  else if (softmax > 0) probabilities[logistic + kind] = (probabilities[logistic + kind] as number) - 1;
  return probabilities;
}

function updateTable(
  features: Features,
  errors: Float64Array,
  { shape, settings, table }: Wide,
  squares: Float32Array,
  left: number,
): void {
  const { logistic } = shape;
  const columns = errors.length;
  const rates = [settings.logisticRate * left, settings.softmaxRate * left] as const;
  const norm = features.total ** settings.power;
  const { buckets, counts } = features;
  for (let index = 0; index < buckets.length; index++) {
    const row = (buckets[index] as number) * columns;
    const input = (counts[index] as number) / norm;
    for (let column = 0; column < columns; column++) {
      const at = row + column;
      const weight = table[at] as number;
      const gradient = (errors[column] as number) * input + (column < logistic ? settings.logisticL2 : settings.softmaxL2) * weight;
      const square = (squares[at] as number) + gradient * gradient;
      squares[at] = square;
      table[at] = weight - ((column < logistic ? rates[0] : rates[1]) * gradient) / Math.sqrt(square);
    }
  }
}

function updateRest(features: Features, errors: Float64Array, wide: Wide, denseSquares: readonly Float64Array[], left: number): void {
  const { shape, settings, biases, dense } = wide;
  for (let column = 0; column < errors.length; column++) {
    const error = errors[column] as number;
    const rate = left * (column < shape.logistic ? settings.logisticRate : settings.softmaxRate);
    biases[column] = (biases[column] as number) - BIAS_RATE * rate * error;
    const l2 = column < shape.logistic ? settings.logisticL2 : settings.softmaxL2;
    for (let at = 0; at < dense.length; at++) {
      const input = features.dense[at] as number;
      if (input === 0) continue;
      const [row, squares] = [dense[at] as Float64Array, denseSquares[at] as Float64Array];
      const gradient = error * input + l2 * (row[column] as number);
      const square = (squares[column] as number) + gradient * gradient;
      squares[column] = square;
      row[column] = (row[column] as number) - (DENSE_RATE * rate * gradient) / Math.sqrt(square);
    }
  }
}
