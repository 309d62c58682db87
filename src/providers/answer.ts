import type { ChatCompletion } from '../core/completion.ts';
import { tooLargeAnswer } from './bytes.ts';
import { badResponse, type CallContext } from './failures.ts';

/** Largest whole answer read, bytes. */
export const ANSWER_BYTES = 20_971_520;

/**
 * A whole answer, checked as far as it is relied on; every other field is kept as it came.
 *
 * @throws RouterError `provider.bad-response` when it is not a chat completion with at least one choice
 */
export function toCompletion(text: string, context: CallContext): ChatCompletion {
  if (text.trim() === '') throw badResponse('a chat completion', 'an empty body', context);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badResponse('a chat completion', text, context);
  }
  if (!isCompletion(value)) throw badResponse('a chat completion with a choice', text, context);
  return value;
}

function isCompletion(value: unknown): value is ChatCompletion {
  const choices = (value as { choices?: unknown } | null)?.choices;
  return Array.isArray(choices) && choices.length > 0 && choices.every(isChoice);
}

function isChoice(choice: unknown): boolean {
  const message = (choice as { message?: { content?: unknown; tool_calls?: unknown } } | null)?.message;
  if (typeof message !== 'object' || message === null) return false;
  const { content = null, tool_calls: calls = [] } = message;
  return (content === null || typeof content === 'string') && (calls === null || Array.isArray(calls));
}

/** The body as text, read no further than the limit. */
export async function readText(bytes: AsyncIterable<Uint8Array>, limit: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let total = 0;
  for await (const piece of bytes) {
    total += piece.length;
    if (total > limit) throw tooLargeAnswer(limit);
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** A missing content type is forgiven; a web page is not an answer. */
export function requireType(response: Response, wanted: string, context: CallContext): void {
  const found = response.headers.get('content-type');
  if (found === null || found.includes(wanted)) return;
  void response.body?.cancel().catch(() => undefined);
  throw badResponse(`content type \`${wanted}\``, `\`${found}\``, context);
}
