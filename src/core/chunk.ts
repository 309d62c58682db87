import type { ChatChunk, ChatCompletion, ChatDelta, ToolCallDelta } from './completion.ts';

/**
 * Whether a chunk carries anything of the answer itself. Once such a chunk is handed on there is no way back:
 * another model would start its own sentence. Role, padding and usage chunks carry nothing.
 */
export function carriesContent(chunk: ChatChunk): boolean {
  return chunk.choices.some(({ delta }) =>
    Object.entries(delta).some(([field, value]) => field !== 'role' && value !== null && value !== '' && !isEmptyArray(value)),
  );
}

const isEmptyArray = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

type Choice = { content: string; refusal: string; calls: Map<number, CallParts>; role: string; finish: string | null };
type CallParts = { id: string; type: string; function: { name: string; arguments: string } };

/** Puts a streamed answer together as it passes, for records, usage and acceptance. */
export type ChunkAssembler = {
  add(chunk: ChatChunk): void;
  /** True when every choice seen has a `finish_reason`, and at least one was seen. */
  finished(): boolean;
  /** Characters of answer so far: content, refusals and tool arguments. */
  characters(): number;
  completion(): ChatCompletion;
};

/** @example
 * const assembler = chunkAssembler();
 * assembler.add({ choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: 'stop' }] });
 * assembler.completion().choices[0]?.message.content // => 'hi'
 */
export function chunkAssembler(): ChunkAssembler {
  const choices = new Map<number, Choice>();
  const head: { id?: string; model?: string } = {};
  let usage: unknown;
  let characters = 0;
  return {
    add(chunk) {
      head.id ??= chunk.id ?? head.id ?? '';
      if (chunk.model !== undefined) head.model ??= chunk.model;
      if (chunk.usage !== undefined && chunk.usage !== null) usage = chunk.usage;
      for (const part of chunk.choices) characters += addTo(choiceAt(choices, part.index), part.delta, part.finish_reason);
    },
    finished: () => choices.size > 0 && [...choices.values()].every(({ finish }) => finish !== null),
    characters: () => characters,
    completion: () => ({
      ...head,
      choices: [...choices.entries()].sort(([a], [b]) => a - b).map(([index, choice]) => wholeChoice(index, choice)),
      ...(usage === undefined ? {} : { usage }),
    }),
  };
}

function choiceAt(choices: Map<number, Choice>, index: number): Choice {
  const known = choices.get(index);
  if (known !== undefined) return known;
  const fresh: Choice = { content: '', refusal: '', calls: new Map(), role: 'assistant', finish: null };
  choices.set(index, fresh);
  return fresh;
}

/** Adds one delta and says how many characters of answer it held. */
function addTo(choice: Choice, delta: ChatDelta, finish: string | null): number {
  const content = delta.content ?? '';
  const refusal = delta.refusal ?? '';
  choice.content += content;
  choice.refusal += refusal;
  let characters = content.length + refusal.length;
  for (const part of delta.tool_calls ?? []) characters += addCall(choice, part);
  if (finish !== null) choice.finish = finish;
  return characters;
}

function addCall(choice: Choice, part: ToolCallDelta): number {
  const index = part.index ?? 0;
  const call = choice.calls.get(index) ?? { id: '', type: 'function', function: { name: '', arguments: '' } };
  if (part.id !== undefined) call.id = part.id;
  call.function.name += part.function?.name ?? '';
  call.function.arguments += part.function?.arguments ?? '';
  choice.calls.set(index, call);
  return (part.function?.name ?? '').length + (part.function?.arguments ?? '').length;
}

function wholeChoice(index: number, choice: Choice): ChatCompletion['choices'][number] {
  const calls = [...choice.calls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call);
  return {
    index,
    finish_reason: choice.finish,
    message: {
      role: choice.role,
      content: choice.content === '' && calls.length > 0 ? null : choice.content,
      ...(choice.refusal === '' ? {} : { refusal: choice.refusal }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
  };
}
