import { seededRandom, shuffled } from '../core/random.ts';

/** A document as distinct buckets with counts, dense features and targets per head; -1 where a head has no label for it. */
export type Example = {
  buckets: Int32Array;
  counts: Float32Array;
  /** Features in all, repeats included. */
  total: number;
  dense: Float64Array;
  /** One per head: the index of the right column within the head (softmax), or 0 / 1 (logistic); -1 is unlabelled. */
  targets: readonly number[];
  weight: number;
  /** Rows of one cluster never fall on two sides of a fold. */
  cluster: string;
};

/** A group of columns trained together: `softmax` over all of them, or one `logistic` column. */
export type Head = {
  name: string;
  kind: 'softmax' | 'logistic';
  first: number;
  columns: number;
  useDense: boolean;
  l2: number;
  power: number;
};

export type LinearOptions = {
  buckets: number;
  columns: number;
  epochs: number;
  learningRate: number;
  seed: number;
};

export type Linear = { table: Float32Array; biases: Float64Array; dense: Float64Array[]; options: LinearOptions };

const BIAS_RATE = 0.02;
const ADAGRAD_START = 1e-3;

/**
 * Multi-head linear model by stochastic gradient descent with AdaGrad steps, L2 on the weights a document touches.
 * Seeded: same examples, options and machine arithmetic give the same bytes. Source: Duchi et al. 2011, JMLR 12.
 */
export function trainLinear(examples: readonly Example[], heads: readonly Head[], options: LinearOptions): Linear {
  const { buckets, columns } = options;
  const denseSize = examples[0]?.dense.length ?? 0;
  const model: Linear = {
    table: new Float32Array(buckets * columns),
    biases: new Float64Array(columns),
    dense: Array.from({ length: denseSize }, () => new Float64Array(columns)),
    options,
  };
  const squares = new Float32Array(buckets * columns).fill(ADAGRAD_START);
  const denseSquares = Array.from({ length: denseSize }, () => new Float64Array(columns).fill(ADAGRAD_START));
  const random = seededRandom(options.seed);
  let order = [...examples];
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    order = shuffled(order, random);
    const rate = options.learningRate * (1 - epoch / options.epochs);
    for (const example of order) if (example.total > 0) step(example, heads, model, { squares, denseSquares, rate });
  }
  return model;
}

type State = { squares: Float32Array; denseSquares: Float64Array[]; rate: number };

function step(example: Example, heads: readonly Head[], model: Linear, state: State): void {
  for (const [index, head] of heads.entries()) {
    const target = example.targets[index] as number;
    if (target < 0) continue;
    const errors = headErrors(example, head, target, model);
    updateTable(example, head, errors, model, state);
    for (let column = 0; column < head.columns; column++) {
      const at = head.first + column;
      const error = errors[column] as number;
      model.biases[at] = (model.biases[at] as number) - BIAS_RATE * state.rate * error;
      if (head.useDense) updateDense(example, at, error, head, model, state);
    }
  }
}

/** Gradient of the log loss by score, times the example's weight. */
function headErrors(example: Example, head: Head, target: number, model: Linear): Float64Array {
  const probabilities = headProbabilities(head, headScores(example, head, model));
  if (head.kind === 'logistic') probabilities[0] = (probabilities[0] as number) - target;
  else probabilities[target] = (probabilities[target] as number) - 1;
  for (let column = 0; column < head.columns; column++) probabilities[column] = (probabilities[column] as number) * example.weight;
  return probabilities;
}

export function headProbabilities(head: Head, scores: Float64Array): Float64Array {
  return head.kind === 'logistic' ? scores.map((score) => 1 / (1 + Math.exp(-score))) : softmax(scores);
}

export function softmax(scores: Float64Array): Float64Array {
  const highest = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - highest));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}

export function headScores(example: Example, head: Head, model: Linear): Float64Array {
  const { columns } = model.options;
  const scores = new Float64Array(head.columns);
  for (let index = 0; index < example.buckets.length; index++) {
    const row = (example.buckets[index] as number) * columns + head.first;
    const count = example.counts[index] as number;
    for (let column = 0; column < head.columns; column++)
      scores[column] = (scores[column] as number) + count * (model.table[row + column] as number);
  }
  const norm = Math.max(1, example.total) ** head.power;
  for (let column = 0; column < head.columns; column++) {
    let score = (scores[column] as number) / norm + (model.biases[head.first + column] as number);
    if (head.useDense)
      for (let at = 0; at < example.dense.length; at++)
        score += (example.dense[at] as number) * (model.dense[at]?.[head.first + column] ?? 0);
    scores[column] = score;
  }
  return scores;
}

function updateTable(example: Example, head: Head, errors: Float64Array, model: Linear, state: State): void {
  const { columns } = model.options;
  const { table } = model;
  const { squares, rate } = state;
  const norm = example.total ** head.power;
  for (let index = 0; index < example.buckets.length; index++) {
    const row = (example.buckets[index] as number) * columns + head.first;
    const input = (example.counts[index] as number) / norm;
    for (let column = 0; column < head.columns; column++) {
      const at = row + column;
      const gradient = (errors[column] as number) * input + head.l2 * (table[at] as number);
      const square = (squares[at] as number) + gradient * gradient;
      squares[at] = square;
      table[at] = (table[at] as number) - (rate * gradient) / Math.sqrt(square);
    }
  }
}

function updateDense(example: Example, at: number, error: number, head: Head, model: Linear, state: State): void {
  for (let index = 0; index < example.dense.length; index++) {
    const input = example.dense[index] as number;
    if (input === 0) continue;
    const row = model.dense[index] as Float64Array;
    const squares = state.denseSquares[index] as Float64Array;
    const gradient = error * input + head.l2 * (row[at] as number);
    squares[at] = (squares[at] as number) + gradient * gradient;
    row[at] = (row[at] as number) - (0.3 * state.rate * gradient) / Math.sqrt(squares[at] as number);
  }
}
