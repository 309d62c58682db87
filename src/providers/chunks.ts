import { type ChunkAssembler, chunkAssembler } from '../core/chunk.ts';
import type { ChatChunk } from '../core/completion.ts';
import { RouterError } from '../core/errors.ts';
import { badResponse, type CallContext } from './failures.ts';
import { scrub } from './scrub.ts';
import { readEvents, type ServerEvent, type StreamLimits } from './sse.ts';

type Sink = (chunk: ChatChunk) => Promise<void> | void;

/**
 * Reads a streamed answer to its end, handing each chunk to `sink` before the next is read.
 *
 * The truncation rule: an answer is whole when every choice asked for has its `finish_reason`. A stream that ends, breaks or says
 * `[DONE]` before that is `provider.truncated`; one that breaks after it has lost at most its usage.
 *
 * @param choices answers asked for (`n`)
 * @throws RouterError `provider.truncated`, `provider.bad-response`, `provider.failed` (an error event), `provider.too-large`
 */
export async function readChunks(
  bytes: AsyncIterable<Uint8Array>,
  sink: Sink,
  choices: number,
  context: CallContext,
  limits?: StreamLimits,
): Promise<ChunkAssembler> {
  const assembler = chunkAssembler();
  const whole = () => assembler.finished() && assembler.completion().choices.length >= choices;
  try {
    for await (const event of readEvents(bytes, limits)) {
      if (event.data === '[DONE]') break;
      const chunk = chunkOf(event, context);
      assembler.add(chunk);
      await sink(chunk);
    }
  } catch (error) {
    if (!whole()) throw error;
  }
  if (!whole()) throw truncated(context);
  return assembler;
}

function truncated({ provider, model }: CallContext): RouterError {
  return new RouterError('provider.truncated', `the stream of \`${model}\` ended before the answer did`, {
    where: provider,
    advice: 'try again; when it happens often, look at the proxies between here and the provider',
    retryable: true,
  });
}

function chunkOf(event: ServerEvent, context: CallContext): ChatChunk {
  const value = parse(event.data, context);
  const error = (value as { error?: unknown } | null)?.error;
  if (event.event === 'error' || (error !== undefined && error !== null)) throw errorEvent(error ?? value, context);
  const chunk = toChunk(value);
  if (chunk === null) throw badResponse('a chat completion chunk', event.data, context);
  return chunk;
}

function parse(data: string, context: CallContext): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw badResponse('JSON in the event stream', data, context);
  }
}

function errorEvent(error: unknown, context: CallContext): RouterError {
  const message = typeof error === 'string' ? error : (error as { message?: unknown } | null)?.message;
  const said = scrub(typeof message === 'string' ? message : 'no message', context.secrets);
  return new RouterError('provider.failed', `\`${context.provider}\` broke off the stream of \`${context.model}\`: ${said}`, {
    where: context.provider,
    advice: 'try again, or add a candidate at another provider',
    retryable: true,
  });
}

type RawChoice = { index?: unknown; delta?: unknown; finish_reason?: unknown };

/** A chunk with `index`, `delta` and `finish_reason` always present, or null when it has another shape. */
function toChunk(value: unknown): ChatChunk | null {
  if (typeof value !== 'object' || value === null) return null;
  const raw = value as Record<string, unknown>;
  if (!Array.isArray(raw.choices)) return raw.usage === undefined ? null : ({ ...raw, choices: [] } as ChatChunk);
  const choices = raw.choices.map(toChoice);
  return choices.some((choice) => choice === null) ? null : ({ ...raw, choices } as ChatChunk);
}

function toChoice(value: unknown): ChatChunk['choices'][number] | null {
  if (typeof value !== 'object' || value === null) return null;
  const raw = value as RawChoice;
  const delta = raw.delta ?? {};
  const index = raw.index ?? 0;
  const finish = raw.finish_reason ?? null;
  if (typeof delta !== 'object' || typeof index !== 'number' || (finish !== null && typeof finish !== 'string')) return null;
  return isDelta(delta as Record<string, unknown>)
    ? { ...(raw as object), index, delta: delta as ChatChunk['choices'][number]['delta'], finish_reason: finish }
    : null;
}

const isText = (value: unknown): boolean => value === undefined || value === null || typeof value === 'string';

function isDelta(delta: Record<string, unknown>): boolean {
  const calls = delta.tool_calls ?? [];
  if (!isText(delta.content) || !isText(delta.refusal) || !Array.isArray(calls)) return false;
  return calls.every((call: unknown) => {
    const named = (call as { function?: { name?: unknown; arguments?: unknown } } | null)?.function ?? {};
    return typeof call === 'object' && call !== null && isText(named.name) && isText(named.arguments);
  });
}
