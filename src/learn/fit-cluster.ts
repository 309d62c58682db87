import { type Random, seededRandom, shuffled } from '../core/random.ts';
import type { Features } from './examples.ts';

const ROUNDS = 12;
/** Features in fewer texts than this tell nothing of likeness; those in more than this share of texts, too little. */
const LEAST_TEXTS = 3;
const MOST_SHARE = 0.5;
/** Fewest texts a cluster may hold on average, and most clusters. */
const TEXTS_PER_CLUSTER = 80;
const MOST_CLUSTERS = 16;

/** A text as a sparse unit vector over features. */
type Point = { features: Int32Array; weights: Float64Array };

/**
 * Groups of alike texts by spherical k-means on rarity-weighted features, outcomes unseen. Seeded.
 * Source: Dhillon & Modha 2001, Machine Learning 42.
 *
 * @returns the group of each row; −1 for all when there are too few to tell two groups apart
 */
export function clusterTexts(rows: readonly Features[], buckets: number, seed: number): { groups: number; of: Int32Array } {
  const groups = Math.min(MOST_CLUSTERS, Math.floor(rows.length / TEXTS_PER_CLUSTER));
  const of = new Int32Array(rows.length).fill(-1);
  if (groups < 2) return { groups: 0, of };
  const points = pointsOf(rows, buckets);
  let centres = startingCentres(points, groups, buckets, seededRandom(seed));
  for (let round = 0; round < ROUNDS; round++) {
    const sums = centres.map(() => new Float64Array(buckets));
    for (const [row, point] of points.entries()) {
      of[row] = nearest(point, centres);
      add(sums[of[row] as number] as Float64Array, point);
    }
    // A centre that nobody is nearest to stays where it was.
    centres = sums.map((sum, group) => unit(sum) ?? (centres[group] as Float64Array));
  }
  return { groups, of };
}

function pointsOf(rows: readonly Features[], buckets: number): Point[] {
  const texts = new Int32Array(buckets);
  for (const { buckets: own } of rows) for (const bucket of own) texts[bucket] = (texts[bucket] as number) + 1;
  const tells = (bucket: number) => (texts[bucket] as number) >= LEAST_TEXTS && (texts[bucket] as number) <= MOST_SHARE * rows.length;
  return rows.map(({ buckets: own }) => {
    const features = own.filter(tells);
    const weights = Float64Array.from(features, (bucket) => Math.log(rows.length / (texts[bucket] as number)));
    const norm = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)) || 1;
    return { features, weights: weights.map((weight) => weight / norm) };
  });
}

/** Far apart: each next centre is the least like those before it, among a few drawn. */
function startingCentres(points: readonly Point[], groups: number, buckets: number, random: Random): Float64Array[] {
  const dense = (point: Point) => {
    const centre = new Float64Array(buckets);
    add(centre, point);
    return centre;
  };
  const drawn = shuffled([...points], random);
  const centres = [dense(drawn.shift() as Point)];
  while (centres.length < groups) {
    const candidates = drawn.splice(0, 8);
    const likeness = candidates.map((point) => Math.max(...centres.map((centre) => dot(point, centre))));
    centres.push(dense(candidates[likeness.indexOf(Math.min(...likeness))] as Point));
  }
  return centres;
}

function nearest(point: Point, centres: readonly Float64Array[]): number {
  let [best, closest] = [0, Number.NEGATIVE_INFINITY];
  for (const [group, centre] of centres.entries()) {
    const likeness = dot(point, centre);
    if (likeness > closest) [best, closest] = [group, likeness];
  }
  return best;
}

function dot({ features, weights }: Point, centre: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < features.length; at++) sum += (weights[at] as number) * (centre[features[at] as number] as number);
  return sum;
}

function add(centre: Float64Array, { features, weights }: Point): void {
  for (let at = 0; at < features.length; at++) {
    const feature = features[at] as number;
    centre[feature] = (centre[feature] as number) + (weights[at] as number);
  }
}

function unit(sum: Float64Array): Float64Array | null {
  const norm = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
  return norm === 0 ? null : sum.map((value) => value / norm);
}
