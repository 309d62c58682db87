import type { ChatChunk, ChatCompletion } from '../core/completion.ts';
import type { Provider, ProviderAnswer, ProviderCall } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import { tokenUsage } from './usage.ts';

/** What the fake answers: a text, a whole completion, or an error to throw. */
export type FakeAnswer = string | ChatCompletion | Error;

export type FakeOptions = {
  /** @default 'fake' */
  name?: string;
  /** The answer to a call, given its number from 0; may wait, and may throw what a provider would. @default echoes the last user turn */
  reply?: (call: ProviderCall, turn: number) => FakeAnswer | Promise<FakeAnswer>;
};

const CHARACTERS_PER_TOKEN = 4;
const PIECE = 5;

/**
 * A provider that needs no network and no key: for tests, examples and dry runs.
 *
 * @example (await fakeProvider({ reply: () => 'hi' }).complete({ model: 'm', body: { messages: [] } })).completion.choices[0]?.message.content // => 'hi'
 */
export function fakeProvider({ name = 'fake', reply = echo }: FakeOptions = {}): Provider {
  let turns = 0;
  return {
    name,
    async complete(call) {
      throwIfAborted(call.signal);
      const answer = await reply(call, turns++);
      if (answer instanceof Error) throw answer;
      const completion = typeof answer === 'string' ? completionOf(answer, call) : answer;
      if (call.onChunk !== undefined) await stream(completion, call, call.onChunk);
      return { completion, model: completion.model ?? call.model, usage: tokenUsage(completion.usage) } satisfies ProviderAnswer;
    },
  };
}

type Said = { role?: unknown; content?: unknown };

function echo(call: ProviderCall): string {
  const messages = Array.isArray(call.body.messages) ? (call.body.messages as Said[]) : [];
  const last = messages.findLast(({ role }) => role === 'user')?.content;
  return `${call.model}: ${typeof last === 'string' ? last : JSON.stringify(last ?? '')}`;
}

function completionOf(text: string, call: ProviderCall): ChatCompletion {
  const usage = {
    prompt_tokens: Math.ceil(JSON.stringify(call.body.messages ?? []).length / CHARACTERS_PER_TOKEN),
    completion_tokens: Math.ceil(text.length / CHARACTERS_PER_TOKEN),
  };
  const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } };
  return { id: 'fake', model: call.model, choices: [choice], usage };
}

/** The same answer as chunks: a role, the text a few characters at a time, tool calls, the reason it ended, the usage. */
async function stream(completion: ChatCompletion, call: ProviderCall, onChunk: NonNullable<ProviderCall['onChunk']>): Promise<void> {
  for (const chunk of chunksOf(completion)) {
    throwIfAborted(call.signal);
    await onChunk(chunk);
  }
}

function* chunksOf({ id = 'fake', model = 'fake', choices, usage }: ChatCompletion): Generator<ChatChunk> {
  const head = { id, object: 'chat.completion.chunk', model };
  const piece = (index: number, delta: ChatChunk['choices'][number]['delta'], finish: string | null = null): ChatChunk => ({
    ...head,
    choices: [{ index, delta, finish_reason: finish }],
  });
  for (const [position, choice] of choices.entries()) {
    const index = choice.index ?? position;
    yield piece(index, { role: 'assistant', content: '' });
    const text = choice.message.content ?? '';
    for (let at = 0; at < text.length; at += PIECE) yield piece(index, { content: text.slice(at, at + PIECE) });
    const calls = (choice.message.tool_calls ?? []).map((call, at) => ({ index: at, ...(call as object) }));
    if (calls.length > 0) yield piece(index, { tool_calls: calls });
    if (choice.message.refusal) yield piece(index, { refusal: choice.message.refusal });
    yield piece(index, {}, choice.finish_reason ?? 'stop');
  }
  if (usage !== undefined) yield { ...head, choices: [], usage };
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  if (signal.reason instanceof RouterError) throw signal.reason;
  throw new RouterError('provider.aborted', 'the call was aborted', { advice: 'nothing to do: somebody asked for it' });
}
