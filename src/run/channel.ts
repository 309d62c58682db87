import type { ChatChunk } from '../core/completion.ts';
import type { Timers } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';

export type ChannelOptions = {
  timers: Timers;
  /** How long a chunk may wait for its reader, milliseconds. */
  stallMs: number;
  /** Called once when the reader stops, or stalls: cut the upstream. */
  onStop: (reason: RouterError) => void;
};

/** Hands chunks from a run to one reader, one at a time: nothing is read from the upstream while the reader is busy. */
export type Channel = {
  /** Settles when the reader has taken the chunk; rejects when there is no reader any more. */
  push(chunk: ChatChunk): Promise<void>;
  /** Settles when the first chunk was pushed. */
  readonly started: Promise<void>;
  end(): void;
  /** Ends a stream that broke: the reader gets an error chunk, then the error itself, so that a cut cannot be missed. */
  fail(error: RouterError): void;
  readonly stream: AsyncIterableIterator<ChatChunk>;
};

type Waiting = { chunk: ChatChunk; taken: () => void; refused: (error: RouterError) => void };
type Reader = { resolve: (result: IteratorResult<ChatChunk>) => void; reject: (error: RouterError) => void };
type Head = Pick<ChatChunk, 'id' | 'model' | 'created'>;

/** At most one of `waiting` (a chunk without a reader) and `reader` (a reader without a chunk) is set. */
type Link = {
  options: ChannelOptions;
  waiting: Waiting | null;
  reader: Reader | null;
  ending: { chunks: ChatChunk[]; error: RouterError | null } | null;
  stopped: RouterError | null;
  head: Head;
};

export function channel(options: ChannelOptions): Channel {
  const link: Link = { options, waiting: null, reader: null, ending: null, stopped: null, head: {} };
  let start: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  return {
    started,
    push(chunk) {
      start();
      return push(link, chunk);
    },
    end: () => finish(link, [], null),
    fail: (error) => finish(link, [errorChunk(error, link.head)], error),
    stream: {
      next: () => pull(link),
      return() {
        stop(link, stoppedError());
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}

function stop(link: Link, reason: RouterError): void {
  if (link.stopped !== null || link.ending !== null) return;
  link.stopped = reason;
  link.waiting?.refused(reason);
  link.waiting = null;
  link.options.onStop(reason);
}

function push(link: Link, chunk: ChatChunk): Promise<void> {
  if (link.stopped !== null) return Promise.reject(link.stopped);
  link.head = headOf(chunk);
  if (link.reader !== null) {
    link.reader.resolve({ done: false, value: chunk });
    link.reader = null;
    return Promise.resolve();
  }
  return new Promise((resolve, reject) => {
    const { timers, stallMs } = link.options;
    const cancel = timers.after(stallMs, () => stop(link, stalledError(stallMs)));
    const taken = () => {
      cancel();
      resolve();
    };
    const refused = (error: RouterError) => {
      cancel();
      reject(error);
    };
    link.waiting = { chunk, taken, refused };
  });
}

function pull(link: Link): Promise<IteratorResult<ChatChunk>> {
  if (link.waiting !== null) {
    const { chunk, taken } = link.waiting;
    link.waiting = null;
    taken();
    return Promise.resolve({ done: false, value: chunk });
  }
  const last = link.ending?.chunks.shift();
  if (last !== undefined) return Promise.resolve({ done: false, value: last });
  const error = link.stopped ?? link.ending?.error ?? null;
  if (link.ending !== null) link.ending.error = null;
  // A reader that stopped of its own accord is not told so.
  if (error !== null && !(error === link.stopped && error.code === 'run.aborted')) return Promise.reject(error);
  if (link.ending !== null || link.stopped !== null) return Promise.resolve({ done: true, value: undefined });
  return new Promise((resolve, reject) => {
    link.reader = { resolve, reject };
  });
}

function finish(link: Link, chunks: ChatChunk[], error: RouterError | null): void {
  if (link.ending !== null) return;
  link.ending = { chunks, error };
  const { reader } = link;
  link.reader = null;
  if (reader !== null) pull(link).then(reader.resolve, reader.reject);
}

function headOf({ id, model, created }: ChatChunk): Head {
  return { ...(id === undefined ? {} : { id }), ...(model === undefined ? {} : { model }), ...(created === undefined ? {} : { created }) };
}

/** The last chunk of a broken stream, in the shape on which OpenAI's own client throws: `finish_reason: "error"` and an `error`. */
export function errorChunk({ code, message }: RouterError, head: Head): ChatChunk {
  return {
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: {}, finish_reason: 'error' }],
    error: { message, code, type: 'upstream_error' },
  };
}

function stoppedError(): RouterError {
  return new RouterError('run.aborted', 'the reader of the stream stopped', { advice: 'nothing to do: somebody asked for it' });
}

function stalledError(ms: number): RouterError {
  return new RouterError('run.stalled-client', `the reader of the stream took no chunk for ${ms} ms`, {
    advice: 'read the stream without long pauses, or raise `clientStallMs`',
  });
}
