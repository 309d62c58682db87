import { estimateTokenCount } from 'tokenx';
import type { Facts } from '../core/facts.ts';
import { hasNonText, type Message, type RouteRequest, textOf } from '../core/request.ts';
import { detectLanguage } from './language.ts';

/** Tokens an image costs at the usual providers' default detail; a rough figure for estimates only. */
const IMAGE_TOKENS = 800;
/** Beyond this many characters tokens are counted from a sample of that size. */
const TOKEN_SAMPLE = 4_000;

/** Reads off a request what needs no model. Pure but for the token estimate's tables. */
export function factsOf(request: RouteRequest): Facts {
  const { messages } = request;
  const userTurns = messages.filter((message) => message.role === 'user');
  const last = userTurns.at(-1);
  const latest = last === undefined ? '' : textOf(last);
  const images = messages.reduce((count, message) => count + partsOf(message, 'image_url'), 0);
  return {
    ...detectLanguage(latest),
    characters: latest.length,
    inputTokens: inputTokens(request) + images * IMAGE_TOKENS,
    tools: request.tools?.length ?? 0,
    images,
    attachments: messages.filter((message) => hasNonText(message, 'input_audio') || hasNonText(message, 'file')).length,
    responseSchema: request.response_format?.type === 'json_schema',
    codeBlock: latest.includes('```'),
    userTurns: userTurns.length,
    maxOutputTokens: request.max_completion_tokens ?? request.max_tokens ?? null,
    choices: request.n ?? 1,
    toolHistory: messages.some((message) => message.role === 'tool' || (message.tool_calls?.length ?? 0) > 0),
    afterTool: messages.at(-1)?.role === 'tool',
  };
}

function inputTokens(request: RouteRequest): number {
  let tokens = 0;
  for (const message of request.messages) tokens += 4 + estimateTokens(textOf(message)) + callTokens(message);
  if (request.tools !== undefined) tokens += estimateTokens(JSON.stringify(request.tools));
  if (request.response_format !== undefined) tokens += estimateTokens(JSON.stringify(request.response_format));
  return tokens;
}

const callTokens = (message: Message): number =>
  (message.tool_calls ?? []).reduce((sum, call) => sum + estimateTokens(call.function.name + call.function.arguments), 0);

const partsOf = (message: Message, type: 'image_url'): number =>
  Array.isArray(message.content) ? message.content.filter((part) => part.type === type).length : 0;

/** ESTIMATED tokens of a text; long texts are counted on their first 4,000 characters and scaled. @example estimateTokens('') // => 0 */
export function estimateTokens(text: string): number {
  if (text.length <= TOKEN_SAMPLE) return estimateTokenCount(text);
  return Math.round((estimateTokenCount(text.slice(0, TOKEN_SAMPLE)) * text.length) / TOKEN_SAMPLE);
}
