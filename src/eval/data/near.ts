import { normalisedText } from '../fingerprint.ts';

/** Texts that share at least this part of their character runs are near-duplicates. */
export const NEAR = 0.7;
/** Length of a run, characters. */
const RUN = 5;
/** Characters read of each text. */
const READ = 20_000;
/** Runs kept of each text, those of the smallest hashes: enough to tell likeness to two points, in 2 kB. */
const KEPT = 512;
/** Slots of a text's sketch, and how many of them make one key: texts with one key in common are compared. */
const SLOTS = 48;
const KEY = 3;
/** A key that many texts share (a template) compares each with so many of them: the chain still joins the group. */
const COMPARED = 40;

/**
 * The group of each text, numbered from 0 in order of first appearance: texts in one group are near-duplicates, directly or through others.
 * Likeness is the Jaccard index of runs of five characters, letters and digits folded, of long texts a sample of them (bottom-k, Cohen and
 * Kaplan 2007); candidates come from one-permutation MinHash (Li, Owen and Zhang 2012), so that time grows with the number of texts.
 *
 * @example nearGroups(['where is my parcel now?', 'Where is my parcel, now', 'hello']) // => [0, 0, 1]
 */
export function nearGroups(texts: readonly string[]): Int32Array {
  const runs = texts.map(runsOf);
  const parent = Int32Array.from(texts, (_, index) => index);
  const buckets = new Map<number, number[]>();
  for (const [index, own] of runs.entries()) {
    for (const key of keysOf(own)) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [index]);
      else if (joinAny(index, bucket, runs, parent) || bucket.length < COMPARED) bucket.push(index);
    }
  }
  return numbered(parent);
}

function joinAny(index: number, bucket: readonly number[], runs: readonly Uint32Array[], parent: Int32Array): boolean {
  let joined = false;
  for (const other of bucket.slice(0, COMPARED)) {
    if (rootOf(parent, index) === rootOf(parent, other)) continue;
    if (likeness(runs[index] as Uint32Array, runs[other] as Uint32Array) < NEAR) continue;
    parent[rootOf(parent, index)] = rootOf(parent, other);
    joined = true;
  }
  return joined;
}

/** Hashes of the runs of a text, smallest first, at most `KEPT`; of a text shorter than one run, the whole. */
function runsOf(text: string): Uint32Array {
  const folded = normalisedText(text.slice(0, READ));
  if (folded.length <= RUN) return Uint32Array.of(hashOf(folded, 0, folded.length));
  const runs = new Set<number>();
  for (let at = 0; at + RUN <= folded.length; at++) runs.add(hashOf(folded, at, at + RUN));
  return Uint32Array.from(runs).sort().slice(0, KEPT);
}

/** FNV-1a over code units, finished like MurmurHash3. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

const EMPTY = 0xffffffff;

/** Keys of a text's sketch; a slot nobody fell into takes the next one's value, so that short texts have full sketches. */
function keysOf(runs: Uint32Array): number[] {
  const slots = new Uint32Array(SLOTS).fill(EMPTY);
  for (const run of runs) {
    const slot = run % SLOTS;
    const value = Math.floor(run / SLOTS);
    if (value < (slots[slot] as number)) slots[slot] = value;
  }
  const filled = slots.map((value, slot) => (value === EMPTY ? nextFilled(slots, slot) : value));
  return Array.from({ length: SLOTS / KEY }, (_, key) => {
    let hash = 0x811c9dc5 ^ key;
    for (let slot = key * KEY; slot < (key + 1) * KEY; slot++) hash = Math.imul(hash ^ (filled[slot] as number), 0x01000193);
    return ((hash >>> 0) & 0x3fffffff) * (SLOTS / KEY) + key;
  });
}

function nextFilled(slots: Uint32Array, slot: number): number {
  for (let step = 1; step < SLOTS; step++) {
    const value = slots[(slot + step) % SLOTS] as number;
    if (value !== EMPTY) return value + step;
  }
  return EMPTY;
}

/** Walks both lists upwards through the smallest `KEPT` runs of their union: shared over all. */
function likeness(a: Uint32Array, b: Uint32Array): number {
  let [first, second, shared, all] = [0, 0, 0, 0];
  while (all < KEPT && (first < a.length || second < b.length)) {
    const [left, right] = [a[first] ?? Number.POSITIVE_INFINITY, b[second] ?? Number.POSITIVE_INFINITY];
    if (left <= right) first++;
    if (right <= left) second++;
    if (left === right) shared++;
    all++;
  }
  return shared / all;
}

function rootOf(parent: Int32Array, index: number): number {
  let root = index;
  while (parent[root] !== root) {
    parent[root] = parent[parent[root] as number] as number;
    root = parent[root] as number;
  }
  return root;
}

function numbered(parent: Int32Array): Int32Array {
  const numbers = new Map<number, number>();
  return parent.map((_, index) => {
    const root = rootOf(parent, index);
    const number = numbers.get(root) ?? numbers.size;
    numbers.set(root, number);
    return number;
  });
}
