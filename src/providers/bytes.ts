import { RouterError } from '../core/errors.ts';

/** How long a connection may linger after the last event before it is cut, milliseconds. */
const LINGER_MS = 1_000;

export function tooLargeAnswer(limit: number): RouterError {
  return new RouterError('provider.too-large', `the answer is larger than ${limit} bytes`, {
    advice: 'ask for a shorter answer with `max_tokens`',
    retryable: true,
  });
}

/**
 * The bytes of a body. When the reader stops early the connection is not reused: what follows is either the end,
 * which keeps the socket, or data nobody asked for, which closes it.
 */
export async function* bytesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  let done = false;
  try {
    while (!done) {
      const piece = await reader.read();
      done = piece.done;
      if (piece.value !== undefined) yield piece.value;
    }
  } catch (error) {
    done = true;
    throw error;
  } finally {
    if (!done) letGo(reader);
  }
}

function letGo(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  const cancel = () => void reader.cancel().catch(() => undefined);
  const timer = setTimeout(cancel, LINGER_MS);
  timer.unref();
  reader.read().then(
    (piece) => {
      clearTimeout(timer);
      if (!piece.done) cancel();
    },
    () => clearTimeout(timer),
  );
}
