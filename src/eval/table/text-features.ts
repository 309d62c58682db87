import { normalisedText } from '../fingerprint.ts';

/** A sparse unit vector of a text: hashed features in ascending order with their weights. */
export type SparseText = { features: Int32Array; weights: Float64Array };

const BUCKETS = 1 << 18;
/** Characters read of a text, and features kept of it, rarest first. */
const CHARACTERS = 4_000;
const KEPT = 64;

/**
 * TF-IDF vectors over hashed words, word pairs and four-character pieces: what the nearest-neighbour and cluster controls read.
 * Document frequencies are counted over all texts, outcomes unseen.
 */
export function sparseTexts(texts: readonly string[]): SparseText[] {
  const counted = texts.map(countFeatures);
  const documents = new Float64Array(BUCKETS);
  for (const counts of counted) for (const feature of counts.keys()) documents[feature] = (documents[feature] as number) + 1;
  return counted.map((counts) => weigh(counts, documents, texts.length));
}

function weigh(counts: ReadonlyMap<number, number>, documents: Float64Array, total: number): SparseText {
  const weighed = [...counts].map(([feature, count]): [number, number] => {
    const rarity = Math.log((1 + total) / (1 + (documents[feature] as number)));
    return [feature, (1 + Math.log(count)) * rarity];
  });
  const kept = weighed
    .filter(([feature]) => (documents[feature] as number) > 1)
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, KEPT)
    .sort((a, b) => a[0] - b[0]);
  const norm = Math.sqrt(kept.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
  return { features: Int32Array.from(kept, ([feature]) => feature), weights: Float64Array.from(kept, ([, weight]) => weight / norm) };
}

function countFeatures(text: string): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (feature: string) => {
    const bucket = hashOf(feature);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  };
  const clean = normalisedText(text.slice(0, CHARACTERS));
  const words = clean.split(' ');
  for (const [index, word] of words.entries()) {
    add(`w${word}`);
    const next = words[index + 1];
    if (next !== undefined) add(`p${word} ${next}`);
    for (let start = 0; start + 4 <= word.length; start++) add(`c${word.slice(start, start + 4)}`);
  }
  return counts;
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % BUCKETS;
}
