/** Of an error's body only this much is read, bytes. */
const ERROR_BYTES = 65_536;

/**
 * `fetch` that follows no redirect (it could lead to an inside address with the key attached) and reads at most
 * 64 kB of an error's body, however much is sent.
 */
export function guardedFetch(inner: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await inner(input, { ...init, redirect: 'manual' });
    return response.ok ? response : shortened(response);
  };
}

async function shortened(response: Response): Promise<Response> {
  const text = await startOf(response.body);
  // A body is not allowed on some statuses, and an opaque redirect has status 0.
  const status = response.status < 200 || response.status === 204 || response.status === 304 ? 502 : response.status;
  return new Response(text, { status, headers: plainHeaders(response.headers) });
}

/** The body is text by now: its old length and coding no longer hold. */
function plainHeaders(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name);
  return kept;
}

async function startOf(body: ReadableStream<Uint8Array> | null): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let read = 0;
  try {
    while (read < ERROR_BYTES) {
      const { value, done } = await reader.read();
      if (done) return text;
      read += value.length;
      text += decoder.decode(value, { stream: true });
    }
    await reader.cancel();
  } catch {
    // The status is the news; a body that breaks off or cannot be decoded adds nothing.
  }
  return text.slice(0, ERROR_BYTES);
}
