import { RouterError } from '../../core/errors.ts';

/** How alike a vector is to each value of an axis, −1..1, in the order of the values. */
export type Scorer = {
  /** @param leaveOut index of an example that must not count, so that examples can be used to judge themselves */
  score(vector: Float32Array, leaveOut?: number): Float64Array;
  /** Multiplications of one score. */
  readonly work: number;
};

/** Unit vectors of one axis's examples, and the index of each one's value. */
export type Labelled = { vectors: readonly Float32Array[]; values: readonly number[]; count: number };

/**
 * Cosine to the mean of each value's examples. Source: Rocchio 1971; as nearest class mean, Snell et al. 2017, arXiv:1703.05175.
 * A value whose only example is left out scores −1.
 */
export function centroidScorer({ vectors, values, count }: Labelled): Scorer {
  const dimensions = vectors[0]?.length ?? 0;
  const sums = Array.from({ length: count }, () => new Float64Array(dimensions));
  for (const [index, vector] of vectors.entries()) addTo(sums[values[index] as number] as Float64Array, vector, 1);
  const whole = sums.map((sum) => Math.sqrt(dot(sum, sum)));
  return {
    work: count * dimensions,
    score(vector, leaveOut = -1) {
      const scores = new Float64Array(count);
      for (let value = 0; value < count; value++) {
        const sum = sums[value] as Float64Array;
        const left = values[leaveOut] === value ? (vectors[leaveOut] as Float32Array) : null;
        scores[value] = left === null ? ratio(dot(vector, sum), whole[value] as number) : cosineWithout(vector, sum, left);
      }
      return scores;
    },
  };
}

/** Cosine of a vector and a sum from which `left` is taken out. */
function cosineWithout(vector: Float32Array, sum: Float64Array, left: Float32Array): number {
  const rest = Float64Array.from(sum);
  addTo(rest, left, -1);
  return ratio(dot(vector, rest), Math.sqrt(dot(rest, rest)));
}

/** Float32 rounding leaves crumbs of a sum that is really nothing. */
const ratio = (product: number, norm: number): number => (norm < 1e-5 ? -1 : product / norm);

/**
 * Mean cosine to the `nearest` most alike examples of each value, all of them where there are fewer; the number of examples of a value does not favour it.
 * Source: k nearest neighbours by class, Fix and Hodges 1951. A value whose only example is left out scores −1.
 */
export function neighbourScorer({ vectors, values, count }: Labelled, nearest: number): Scorer {
  return {
    work: vectors.length * (vectors[0]?.length ?? 0),
    score(vector, leaveOut = -1) {
      const best = Array.from({ length: count }, () => new Float64Array(nearest).fill(Number.NEGATIVE_INFINITY));
      for (let index = 0; index < vectors.length; index++) {
        if (index !== leaveOut) insert(best[values[index] as number] as Float64Array, dot(vector, vectors[index] as Float32Array));
      }
      return Float64Array.from(best, meanOfFinite);
    },
  };
}

/** Keeps `best` in falling order. */
function insert(best: Float64Array, similarity: number): void {
  let at = best.length - 1;
  if (similarity <= (best[at] as number)) return;
  for (; at > 0 && (best[at - 1] as number) < similarity; at--) best[at] = best[at - 1] as number;
  best[at] = similarity;
}

function meanOfFinite(similarities: Float64Array): number {
  const found = similarities.filter(Number.isFinite);
  return found.length === 0 ? -1 : found.reduce((sum, similarity) => sum + similarity, 0) / found.length;
}

/**
 * A copy of length 1.
 *
 * @throws RouterError `classify.bad-answer` for a vector without direction: zero, NaN, infinite, or of another length than `dimensions`
 */
export function unitVector(vector: Float32Array, dimensions = vector.length): Float32Array {
  const norm = Math.sqrt(dot(vector, vector));
  if (vector.length !== dimensions) throw badVector(`${dimensions} numbers as the examples have`, `${vector.length}`);
  if (!(norm > 0 && norm < Number.POSITIVE_INFINITY)) throw badVector('finite numbers that are not all zero', `length ${norm}`);
  return vector.map((number) => number / norm);
}

function badVector(expected: string, found: string): RouterError {
  return new RouterError('classify.bad-answer', `the embedder gave a vector that cannot be used: expected ${expected}, found ${found}`, {
    advice: 'use one model for examples and requests; when the model behind its name changed, delete the kept vectors',
    retryable: true,
  });
}

/** `target += factor · vector`. */
export function addTo(target: Float64Array, vector: Float32Array, factor: number): void {
  for (let at = 0; at < target.length; at++) target[at] = (target[at] as number) + factor * (vector[at] as number);
}

function dot(a: Float32Array | Float64Array, b: Float32Array | Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
