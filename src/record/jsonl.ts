import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Recorder } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import { Feedback, RouteRecord } from '../core/record.ts';
import { makeFolders } from '../folders.ts';

/** A line is cut here at the latest when a torn tail is looked for, bytes. */
const LONGEST_LINE = 64 * 1_048_576;
const BLOCK = 65_536;
const SUM = /,"sum":"([0-9a-f]{8})"}$/;

/**
 * One JSON line per record, written before `record` resolves, so that a killed process loses nothing it acknowledged.
 * Each line ends with a checksum of itself; a tail torn by a crash is cut off when the file is opened again.
 *
 * @param file created with its folders, readable by its owner alone
 * @throws RouterError `record.failed` when the file cannot be opened or written
 */
export function jsonlRecorder(file: string): Recorder {
  const descriptor = open(file);
  let closed = false;
  const append = (value: object): void => {
    if (closed) throw failed(file, new Error('the recorder was closed'));
    try {
      writeAll(descriptor, Buffer.from(`${sealed(value)}\n`, 'utf8'));
    } catch (cause) {
      throw failed(file, cause);
    }
  };
  return {
    record: async (record) => append(record),
    feedback: async (feedback) => append(feedback),
    async close() {
      if (closed) return;
      closed = true;
      fsyncSync(descriptor);
      closeSync(descriptor);
    },
  };
}

/** A line with its checksum: the first 8 hexadecimal digits of the SHA-256 of what comes before it. */
export function sealed(value: object): string {
  // Valid inside JSON, but line ends to some readers.
  const text = JSON.stringify(value)
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
  return `${text.slice(0, -1)},"sum":"${sumOf(text)}"}`;
}

const sumOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** Records and feedback of a file's text, and how many lines could not be trusted: torn, altered, or of another shape. */
export function readRecords(text: string): { records: RouteRecord[]; feedbacks: Feedback[]; bad: number } {
  const records: RouteRecord[] = [];
  const feedbacks: Feedback[] = [];
  let bad = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const value = unsealed(line);
    const record = RouteRecord.safeParse(value);
    const feedback = record.success ? null : Feedback.safeParse(value);
    if (record.success) records.push(record.data);
    else if (feedback?.success) feedbacks.push(feedback.data);
    else bad += 1;
  }
  return { records, feedbacks, bad };
}

function unsealed(line: string): unknown {
  const text = `${line.replace(SUM, '')}}`;
  if (SUM.exec(line)?.[1] !== sumOf(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function open(file: string): number {
  try {
    makeFolders(dirname(file));
    const descriptor = openSync(file, 'a+', 0o600);
    cutTornTail(descriptor);
    return descriptor;
  } catch (cause) {
    throw failed(file, cause);
  }
}

/** Reads backwards to the last line end; what follows it was never acknowledged. */
function cutTornTail(descriptor: number): void {
  const { size } = fstatSync(descriptor);
  const block = Buffer.alloc(BLOCK);
  for (let end = size; end > 0 && size - end < LONGEST_LINE; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    const read = readSync(descriptor, block, 0, end - start, start);
    const at = block.subarray(0, read).lastIndexOf(10);
    if (at === -1) continue;
    if (start + at + 1 < size) ftruncateSync(descriptor, start + at + 1);
    return;
  }
  if (size > 0) ftruncateSync(descriptor, 0);
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

function failed(file: string, cause: unknown): RouterError {
  return new RouterError('record.failed', `cannot write \`${file}\`: ${cause instanceof Error ? cause.message : String(cause)}`, {
    where: file,
    advice: 'check the path, its permissions and the space on the disk',
    cause,
  });
}
