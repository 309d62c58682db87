import { RouterError } from '../core/errors.ts';
import type { Prompt } from '../prompts/load.ts';

export type PromptMessage = { role: 'system' | 'user'; content: string };

/** Marks of chat templates, which some local endpoints obey even inside a message. */
const TEMPLATE_MARK = /<(?=\||\/?s>|\/?think>|(?:start|end)_of_turn|<\/?SYS)|\[(?=\/?INST\])/gi;
const ESCAPES: Readonly<Record<string, string>> = { '<': '\\u003c', '[': '\\u005b' };

/**
 * A text as one JSON string, an object as one JSON object: what is decoded is exactly what went in, and no mark of a chat template is spelt out.
 *
 * @example asData('a "b" {{c}}') // => '"a \\"b\\" {{c}}"'
 */
export function asData(text: string | object): string {
  return JSON.stringify(text).replace(TEMPLATE_MARK, (mark) => ESCAPES[mark] ?? mark);
}

/**
 * The messages of one call. The head is the same in every call, so that provider caches hit; the text stands in the user message alone,
 * as data between two lines of `boundary`.
 *
 * @param head the rendered `# System` part
 * @throws RouterError `classify.failed` when the text holds the boundary, which only a broken random source can bring about
 */
export function promptMessages(prompt: Prompt, head: string, text: string, boundary: string): PromptMessage[] {
  const request = asData(text);
  if (!/^[0-9a-f]{32}$/.test(boundary) || request.includes(boundary))
    throw new RouterError(
      'classify.failed',
      'expected 128 fresh random bits in hexadecimal as boundary, found a value that was guessed or is malformed',
      {
        advice: 'hand in `newBoundary: () => randomBytes(16).toString("hex")`',
      },
    );
  return [
    { role: 'system', content: head },
    { role: 'user', content: prompt.user.render({ boundary, request }) },
  ];
}
