import { EDGE, type FeatureBuffer } from './features.ts';
import { COLUMNS, type EmbeddedAxis, ROW, WEIGHT_ZERO, type Weights } from './weights.ts';

/** Additions before a 16-bit half could overflow: at most 65535 / 255. */
const FLUSH = 256;

type Table = Pick<Weights, 'table' | 'meanings'>;

/** Column sums and feature counts per segment of one text; reused between texts. */
export class SegmentSums {
  /** `COLUMNS` sums per segment. */
  sums = new Int32Array(COLUMNS * 64);
  counts: number[] = [];
  /** Column sums of the features at the two ends of the text, and of those between. */
  edges = new Int32Array(COLUMNS);
  middle = new Int32Array(COLUMNS);
  /** Of no meaning: see `fetchRows`. */
  fetched = 0;

  reset(segments: number): void {
    if (segments * COLUMNS > this.sums.length) this.sums = new Int32Array(segments * COLUMNS * 2);
    this.sums.fill(0, 0, segments * COLUMNS);
    this.edges.fill(0);
    this.middle.fill(0);
    this.counts = [];
  }
}

/** Adds up the table rows of every feature, segment by segment. */
export function sumSegments(buffer: FeatureBuffer, weights: Table, into: SegmentSums): SegmentSums {
  into.reset(buffer.ends.length);
  into.fetched = fetchRows(buffer, weights);
  const { count } = buffer;
  const cuts = count > 2 * EDGE ? [EDGE, count - EDGE, count] : [count];
  let start = 0;
  for (const [segment, end] of buffer.ends.entries()) {
    for (const [zone, cut] of cuts.entries()) {
      const from = zone === 0 ? start : Math.max(start, cuts[zone - 1] as number);
      if (from < Math.min(end, cut))
        addPart(buffer, from, Math.min(end, cut), weights, into, segment, zone === 1 ? into.middle : into.edges);
    }
    into.counts.push(end - start);
    start = end;
  }
  return into;
}

const part = new Int32Array(COLUMNS);

/** Adds features `from` to `to` of one segment to its sums and to those of the part of the text it lies in. */
function addPart(
  buffer: FeatureBuffer,
  from: number,
  to: number,
  weights: Table,
  { sums }: SegmentSums,
  segment: number,
  whole: Int32Array,
): void {
  part.fill(WEIGHT_ZERO * (from - to));
  for (let at = from; at < to; at += FLUSH) addRun(buffer.buckets, at, Math.min(at + FLUSH, to), weights, part);
  for (let column = 0; column < COLUMNS; column++) {
    const sum = part[column] as number;
    const at = segment * COLUMNS + column;
    sums[at] = (sums[at] as number) + sum;
    whole[column] = (whole[column] as number) + sum;
  }
}

/**
 * Reads one word of every feature's row. The rows lie far apart in a table larger than the processor's cache: asked for one after the
 * other with nothing in between, many are fetched at once, and the sums find them near.
 *
 * @returns what was read, to be kept, so that reading is not left out as useless
 */
function fetchRows({ buckets, count }: FeatureBuffer, { table }: Table): number {
  let read = 0;
  for (let index = 0; index < count; index++) read |= table[(buckets[index] as number) * ROW] as number;
  return read;
}

/** Two columns add up in the halves of one number, which are moved to the sums before one can overflow. Written out: most time is spent here. */
function addRun(buckets: Int32Array, from: number, to: number, { table, meanings }: Table, sums: Int32Array): void {
  let [a, b, c, d, e, f, g, h, i, j] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let index = from; index < to; index++) {
    const row = (buckets[index] as number) * ROW;
    const v = table[row] as number;
    const w = table[row + 1] as number;
    const x = table[row + 2] as number;
    const y = table[row + 3] as number;
    const z = table[row + 4] as number;
    a = (a + (meanings[v & 255] as number)) | 0;
    b = (b + (meanings[256 + (v >>> 8)] as number)) | 0;
    c = (c + (meanings[512 + (w & 255)] as number)) | 0;
    d = (d + (meanings[768 + (w >>> 8)] as number)) | 0;
    e = (e + (meanings[1024 + (x & 255)] as number)) | 0;
    f = (f + (meanings[1280 + (x >>> 8)] as number)) | 0;
    g = (g + (meanings[1536 + (y & 255)] as number)) | 0;
    h = (h + (meanings[1792 + (y >>> 8)] as number)) | 0;
    i = (i + (meanings[2048 + (z & 255)] as number)) | 0;
    j = (j + (meanings[2304 + (z >>> 8)] as number)) | 0;
  }
  flush(sums, 0, a, b);
  flush(sums, 4, c, d);
  flush(sums, 8, e, f);
  flush(sums, 12, g, h);
  flush(sums, 16, i, j);
}

function flush(sums: Int32Array, at: number, first: number, second: number): void {
  sums[at] = (sums[at] as number) + (first & 0xffff);
  sums[at + 1] = (sums[at + 1] as number) + (first >>> 16);
  sums[at + 2] = (sums[at + 2] as number) + (second & 0xffff);
  sums[at + 3] = (sums[at + 3] as number) + (second >>> 16);
}

/** What the sums of an axis over `count` features are divided by: count^power. */
export function divisorOf({ power }: EmbeddedAxis, count: number): number {
  return Math.max(1, count) ** power;
}

/** Score of one column: step · sum / divisor + bias. */
export function columnScore({ header }: Weights, column: number, sum: number, divisor: number): number {
  return ((header.steps[column] as number) * sum) / divisor + (header.biases[column] as number);
}
