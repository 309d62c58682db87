import { RouterError } from '../core/errors.ts';

/** One server-sent event: its name (`message` when none was given) and its data lines joined by newlines. */
export type ServerEvent = { event: string; data: string };

/** What a stream may grow to before it is taken for broken or hostile. */
export type StreamLimits = {
  /** Characters of one event. @default 1,048,576 */
  eventCharacters: number;
  /** Bytes of the whole stream. @default 20,971,520 */
  bytes: number;
  /** Events of the whole stream. @default 200,000 */
  events: number;
};
export const STREAM_LIMITS: StreamLimits = { eventCharacters: 1_048_576, bytes: 20_971_520, events: 200_000 };

const FIELDS = new Set(['data', 'event', 'id', 'retry']);

/**
 * Reads server-sent events from bytes, however they are cut: CR, LF and CRLF, a byte order mark, comments and multi-line data.
 * A line that is none of the format's fields is an error, not something to skip: it may be a lost piece of the answer.
 * The last event counts only when its blank line arrived, so half an event is never taken for a whole one.
 *
 * @throws RouterError `provider.bad-response` on a foreign line, `provider.too-large` beyond the limits
 */
export async function* readEvents(
  bytes: AsyncIterable<Uint8Array>,
  limits: StreamLimits = STREAM_LIMITS,
): AsyncGenerator<ServerEvent, void, undefined> {
  const decoder = new TextDecoder();
  const parser: Parser = { rest: '', afterReturn: false, event: '', data: [], size: 0, count: 0, limits };
  let total = 0;
  for await (const piece of bytes) {
    total += piece.length;
    if (total > limits.bytes) throw tooLarge(`${limits.bytes} bytes`);
    yield* push(parser, decoder.decode(piece, { stream: true }));
  }
  yield* end(parser, decoder.decode());
}

type Parser = { rest: string; afterReturn: boolean; event: string; data: string[]; size: number; count: number; limits: StreamLimits };

function* push(parser: Parser, text: string): Generator<ServerEvent, void, undefined> {
  // A CR at the end of the last piece already ended its line: an LF that follows belongs to it.
  const fresh = parser.afterReturn && text.startsWith('\n') ? text.slice(1) : text;
  if (text !== '') parser.afterReturn = text.endsWith('\r');
  const lines = (parser.rest + fresh).split(/\r\n|\r|\n/);
  parser.rest = lines.pop() ?? '';
  if (parser.rest.length > parser.limits.eventCharacters) throw tooLarge(`${parser.limits.eventCharacters} characters in one event`);
  for (const line of lines) {
    if (line !== '') readLine(parser, line);
    else if (parser.data.length > 0) yield dispatch(parser);
    else parser.event = '';
  }
}

/** Servers that forget the last line break still mean their `[DONE]`; any other event counts only when it is complete. */
function* end(parser: Parser, text: string): Generator<ServerEvent, void, undefined> {
  yield* push(parser, text);
  const last = parser.rest.startsWith('data:') ? parser.rest.slice(5).trim() : parser.rest === '' ? parser.data.join('') : '';
  if (last === '[DONE]') yield { event: 'message', data: '[DONE]' };
}

function readLine(parser: Parser, line: string): void {
  if (line.startsWith(':')) return;
  const colon = line.indexOf(':');
  const field = colon === -1 ? line : line.slice(0, colon);
  if (!FIELDS.has(field)) throw foreignLine();
  const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
  parser.size += value.length;
  if (parser.size > parser.limits.eventCharacters) throw tooLarge(`${parser.limits.eventCharacters} characters in one event`);
  if (field === 'data') parser.data.push(value);
  if (field === 'event') parser.event = value;
}

function dispatch(parser: Parser): ServerEvent {
  parser.count += 1;
  if (parser.count > parser.limits.events) throw tooLarge(`${parser.limits.events} events`);
  const whole = { event: parser.event === '' ? 'message' : parser.event, data: parser.data.join('\n') };
  parser.event = '';
  parser.data = [];
  parser.size = 0;
  return whole;
}

function foreignLine(): RouterError {
  return new RouterError('provider.bad-response', 'the event stream holds a line that is no event field', {
    advice: 'nothing to do here: the router tries the next candidate, or reports the break',
    retryable: true,
  });
}

function tooLarge(limit: string): RouterError {
  return new RouterError('provider.too-large', `the answer went beyond ${limit}`, {
    advice: 'ask for a shorter answer with `max_tokens`',
    retryable: true,
  });
}
