import { type AnyLabel, type UnsureReason, unsureAxes } from '../core/label.ts';
import type { Predicted } from './predict.ts';
import { type Recovered, recoverLines, sealed, unsealed } from './sealed-lines.ts';

/** One line of `rows.jsonl`: what one classifier said of one row. */
export type LoggedRow = Predicted & { classifier: string; repeat: number };

/** A row as a line with a checksum at its end, so that a torn or altered line is known from a whole one. */
export function encodeRow(classifier: string, { id, state, label, ...given }: Predicted, repeat = 0): string {
  const axes = Object.entries(label ?? {}).map(
    ([axis, { value, confidence, probabilities }]) => [axis, { value, confidence, probabilities }] as const,
  );
  const unsure = label === null ? {} : unsureAxes(label);
  const row = {
    v: 1,
    classifier,
    id,
    ...(repeat === 0 ? {} : { repeat }),
    state,
    label: label === null ? null : Object.fromEntries(axes),
    unsure,
    usd: given.usd,
    model: given.model,
    answeredBy: given.answeredBy,
    promptHash: given.promptHash,
    usage: given.usage,
    error: given.error,
    cached: given.cached,
    ms: given.ms,
    ...(given.flags === undefined ? {} : { flags: given.flags }),
  };
  return sealed(row);
}

/** The row of a line, or null when the line is torn or altered. */
export function decodeRow(line: string): LoggedRow | null {
  const read = unsealed(line);
  if (read === null) return null;
  const {
    classifier,
    id,
    repeat = 0,
    state,
    label,
    unsure,
    ...rest
  } = read as LoggedRow & {
    v: number;
    unsure: Record<string, UnsureReason>;
  };
  const { usd, model, answeredBy, promptHash, usage, error, cached, ms, flags } = rest;
  const axes = Object.entries(label ?? {}).map(([axis, value]) => [axis, { ...value, unsure: unsure[axis] ?? null }] as const);
  const whole = label === null ? null : (Object.fromEntries(axes) as AnyLabel);
  const row = { classifier, id, repeat, state, label: whole, usd, model, answeredBy, promptHash, usage, error, cached, ms };
  return flags === undefined ? row : { ...row, flags };
}

/**
 * The rows of a log that was perhaps cut off at any byte.
 *
 * @throws RouterError `state.invalid` for a damaged line with whole ones after it
 */
export function recoverLog(content: Uint8Array, name: string): Recovered<LoggedRow> {
  return recoverLines(content, name, decodeRow);
}
