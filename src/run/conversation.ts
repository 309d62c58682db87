import { chunkAssembler } from '../core/chunk.ts';
import type { ChatChunk, ChatCompletion } from '../core/completion.ts';
import type { RouteRecord } from '../core/record.ts';
import type { Message, RouteRequest } from '../core/request.ts';

export type ConversationOptions = {
  /** Names the conversation: the same id keeps to the same model, over processes that share a state. */
  id: string;
  /** Kept when the conversation is reset. */
  system?: string;
};

/** What a conversation has cost and used so far; `usd` is null when the cost of some turn is unknown. */
export type ConversationStats = { turns: number; usd: number | null; models: Record<string, number>; switches: number };

type Answer = { completion: ChatCompletion; record: RouteRecord };
type Stream = { stream: AsyncIterableIterator<ChatChunk>; record: Promise<RouteRecord> };

/** Fields of one turn beside its messages, such as `tools`. */
export type TurnFields = Omit<RouteRequest, 'messages' | 'stream'> & { messages?: never; stream?: never };

export type Conversation<A extends Answer, S extends Stream, O> = {
  readonly id: string;
  /** Everything said so far, the system prompt first. */
  readonly history: readonly Message[];
  /** One turn: a text, a message, or tool results; the answer joins the history. A turn that fails leaves it as it was. */
  send(turn: string | Message | readonly Message[], fields?: Partial<TurnFields>, options?: O): Promise<A>;
  /** The same, streamed; the answer joins the history when the stream has ended whole. */
  stream(turn: string | Message | readonly Message[], fields?: Partial<TurnFields>, options?: O): Promise<S>;
  stats(): ConversationStats;
  /** Forgets what was said, but for the system prompt, and the statistics. */
  reset(): void;
};

type Ask<A, S, O> = {
  whole: (request: RouteRequest, options: O) => Promise<A>;
  streamed: (request: RouteRequest, options: O) => Promise<S>;
};
type Talk = { history: Message[]; stats: ConversationStats; last: string | null };

/** @param ask completes one request; given the conversation's id among its options */
export function createConversation<A extends Answer, S extends Stream, O extends object>(
  { id, system }: ConversationOptions,
  ask: Ask<A, S, O & { conversation: string }>,
): Conversation<A, S, O> {
  const start = (): Message[] => (system === undefined ? [] : [{ role: 'system', content: system }]);
  let talk: Talk = { history: start(), stats: noStats(), last: null };
  const requestOf = (added: readonly Message[], fields: Partial<TurnFields>) =>
    ({ ...fields, messages: [...talk.history, ...added] }) as RouteRequest;
  return {
    id,
    get history() {
      return talk.history;
    },
    async send(turn, fields = {}, options) {
      const added = messagesOf(turn);
      const answer = await ask.whole(requestOf(added, fields), { ...(options as O), conversation: id });
      keep(talk, added, answer.completion, answer.record);
      return answer;
    },
    async stream(turn, fields = {}, options) {
      const added = messagesOf(turn);
      const current = talk;
      const answer = await ask.streamed({ ...requestOf(added, fields), stream: true }, { ...(options as O), conversation: id });
      return { ...answer, stream: remembering(answer, (completion, record) => keep(current, added, completion, record)) };
    },
    stats: () => ({ ...talk.stats, models: { ...talk.stats.models } }),
    reset() {
      talk = { history: start(), stats: noStats(), last: null };
    },
  };
}

const noStats = (): ConversationStats => ({ turns: 0, usd: 0, models: {}, switches: 0 });

function messagesOf(turn: string | Message | readonly Message[]): readonly Message[] {
  if (typeof turn === 'string') return [{ role: 'user', content: turn }];
  return Array.isArray(turn) ? (turn as readonly Message[]) : [turn as Message];
}

function keep(talk: Talk, added: readonly Message[], { choices }: ChatCompletion, { executed, classifier }: RouteRecord): void {
  const message = choices[0]?.message;
  if (message !== undefined) talk.history.push(...added, { ...message, role: 'assistant' } as Message);
  const { stats } = talk;
  const model = executed?.model ?? null;
  stats.turns += 1;
  const cost = executed === null || executed.usd === null || classifier.usd === null ? null : executed.usd + classifier.usd;
  stats.usd = stats.usd === null || cost === null ? null : stats.usd + cost;
  if (model === null) return;
  stats.models[model] = (stats.models[model] ?? 0) + 1;
  if (talk.last !== null && talk.last !== model) stats.switches += 1;
  talk.last = model;
}

async function* remembering(
  { stream, record }: Stream,
  whole: (completion: ChatCompletion, record: RouteRecord) => void,
): AsyncGenerator<ChatChunk, void, undefined> {
  const assembler = chunkAssembler();
  for await (const chunk of stream) {
    assembler.add(chunk);
    yield chunk;
  }
  whole(assembler.completion(), await record);
}
