import { DIGIT, KINDS, LETTER, NEWLINE, SEPARATOR, SYMBOL, UNSPACED } from './kinds.ts';

/**
 * Hashed features of a text, in one pass over its characters: words, word pairs, four-character pieces of words,
 * single, double and triple characters of scripts without spaces, and runs of symbols. Digits fold to one shape.
 * A feature is a bucket number; a text is the list of its features in order, cut into segments that no feature crosses.
 * What letters spell counts once a segment, however often it stands there: a name repeated in every sentence says no more than once.
 * Numbers and symbols count each time: their number is what tells a table or a formula.
 */

/** Which features a text has and how they count; weights of another version would be read wrongly and are refused. */
export const FEATURES_VERSION = 2 as const;

/** Buckets of the hash table; a power of two. */
export const BUCKETS = 1 << 18;
const MASK = BUCKETS - 1;

/** Characters after which a segment ends at the next sentence end, and at the latest. */
const SEGMENT_SOFT = 200;
const SEGMENT_HARD = 600;
const LONGEST_WORD = 64;

/** Features at each end of a text that count in full: what is asked stands there, and what it is asked about between. */
export const EDGE = 120;
/** Share of a long text's weight that its two ends have together. */
const EDGE_SHARE = 0.6;

/** Weight of each feature between the two ends of a text of `count` features; those at the ends have 1. */
export function middleWeight(count: number): number {
  const middle = count - 2 * EDGE;
  return middle <= 0 ? 1 : Math.min(1, (2 * EDGE * (1 - EDGE_SHARE)) / EDGE_SHARE / middle);
}

/** A text of `count` features counts as so many: those between its ends by their weight. */
export function countedFeatures(count: number): number {
  return count - (1 - middleWeight(count)) * Math.max(0, count - 2 * EDGE);
}

/** The features of one text. Reused between texts: read it before extracting the next one. */
export class FeatureBuffer {
  /** Bucket numbers in order. */
  buckets = new Int32Array(16_384);
  count = 0;
  /** For each segment the number of features up to its end. */
  ends: number[] = [];
  /** Words, words that begin with a digit, runs of symbols, line ends and unspaced characters seen. */
  words = 0;
  numbers = 0;
  symbols = 0;
  lines = 0;
  unspaced = 0;
  /** A bit for each bucket pushed in the segment that is open. */
  private readonly seen = new Int32Array(BUCKETS / 32);
  private opened = 0;
  /** Hash of the word before, in the same segment; 0 for none. */
  previous = 0;

  reset(): void {
    this.nextSegment();
    this.count = this.opened = 0;
    this.ends = [];
    this.words = this.numbers = this.symbols = this.lines = this.unspaced = 0;
  }

  nextSegment(): void {
    this.previous = 0;
    for (; this.opened < this.count; this.opened++) this.seen[(this.buckets[this.opened] as number) >>> 5] = 0;
  }

  push(hash: number): void {
    this.add(bucketOf(hash));
  }

  /** Pushes a feature unless its bucket stands in this segment already. */
  pushOnce(hash: number): void {
    const { seen } = this;
    const bucket = bucketOf(hash);
    const bits = seen[bucket >>> 5] as number;
    const bit = 1 << (bucket & 31);
    if (bits & bit) return;
    seen[bucket >>> 5] = bits | bit;
    this.add(bucket);
  }

  private add(bucket: number): void {
    if (this.count === this.buckets.length) this.grow();
    this.buckets[this.count++] = bucket;
  }

  private grow(): void {
    const larger = new Int32Array(this.buckets.length * 2);
    larger.set(this.buckets);
    this.buckets = larger;
  }
}

const bucketOf = (hash: number): number => (hash ^ (hash >>> 15)) & MASK;
const mix = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);
const finish = (hash: number, salt: number): number => {
  const spread = Math.imul(hash ^ salt, 0x85ebca6b);
  return spread ^ (spread >>> 13);
};

/**
 * Extracts the features of `text` (already normalised and in lower case) into `buffer`.
 *
 * @param text at most 200,000 characters; time grows linearly, about 10 ns a character
 */
export function extractFeatures(text: string, buffer: FeatureBuffer): FeatureBuffer {
  buffer.reset();
  let start = 0;
  let position = 0;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    const kind = KINDS[code] as number;
    if (kind === NEWLINE || segmentEnds(code, kind, position - start)) {
      position++;
      if (kind === NEWLINE) buffer.lines++;
      closeSegment(buffer);
      start = position;
    } else if (kind === LETTER || kind === DIGIT) {
      position = word(text, position, kind === DIGIT, buffer);
    } else if (kind === UNSPACED) {
      unspaced(text, position++, buffer);
      buffer.unspaced++;
    } else if (kind === SYMBOL) {
      position = symbols(text, position, buffer);
      buffer.symbols++;
    } else position++;
  }
  closeSegment(buffer);
  return buffer;
}

function closeSegment(buffer: FeatureBuffer): void {
  buffer.nextSegment();
  if (buffer.count > (buffer.ends.at(-1) ?? 0)) buffer.ends.push(buffer.count);
}

function segmentEnds(code: number, kind: number, length: number): boolean {
  if (length < SEGMENT_SOFT) return false;
  if (code === 46 || code === 33 || code === 63 || code === 0x3002) return true;
  return length >= SEGMENT_HARD && (kind === SEPARATOR || kind === UNSPACED);
}

/** A digit counts as `0`, so that numbers share their shape. */
const fold = (code: number): number => (code >= 48 && code <= 57 ? 48 : code);

/** The features of the word that begins at `start`; returns where it ends. */
function word(text: string, start: number, number: boolean, buffer: FeatureBuffer): number {
  let hash = 0x811c9dc5 | 0;
  let end = start;
  for (; end < text.length && end - start < LONGEST_WORD; end++) {
    const code = text.charCodeAt(end);
    const kind = KINDS[code];
    if (kind !== LETTER && kind !== DIGIT) break;
    hash = mix(hash, fold(code));
  }
  buffer.words++;
  if (number) buffer.numbers++;
  pushAs(number, finish(hash, 1), buffer);
  if (buffer.previous !== 0) pushAs(number, finish(Math.imul(buffer.previous, 31) + hash, 2), buffer);
  buffer.previous = hash === 0 ? 1 : hash;
  pieces(text, start, end, number, buffer);
  return end;
}

/** Every four characters of a word that is marked at both ends. */
function pieces(text: string, start: number, end: number, number: boolean, buffer: FeatureBuffer): void {
  let a = 94;
  let b = fold(text.charCodeAt(start));
  let c = start + 1 < end ? fold(text.charCodeAt(start + 1)) : 36;
  for (let at = start + 2; at <= end; at++) {
    const d = at < end ? fold(text.charCodeAt(at)) : 36;
    pushAs(number, finish(mix(mix(mix(mix(7, a), b), c), d), 4), buffer);
    a = b;
    b = c;
    c = d;
  }
}

function pushAs(number: boolean, hash: number, buffer: FeatureBuffer): void {
  if (number) buffer.push(hash);
  else buffer.pushOnce(hash);
}

function unspaced(text: string, position: number, buffer: FeatureBuffer): void {
  let hash = mix(11, text.charCodeAt(position));
  buffer.pushOnce(finish(hash, 6));
  for (let length = 1; length < 4 && position + length < text.length; length++) {
    const code = text.charCodeAt(position + length);
    if (KINDS[code] !== UNSPACED) break;
    hash = mix(hash, code);
    buffer.pushOnce(finish(hash, 6 + length));
  }
}

function symbols(text: string, start: number, buffer: FeatureBuffer): number {
  let hash = 13;
  let at = start;
  for (; at < text.length && at - start < 3; at++) {
    const code = text.charCodeAt(at);
    if (KINDS[code] !== SYMBOL) break;
    hash = mix(hash, code);
  }
  buffer.push(finish(hash, 10));
  return at;
}
