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

const SEPARATOR = 0;
const LETTER = 1;
const DIGIT = 2;
const SYMBOL = 3;
const NEWLINE = 4;
const UNSPACED = 5;

const ASCII_CLASS = new Uint8Array(128);
for (let code = 33; code < 127; code++) ASCII_CLASS[code] = SYMBOL;
for (let code = 48; code < 58; code++) ASCII_CLASS[code] = DIGIT;
for (let code = 97; code < 123; code++) ASCII_CLASS[code] = LETTER;
for (let code = 65; code < 91; code++) ASCII_CLASS[code] = LETTER;
ASCII_CLASS[10] = NEWLINE;
ASCII_CLASS[13] = NEWLINE;

function classOf(code: number): number {
  if (code < 128) return ASCII_CLASS[code] as number;
  if (code < 0xc0) return code === 0xb5 || code === 0xaa || code === 0xba ? LETTER : SYMBOL;
  if (code < 0x0e00) return code === 0xd7 || code === 0xf7 ? SYMBOL : LETTER;
  if (code < 0x1000) return UNSPACED;
  if (code < 0x2000) return code >= 0x1780 && code < 0x1800 ? UNSPACED : LETTER;
  if (code < 0x2e80) return code === 0x2028 || code === 0x2029 ? NEWLINE : code < 0x2070 ? SEPARATOR : SYMBOL;
  if (code < 0x3040) return code > 0x3000 && code < 0x3004 ? SYMBOL : SEPARATOR;
  if (code < 0xa000) return UNSPACED;
  if (code >= 0xac00 && code < 0xd7b0) return LETTER;
  return code >= 0xff00 && code < 0xff66 ? SEPARATOR : code >= 0xd800 && code < 0xe000 ? SYMBOL : LETTER;
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
  /** The segment in which a bucket was last pushed once; segments are numbered over all texts. */
  private readonly seen = new Int32Array(BUCKETS);
  private segment = 0;

  reset(): void {
    this.nextSegment();
    this.count = 0;
    this.ends = [];
    this.words = this.numbers = this.symbols = this.lines = this.unspaced = 0;
  }

  nextSegment(): void {
    if (this.segment === 0x7fffffff) {
      this.seen.fill(0);
      this.segment = 0;
    }
    this.segment++;
  }

  push(hash: number): void {
    this.add((hash ^ (hash >>> 15)) & MASK);
  }

  /** Pushes a feature unless its bucket stands in this segment already. */
  pushOnce(hash: number): void {
    const bucket = (hash ^ (hash >>> 15)) & MASK;
    if (this.seen[bucket] === this.segment) return;
    this.seen[bucket] = this.segment;
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
  let previous = 0;
  let start = 0;
  let position = 0;
  while (position < text.length) {
    const code = text.charCodeAt(position);
    const kind = classOf(code);
    if (kind === NEWLINE || segmentEnds(code, kind, position - start)) {
      position++;
      if (kind === NEWLINE) buffer.lines++;
      closeSegment(buffer);
      start = position;
      previous = 0;
    } else if (kind === LETTER || kind === DIGIT) {
      const end = wordEnd(text, position);
      buffer.words++;
      if (kind === DIGIT) buffer.numbers++;
      previous = word(text, position, end, previous, buffer);
      position = end;
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

function wordEnd(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length && end - start < 64; end++) {
    const kind = classOf(text.charCodeAt(end));
    if (kind !== LETTER && kind !== DIGIT) break;
  }
  return end;
}

/** A digit counts as `0`, so that numbers share their shape. */
const fold = (code: number): number => (code >= 48 && code <= 57 ? 48 : code);

function word(text: string, start: number, end: number, previous: number, buffer: FeatureBuffer): number {
  let hash = 0x811c9dc5 | 0;
  for (let at = start; at < end; at++) hash = mix(hash, fold(text.charCodeAt(at)));
  const number = fold(text.charCodeAt(start)) === 48;
  pushAs(number, finish(hash, 1), buffer);
  if (previous !== 0) pushAs(number, finish(Math.imul(previous, 31) + hash, 2), buffer);
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
  return hash === 0 ? 1 : hash;
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
    if (classOf(code) !== UNSPACED) break;
    hash = mix(hash, code);
    buffer.pushOnce(finish(hash, 6 + length));
  }
}

function symbols(text: string, start: number, buffer: FeatureBuffer): number {
  let hash = 13;
  let at = start;
  for (; at < text.length && at - start < 3; at++) {
    const code = text.charCodeAt(at);
    if (classOf(code) !== SYMBOL) break;
    hash = mix(hash, code);
  }
  buffer.push(finish(hash, 10));
  return at;
}
