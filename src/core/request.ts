import { z } from 'zod';
import { RouterError } from './errors.ts';
import { problemsOf } from './problems.ts';

/** One part of a message's content in the OpenAI chat shape. Unknown part types are refused; remote images are never fetched here. */
export const ContentPart = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({ type: z.literal('image_url'), image_url: z.looseObject({ url: z.string() }) }),
  z.looseObject({ type: z.literal('input_audio'), input_audio: z.looseObject({ data: z.string(), format: z.string() }) }),
  z.looseObject({ type: z.literal('file'), file: z.looseObject({}) }),
  z.looseObject({ type: z.literal('refusal'), refusal: z.string() }),
]);
export type ContentPart = z.infer<typeof ContentPart>;

export const ToolCall = z.looseObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});
export type ToolCall = z.infer<typeof ToolCall>;

export const Message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(ContentPart), z.null()]).optional(),
  tool_calls: z.array(ToolCall).optional(),
  tool_call_id: z.string().optional(),
  name: z.string().optional(),
});
export type Message = z.infer<typeof Message>;

export const Tool = z.looseObject({
  type: z.literal('function'),
  function: z.looseObject({
    name: z.string().min(1),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
  }),
});
export type Tool = z.infer<typeof Tool>;

/** Largest request accepted: messages, tools, characters of text in all, keys of one object, levels of nesting. */
export const REQUEST_LIMITS = { messages: 10_000, tools: 256, characters: 10_000_000, keys: 10_000, depth: 64 } as const;

/** A request to route: the body of an OpenAI chat completion without `model`, and an optional `id` of your own. */
export const RouteRequest = z.looseObject({
  id: z.string().min(1).max(256).optional(),
  messages: z.array(Message).min(1).max(REQUEST_LIMITS.messages),
  tools: z.array(Tool).max(REQUEST_LIMITS.tools).optional(),
  tool_choice: z.unknown().optional(),
  response_format: z.looseObject({ type: z.string() }).optional(),
  max_tokens: z.int().min(1).max(10_000_000).nullable().optional(),
  max_completion_tokens: z.int().min(1).max(10_000_000).nullable().optional(),
  temperature: z.number().min(0).max(2).nullable().optional(),
  n: z.int().min(1).max(16).nullable().optional(),
  user: z.string().max(512).optional(),
  stream: z.boolean().nullable().optional(),
});
export type RouteRequest = z.infer<typeof RouteRequest>;

/** What the public functions accept: a text for one user turn, or a whole request. */
export type RouteInput = string | RouteRequest;

/**
 * A validated request from what a caller passed.
 *
 * @throws RouterError `input.invalid` or `input.too-large`, with the path of the first fault.
 * @example toRequest('hello').messages // => [{ role: 'user', content: 'hello' }]
 */
export function toRequest(input: unknown): RouteRequest {
  if (typeof input === 'string') return withinLimits({ messages: [{ role: 'user', content: input }] });
  refuseOversize(input);
  const parsed = RouteRequest.safeParse(input);
  if (!parsed.success) throw invalidRequest(parsed.error, input);
  return withinLimits(parsed.data);
}

/** The text of one message: strings as they are, text parts joined by newlines, other parts left out. */
export function textOf(message: Message): string {
  if (typeof message.content === 'string') return message.content;
  if (!Array.isArray(message.content)) return '';
  return message.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

/** True when a message holds an image, audio or file part. */
export function hasNonText(message: Message, type?: 'image_url' | 'input_audio' | 'file'): boolean {
  if (!Array.isArray(message.content)) return false;
  return message.content.some((part) => (type === undefined ? part.type !== 'text' && part.type !== 'refusal' : part.type === type));
}

/** Counts are checked before the schema walks the input, so an oversized one costs nothing. */
function refuseOversize(input: unknown): void {
  if (typeof input !== 'object' || input === null) return;
  if (Object.hasOwn(input, '__proto__')) throw invalid('__proto__', 'expected no field of that name, found one');
  const { messages, tools } = input as { messages?: unknown; tools?: unknown };
  if (Array.isArray(messages) && messages.length > REQUEST_LIMITS.messages)
    throw tooLarge('messages', REQUEST_LIMITS.messages, messages.length);
  if (Array.isArray(tools) && tools.length > REQUEST_LIMITS.tools) throw tooLarge('tools', REQUEST_LIMITS.tools, tools.length);
  refuseSprawling(input, 'request', REQUEST_LIMITS.depth);
}

/** Anything recursive, `JSON.stringify` included, would overflow the stack on deep input, so depth is settled before. */
function refuseSprawling(value: unknown, where: string, levels: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (levels === 0) throw tooLarge(where, `${REQUEST_LIMITS.depth} levels of nesting`, 'more');
  if (Array.isArray(value)) {
    for (const item of value) refuseSprawling(item, where, levels - 1);
    return;
  }
  const keys = Object.keys(value);
  if (keys.length > REQUEST_LIMITS.keys) throw tooLarge(where, `${REQUEST_LIMITS.keys} keys in one object`, keys.length);
  for (const key of keys) {
    refuseSprawling((value as Record<string, unknown>)[key], where === 'request' ? key : where, levels - 1);
  }
}

function withinLimits(request: RouteRequest): RouteRequest {
  let characters = 0;
  for (const message of request.messages) characters += textOf(message).length;
  if (characters > REQUEST_LIMITS.characters) throw tooLarge('messages', `${REQUEST_LIMITS.characters} characters of text`, characters);
  return request;
}

function invalidRequest(error: z.ZodError, input: unknown): RouterError {
  const [problem] = problemsOf(error, input, 'request');
  return invalid(problem?.where ?? 'request', problem?.message ?? 'expected a request', error);
}

function invalid(where: string, message: string, cause?: unknown): RouterError {
  return new RouterError('input.invalid', `bad request at \`${where}\`: ${message}`, {
    where,
    cause,
    advice: 'pass a text, or `{ messages: [{ role, content }] }` in the OpenAI chat shape',
  });
}

function tooLarge(where: string, limit: number | string, found: number | string): RouterError {
  return new RouterError('input.too-large', `\`${where}\` is too large: at most ${limit}, found ${found}`, {
    where,
    advice: 'send fewer or shorter messages, or split the request',
  });
}
