import { RouterError } from './errors.ts';
import type { RouteRequest } from './request.ts';

/** Fields of an OpenAI chat completion that are passed on. `model` and `stream` are set per call; `id` and `route` are ours. */
const PASSED = new Set([
  'messages',
  'tools',
  'tool_choice',
  'response_format',
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'n',
  'stop',
  'seed',
  'user',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'logprobs',
  'top_logprobs',
  'parallel_tool_calls',
  'reasoning_effort',
  'modalities',
  'audio',
  'prediction',
  'metadata',
  'store',
  'service_tier',
  'stream_options',
  'verbosity',
  'prompt_cache_key',
  'safety_identifier',
  'functions',
  'function_call',
  'top_k',
  'min_p',
  'repetition_penalty',
  'web_search_options',
]);
const OURS = new Set(['id', 'model', 'stream', 'route']);

/**
 * The body that goes to a provider: known fields, unchanged.
 *
 * @param passthrough pass unknown fields on as well
 * @throws RouterError `input.invalid` naming a field that would otherwise be dropped in silence
 */
export function outgoingBody(request: RouteRequest, passthrough = false): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(request)) {
    if (OURS.has(field) || value === undefined) continue;
    if (!passthrough && !PASSED.has(field)) throw unknownField(field);
    body[field] = value;
  }
  return body;
}

function unknownField(field: string): RouterError {
  return new RouterError('input.invalid', `\`${field.slice(0, 100)}\` is no field of a chat completion`, {
    where: field.slice(0, 100),
    advice: 'remove it, or set `run: { passthrough: true }` to send unknown fields on',
  });
}

/**
 * Refuses what every provider would refuse, before anything is spent: a tool choice that names no tool, two tools of one name,
 * a tool result nobody asked for.
 *
 * @throws RouterError `input.invalid` with the path of the fault
 */
export function checkTools({ messages, tools = [], tool_choice: choice }: RouteRequest): void {
  const names = tools.map((tool) => tool.function.name);
  const repeated = names.findIndex((name, at) => names.indexOf(name) < at);
  if (repeated !== -1) throw invalid(`tools.${repeated}.function.name`, `a name of its own, found \`${names[repeated]}\` again`);
  const wanted = (choice as { function?: { name?: unknown } } | null | undefined)?.function?.name;
  if (wanted !== undefined && !names.includes(String(wanted)))
    throw invalid('tool_choice', `one of the tools, found \`${String(wanted).slice(0, 100)}\``);
  const asked = new Set<string>();
  for (const [at, message] of messages.entries()) {
    for (const call of message.tool_calls ?? []) asked.add(call.id);
    if (message.role !== 'tool') continue;
    if (!asked.has(message.tool_call_id ?? '')) throw invalid(`messages.${at}.tool_call_id`, 'the id of a tool call made before');
  }
}

function invalid(where: string, expected: string): RouterError {
  return new RouterError('input.invalid', `bad request at \`${where}\`: expected ${expected}`, {
    where,
    advice: 'mend the request: providers refuse it as it is',
  });
}
