import { crc32 } from 'node:zlib';
import { RouterError } from '../core/errors.ts';
import { type AnyLabel, type UnsureReason, unsureAxes } from '../core/label.ts';
import type { Predicted } from './predict.ts';

/** One line of `rows.jsonl`: what one classifier said of one row. */
export type LoggedRow = Predicted & { classifier: string };

const SUM = /,"sum":"([0-9a-f]{8})"\}$/;

/** A row as a line with a checksum at its end, so that a torn or altered line is known from a whole one. */
export function encodeRow(classifier: string, { id, state, label, ...given }: Predicted): string {
  const axes = Object.entries(label ?? {}).map(
    ([axis, { value, confidence, probabilities }]) => [axis, { value, confidence, probabilities }] as const,
  );
  const unsure = label === null ? {} : unsureAxes(label);
  const row = {
    v: 1,
    classifier,
    id,
    state,
    label: label === null ? null : Object.fromEntries(axes),
    unsure,
    usd: given.usd,
    model: given.model,
    promptHash: given.promptHash,
    usage: given.usage,
    error: given.error,
    cached: given.cached,
    ms: given.ms,
  };
  const text = JSON.stringify(row);
  return `${text.slice(0, -1)},"sum":"${checksum(text)}"}`;
}

/** CRC-32: tells a torn or altered line; it is no protection against malice, which could as well rewrite the sum. */
function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** The row of a line, or null when the line is torn or altered. */
export function decodeRow(line: string): LoggedRow | null {
  const sum = SUM.exec(line)?.[1];
  if (sum === undefined) return null;
  const text = `${line.slice(0, line.length - ',"sum":"00000000"}'.length)}}`;
  if (checksum(text) !== sum) return null;
  const { classifier, id, state, label, unsure, ...rest } = JSON.parse(text) as LoggedRow & {
    v: number;
    unsure: Record<string, UnsureReason>;
  };
  const { usd, model, promptHash, usage, error, cached, ms } = rest;
  const axes = Object.entries(label ?? {}).map(([axis, value]) => [axis, { ...value, unsure: unsure[axis] ?? null }] as const);
  const whole = label === null ? null : (Object.fromEntries(axes) as AnyLabel);
  return { classifier, id, state, label: whole, usd, model, promptHash, usage, error, cached, ms };
}

/** Whole rows of a log and the bytes they take; what follows was torn off in mid-write and was never acknowledged. */
export type RecoveredLog = { rows: LoggedRow[]; bytes: number };

/**
 * The rows of a log that was perhaps cut off at any byte.
 *
 * @throws RouterError `state.invalid` for a damaged line with whole ones after it: that is not a torn tail, and nothing is guessed
 */
export function recoverLog(content: Uint8Array, name: string): RecoveredLog {
  const rows: LoggedRow[] = [];
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  let bytes = 0;
  for (let line = 1; bytes < buffer.length; line++) {
    const end = buffer.indexOf(10, bytes);
    if (end === -1) break;
    const row = decodeRow(buffer.toString('utf8', bytes, end));
    if (row === null && buffer.indexOf(10, end + 1) === -1) break;
    if (row === null) {
      const advice = 'the file was changed by something else: restore it, or start a new run';
      throw new RouterError('state.invalid', `\`${name}\` is damaged at line ${line}`, { where: `${name}:${line}`, advice });
    }
    rows.push(row);
    bytes = end + 1;
  }
  return { rows, bytes };
}
