import { EDGE, type FeatureBuffer } from './features.ts';
import { BYTE_ZERO, COLUMNS, type EmbeddedAxis, type Weights, WORDS } from './weights.ts';

/** Additions after which a 16-bit lane of unsigned bytes could overflow: floor(65535 / 255). */
const FLUSH = 256;
const LANES = 0x00ff00ff;

/** Column sums and feature counts per segment of one text; reused between texts. */
export class SegmentSums {
  /** `COLUMNS` sums per segment. */
  sums = new Int32Array(COLUMNS * 64);
  counts: number[] = [];
  /** Column sums of the features at the two ends of the text, and of those between. */
  edges = new Int32Array(COLUMNS);
  middle = new Int32Array(COLUMNS);

  reset(segments: number): void {
    if (segments * COLUMNS > this.sums.length) this.sums = new Int32Array(segments * COLUMNS * 2);
    this.sums.fill(0, 0, segments * COLUMNS);
    this.edges.fill(0);
    this.middle.fill(0);
    this.counts = [];
  }
}

/**
 * Adds up the table rows of every feature, segment by segment. Four columns share one 32-bit word; even and odd bytes are added
 * in 16-bit lanes and moved to the sums before a lane can overflow.
 */
export function sumSegments(buffer: FeatureBuffer, table: Int32Array, into: SegmentSums): SegmentSums {
  into.reset(buffer.ends.length);
  const { count } = buffer;
  const cuts = count > 2 * EDGE ? [EDGE, count - EDGE, count] : [count];
  let start = 0;
  for (const [segment, end] of buffer.ends.entries()) {
    for (const [zone, cut] of cuts.entries()) {
      const from = zone === 0 ? start : Math.max(start, cuts[zone - 1] as number);
      if (from < Math.min(end, cut)) addPart(buffer, from, Math.min(end, cut), table, into, segment, zone === 1 ? into.middle : into.edges);
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
  table: Int32Array,
  { sums }: SegmentSums,
  segment: number,
  whole: Int32Array,
): void {
  part.fill(BYTE_ZERO * (from - to));
  for (let at = from; at < to; at += FLUSH) addRun(buffer.buckets, at, Math.min(at + FLUSH, to), table, part, 0);
  for (let column = 0; column < COLUMNS; column++) {
    const sum = part[column] as number;
    const at = segment * COLUMNS + column;
    sums[at] = (sums[at] as number) + sum;
    whole[column] = (whole[column] as number) + sum;
  }
}

function addRun(buckets: Int32Array, from: number, to: number, table: Int32Array, sums: Int32Array, at: number): void {
  let e0 = 0,
    e1 = 0,
    e2 = 0,
    e3 = 0,
    e4 = 0;
  let o0 = 0,
    o1 = 0,
    o2 = 0,
    o3 = 0,
    o4 = 0;
  for (let index = from; index < to; index++) {
    const row = (buckets[index] as number) * WORDS;
    const w0 = table[row] as number;
    const w1 = table[row + 1] as number;
    const w2 = table[row + 2] as number;
    const w3 = table[row + 3] as number;
    const w4 = table[row + 4] as number;
    e0 = (e0 + (w0 & LANES)) | 0;
    o0 = (o0 + ((w0 >>> 8) & LANES)) | 0;
    e1 = (e1 + (w1 & LANES)) | 0;
    o1 = (o1 + ((w1 >>> 8) & LANES)) | 0;
    e2 = (e2 + (w2 & LANES)) | 0;
    o2 = (o2 + ((w2 >>> 8) & LANES)) | 0;
    e3 = (e3 + (w3 & LANES)) | 0;
    o3 = (o3 + ((w3 >>> 8) & LANES)) | 0;
    e4 = (e4 + (w4 & LANES)) | 0;
    o4 = (o4 + ((w4 >>> 8) & LANES)) | 0;
  }
  flush(sums, at, e0, o0);
  flush(sums, at + 4, e1, o1);
  flush(sums, at + 8, e2, o2);
  flush(sums, at + 12, e3, o3);
  flush(sums, at + 16, e4, o4);
}

function flush(sums: Int32Array, at: number, even: number, odd: number): void {
  sums[at] = (sums[at] as number) + (even & 0xffff);
  sums[at + 1] = (sums[at + 1] as number) + (odd & 0xffff);
  sums[at + 2] = (sums[at + 2] as number) + (even >>> 16);
  sums[at + 3] = (sums[at + 3] as number) + (odd >>> 16);
}

/** Score of one column for a sum over `count` features: step · sum / count^power + bias. */
export function columnScore({ header }: Weights, axis: EmbeddedAxis, column: number, sum: number, count: number): number {
  const step = header.steps[column] as number;
  return (step * sum) / Math.max(1, count) ** axis.power + (header.biases[column] as number);
}
