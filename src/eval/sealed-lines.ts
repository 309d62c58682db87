import { crc32 } from 'node:zlib';
import { RouterError } from '../core/errors.ts';

const SUM = /,"sum":"([0-9a-f]{8})"\}$/;

/** An object as one line of JSON with a checksum at its end, so that a torn or altered line is known from a whole one. */
export function sealed(value: object): string {
  const text = JSON.stringify(value);
  return `${text.slice(0, -1)},"sum":"${checksum(text)}"}`;
}

/** CRC-32: tells a torn or altered line; it is no protection against malice, which could as well rewrite the sum. */
function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** The object of a sealed line, or null when the line is torn or altered. */
export function unsealed(line: string): unknown {
  const sum = SUM.exec(line)?.[1];
  if (sum === undefined) return null;
  const text = `${line.slice(0, line.length - ',"sum":"00000000"}'.length)}}`;
  return checksum(text) === sum ? JSON.parse(text) : null;
}

/** Whole rows of a log and the bytes they take; what follows was torn off in mid-write and was never acknowledged. */
export type Recovered<T> = { rows: T[]; bytes: number };

/**
 * The rows of a log that was perhaps cut off at any byte.
 *
 * @throws RouterError `state.invalid` for a damaged line with whole ones after it: that is not a torn tail, and nothing is guessed
 */
export function recoverLines<T>(content: Uint8Array, name: string, decode: (line: string) => T | null): Recovered<T> {
  const rows: T[] = [];
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  let bytes = 0;
  for (let line = 1; bytes < buffer.length; line++) {
    const end = buffer.indexOf(10, bytes);
    if (end === -1) break;
    const row = decode(buffer.toString('utf8', bytes, end));
    if (row === null && buffer.indexOf(10, end + 1) === -1) break;
    if (row === null) {
      const advice = 'the file was changed by something else: restore it, or start anew';
      throw new RouterError('state.invalid', `\`${name}\` is damaged at line ${line}`, { where: `${name}:${line}`, advice });
    }
    rows.push(row);
    bytes = end + 1;
  }
  return { rows, bytes };
}
