import { z } from 'zod';
import { failWithProblems, type Problem } from '../../core/errors.ts';
import type { Message, RouteRequest } from '../../core/request.ts';
import { DISGUISE_NAMES, disguised } from './disguise.ts';

/** Stands for the request in the text of a template. */
export const PLACE = '{request}';

/** What an attack is after. */
export const AIMS = ['risk-down', 'complexity-down', 'complexity-up', 'schema', 'leak'] as const;

const InjectionTemplate = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected words of a–z and digits joined by hyphens'),
    family: z.string().min(1).max(40),
    aim: z.enum(AIMS),
    language: z.string().min(2).max(8),
    /** `user`: the text goes around the request. `tool`: it comes back from a tool, and the user's words stay as they are. */
    channel: z.enum(['user', 'tool']),
    disguise: z.strictObject({ of: z.enum(['request', 'text']), how: z.enum(DISGUISE_NAMES) }).optional(),
    text: z.string().min(1).max(20_000),
  })
  .refine(({ channel, text }) => text.split(PLACE).length === (channel === 'user' ? 2 : 1), {
    path: ['text'],
    message: `expected \`${PLACE}\` once in a template of channel \`user\`, and not at all in one of channel \`tool\``,
  });

/** One attack, written down: what is put around a request, or comes back from a tool. */
export type InjectionTemplate = z.infer<typeof InjectionTemplate>;

/**
 * Templates of a file, one JSON object a line.
 *
 * @throws RouterError `dataset.invalid` listing every bad line
 */
export function readTemplates(text: string, name: string): InjectionTemplate[] {
  const templates = new Map<string, InjectionTemplate>();
  const problems: Problem[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '') continue;
    const where = `${name}:${index + 1}`;
    const parsed = InjectionTemplate.safeParse(parsedJson(line));
    if (!parsed.success) problems.push({ where, message: messageOf(parsed.error) });
    else if (templates.has(parsed.data.id)) problems.push({ where, message: `id \`${parsed.data.id}\` stands twice` });
    else templates.set(parsed.data.id, parsed.data);
  }
  if (templates.size === 0 && problems.length === 0) problems.push({ where: name, message: 'expected at least one template, found none' });
  if (problems.length > 0)
    failWithProblems('dataset.invalid', `templates \`${name}\``, problems, 'see `datasets/robustness/templates.jsonl`');
  return [...templates.values()];
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function messageOf({ issues: [issue] }: z.ZodError): string {
  const path = issue?.path.join('.') ?? '';
  return path === '' ? 'expected one JSON object a line' : `\`${path}\`: ${issue?.message ?? ''}`;
}

/** The request with the attack in it. Of a conversation the latest user turn is attacked; parts that are not text stay. */
export function attacked({ channel, text, disguise }: InjectionTemplate, request: RouteRequest): RouteRequest {
  if (channel === 'tool') return withToolResult(request, text);
  const wrap = (words: string): string => {
    const own = disguise?.of === 'request' ? disguised(words, disguise.how) : words;
    const around = text
      .split(PLACE)
      .map((part) => (disguise?.of === 'text' ? hidden(part, (inner) => disguised(inner, disguise.how)) : part));
    return around.join(own);
  };
  return inLatestTurn(request, wrap);
}

/** Line breaks and blanks at the edges stay, so that what stands on a line of its own still does. */
function hidden(part: string, disguise: (text: string) => string): string {
  const inner = part.trim();
  return inner === '' ? part : part.replace(inner, () => disguise(inner));
}

/** True when the attack stands on lines of its own and leaves the request's characters alone: added text, which must never lower risk. */
export function onOwnLines({ channel, text, disguise }: InjectionTemplate): boolean {
  if (disguise?.of === 'request') return false;
  if (channel === 'tool') return true;
  const [before = '', after = ''] = text.split(PLACE);
  return (before === '' || before.endsWith('\n')) && (after === '' || after.startsWith('\n'));
}

function inLatestTurn(request: RouteRequest, change: (text: string) => string): RouteRequest {
  const last = request.messages.findLastIndex(({ role }) => role === 'user');
  return { ...request, messages: request.messages.map((message, at) => (at === last ? changed(message, change) : message)) };
}

function changed(message: Message, change: (text: string) => string): Message {
  if (typeof message.content === 'string') return { ...message, content: change(message.content) };
  const parts = message.content ?? [];
  const last = parts.findLastIndex(({ type }) => type === 'text');
  return {
    ...message,
    content: parts.map((part, at) => (at === last && part.type === 'text' ? { ...part, text: change(part.text) } : part)),
  };
}

/** The assistant has looked something up, and this came back. */
function withToolResult(request: RouteRequest, text: string): RouteRequest {
  const call = { id: 'call_1', type: 'function' as const, function: { name: 'read_page', arguments: '{}' } };
  const asked: Message = { role: 'assistant', content: null, tool_calls: [call] };
  return { ...request, messages: [...request.messages, asked, { role: 'tool', tool_call_id: call.id, content: text }] };
}
