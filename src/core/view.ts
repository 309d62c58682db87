import { hasNonText, type RouteRequest, textOf } from './request.ts';

/** Most characters a classifier sees of the user's words for complexity and domain. */
export const VIEW_CHARACTERS = 8_000;
/** Most characters the risk detectors read of everything untrusted. */
export const RISK_CHARACTERS = 200_000;
const EARLIER_TURNS = 2;

/** What a classifier may see. Same view, same label. */
export type View = {
  /** The latest user turn, head and tail kept beyond the limit. */
  latest: string;
  /** Up to two user turns before it, oldest first. */
  earlier: readonly string[];
  /** Earlier and latest turns joined by blank lines: what a language model is shown. */
  text: string;
  /** Everything untrusted that risk detectors read: user turns and tool results, in order. */
  untrusted: readonly string[];
  /** True when untrusted text went on beyond the limit and was not read. */
  beyondLimit: boolean;
  /** True when the latest user turn holds parts that are not text. */
  nonText: boolean;
};

/**
 * The view of a request: never the system prompt, the tool list or the assistant's words.
 *
 * @example
 * viewOf({ messages: [{ role: 'system', content: 'Be terse.' }, { role: 'user', content: 'hi' }] }).text // => 'hi'
 */
export function viewOf(request: RouteRequest): View {
  const turns = request.messages.filter((message) => message.role === 'user');
  const last = turns.at(-1);
  const latest = headAndTail(last === undefined ? '' : textOf(last), VIEW_CHARACTERS);
  const earlier = earlierTurns(turns.slice(0, -1).slice(-EARLIER_TURNS).map(textOf), VIEW_CHARACTERS - latest.length - 4);
  const { read, beyondLimit } = untrustedText(request);
  return {
    latest,
    earlier,
    text: [...earlier, latest].join('\n\n'),
    untrusted: read,
    beyondLimit,
    nonText: last !== undefined && hasNonText(last),
  };
}

/** The nearest earlier turns first get what room the latest one left. */
function earlierTurns(turns: readonly string[], room: number): string[] {
  const kept: string[] = [];
  let left = room;
  for (const turn of turns.toReversed()) {
    if (left < 16 || turn.trim() === '') continue;
    const cut = headAndTail(turn, left);
    kept.unshift(cut);
    left -= cut.length;
  }
  return kept;
}

/** The latest messages are read first, so that a long history cannot push a fresh attack out of sight. */
function untrustedText(request: RouteRequest): { read: string[]; beyondLimit: boolean } {
  const read: string[] = [];
  let left = RISK_CHARACTERS;
  let beyondLimit = false;
  for (const message of request.messages.toReversed()) {
    if (message.role !== 'user' && message.role !== 'tool' && message.role !== 'function') continue;
    const text = textOf(message);
    if (text.length > left) beyondLimit = true;
    if (left > 0 && text !== '') read.unshift(text.slice(0, left));
    left = Math.max(0, left - text.length);
  }
  return { read, beyondLimit };
}

/** The first and last halves of a text beyond `limit` characters, joined by an ellipsis line. */
export function headAndTail(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const joint = '\n…\n';
  const half = Math.floor((limit - joint.length) / 2);
  return `${text.slice(0, half)}${joint}${text.slice(text.length - half)}`;
}
