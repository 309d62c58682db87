import { type Random, seededRandom, shuffled } from '../../core/random.ts';
import { groupPredictor, type Membership } from './groups.ts';
import type { Predictor } from './predictor.ts';
import type { OutcomeTable } from './table.ts';
import type { SparseText } from './text-features.ts';

/** Width of the random projection clusters are sought in. */
const WIDTH = 48;
const ROUNDS = 12;

/** Clusters of texts (spherical k-means on a seeded random projection of the TF-IDF vectors), centres learned on the fit rows alone. */
export function clusterPredictor(table: OutcomeTable, texts: readonly SparseText[], seed: number): Predictor {
  const points = project(texts);
  return groupPredictor('clusters', table, (fit) => {
    const count = Math.max(2, Math.min(24, Math.round(Math.sqrt(fit.length / 8))));
    const centres = kMeans(points, fit, count, seededRandom(seed));
    const membership: Membership = { groups: count, of: (row) => [{ group: nearestCentre(points, row, centres), weight: 1 }] };
    return [membership];
  });
}

/** Each feature has a fixed sign vector, drawn from its number. Source: Achlioptas 2003, J. Comput. Syst. Sci. 66. */
function project(texts: readonly SparseText[]): Float64Array {
  const points = new Float64Array(texts.length * WIDTH);
  for (const [row, { features, weights }] of texts.entries()) {
    const start = row * WIDTH;
    for (const [index, feature] of features.entries()) {
      const random = seededRandom(feature);
      for (let column = 0; column < WIDTH; column++)
        points[start + column] = (points[start + column] as number) + (random() < 0.5 ? -1 : 1) * (weights[index] as number);
    }
    normalise(points, start);
  }
  return points;
}

function kMeans(points: Float64Array, rows: Int32Array, count: number, random: Random): Float64Array {
  const centres = new Float64Array(count * WIDTH);
  for (const [index, row] of shuffled([...rows], random)
    .slice(0, count)
    .entries())
    centres.set(points.subarray(row * WIDTH, (row + 1) * WIDTH), index * WIDTH);
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(count * WIDTH);
    for (const row of rows) {
      const start = nearestCentre(points, row, centres) * WIDTH;
      for (let column = 0; column < WIDTH; column++)
        sums[start + column] = (sums[start + column] as number) + (points[row * WIDTH + column] as number);
    }
    for (let centre = 0; centre < count; centre++) normalise(sums, centre * WIDTH);
    centres.set(sums);
  }
  return centres;
}

function nearestCentre(points: Float64Array, row: number, centres: Float64Array): number {
  let [best, closest] = [0, Number.NEGATIVE_INFINITY];
  for (let centre = 0; centre * WIDTH < centres.length; centre++) {
    let similarity = 0;
    for (let column = 0; column < WIDTH; column++)
      similarity += (points[row * WIDTH + column] as number) * (centres[centre * WIDTH + column] as number);
    if (similarity > closest) [best, closest] = [centre, similarity];
  }
  return best;
}

function normalise(values: Float64Array, start: number): void {
  let squares = 0;
  for (let column = 0; column < WIDTH; column++) squares += (values[start + column] as number) ** 2;
  const norm = Math.sqrt(squares) || 1;
  for (let column = 0; column < WIDTH; column++) values[start + column] = (values[start + column] as number) / norm;
}
