import { z } from 'zod';
import { RouterError } from '../core/errors.ts';
import { axesOf, axisValues, type Taxonomy } from '../core/taxonomy.ts';

/** Longer than any honest answer, so that a runaway one is refused before it is read. */
const MAX_CHARACTERS = 4_000;
const FENCE = '```';

/** What a model may answer: exactly one listed value for every axis. The JSON Schema sent to it comes from here. */
export function answerSchema(taxonomy: Taxonomy) {
  const axes = axesOf(taxonomy).map(([axis, definition]) => [axis, z.enum(axisValues(definition) as [string, ...string[]])] as const);
  return z.strictObject(Object.fromEntries(axes));
}

/** The JSON Schema of an answer, in the dialect that endpoints take as `strict`. */
export function answerJsonSchema(taxonomy: Taxonomy): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(answerSchema(taxonomy));
  return schema;
}

/** One value of an answer and where it stands in the content, so that token probabilities can be found. */
export type AnsweredValue = { value: string; start: number; end: number };
export type Answer = Record<string, AnsweredValue>;

/**
 * Reads a model's answer with no mercy: one JSON object of plain strings, at most one code fence around it, no key twice, every value listed as spelt.
 * Anything else is refused rather than guessed at, since a guess could lower a risk.
 *
 * @param boundary the random line of this call, which no honest answer holds
 * @throws RouterError `classify.bad-answer`; `classify.refused` when there is no answer at all
 */
export function parseAnswer(content: string, taxonomy: Taxonomy, boundary: string): Answer {
  if (content.trim() === '')
    throw new RouterError('classify.refused', 'expected a label, found an empty answer', { advice: 'ask another model' });
  if (content.length > MAX_CHARACTERS) throw badAnswer(`an answer of ${content.length} characters`);
  if (content.includes(boundary)) throw badAnswer('the boundary of the prompt in the answer');
  const { start, end } = withoutFence(content);
  const entries = readEntries(content, start, end);
  const values = Object.fromEntries(entries.map(([key, { value }]) => [key, value]));
  if (Object.keys(values).length !== entries.length) throw badAnswer('a key given twice');
  const parsed = answerSchema(taxonomy).safeParse(values);
  if (!parsed.success)
    throw badAnswer(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'answer'}: ${issue.message}`).join('; '));
  return Object.fromEntries(entries);
}

function withoutFence(content: string): { start: number; end: number } {
  let start = content.length - content.trimStart().length;
  let end = content.trimEnd().length;
  if (!content.startsWith(FENCE, start)) return { start, end };
  const line = content.indexOf('\n', start);
  const tag = content.slice(start + FENCE.length, line);
  if (line === -1 || !content.endsWith(FENCE, end) || line >= end - FENCE.length || (tag.trim() !== '' && tag.trim() !== 'json'))
    throw badAnswer('a broken code fence');
  start = line + 1;
  end -= FENCE.length;
  return { start: end - content.slice(start, end).trimStart().length, end: start + content.slice(start, end).trimEnd().length };
}

const ENTRY = /[ \t\r\n]*"([A-Za-z0-9_-]+)"[ \t\r\n]*:[ \t\r\n]*"([A-Za-z0-9_-]+)"[ \t\r\n]*([,}])/y;

/** The grammar is JSON's, narrowed to a flat object of plain names, so nothing that `JSON.parse` would refuse or silently merge gets through. */
function readEntries(content: string, start: number, end: number): [string, AnsweredValue][] {
  const entries: [string, AnsweredValue][] = [];
  if (content[start] !== '{') throw badAnswer('something other than one JSON object');
  ENTRY.lastIndex = start + 1;
  for (;;) {
    const match = ENTRY.exec(content);
    if (match === null) throw badAnswer('something other than one flat JSON object of listed values');
    const [, key = '', value = '', closing] = match;
    const valueEnd = content.lastIndexOf('"', ENTRY.lastIndex - 1);
    entries.push([key, { value, start: valueEnd - value.length, end: valueEnd }]);
    if (closing === ',') continue;
    if (ENTRY.lastIndex !== end) throw badAnswer('text after the JSON object');
    return entries;
  }
}

/** The content itself is not repeated in the message: it may hold the user's text. */
export function badAnswer(found: string, cause?: unknown): RouterError {
  return new RouterError('classify.bad-answer', `expected one JSON object with a listed value per axis, found ${found}`, {
    advice: 'use a model that follows a JSON schema, or classifier `embedded`',
    retryable: true,
    cause,
  });
}
