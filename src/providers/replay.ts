import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical.ts';
import type { ChatCompletion } from '../core/completion.ts';
import type { Provider } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import { fakeProvider } from './fake.ts';

/** Stored answers by the key of their call. */
export type Cassette = Map<string, ChatCompletion>;

/**
 * The key of a call: SHA-256 of model and body as canonical JSON, streaming fields left out, so that a recording made whole replays as a stream.
 */
export function replayKey(model: string, body: Readonly<Record<string, unknown>>): string {
  const { stream: _stream, stream_options: _options, ...rest } = body;
  return createHash('sha256')
    .update(canonicalJson({ model, body: rest }))
    .digest('hex');
}

/**
 * Answers from a recording, and nothing else: offline runs that cost nothing and give the same every time.
 *
 * @throws RouterError `cache.miss` for a call that was never recorded
 */
export function replayProvider(cassette: Cassette, name = 'replay'): Provider {
  const reply = ({ model, body }: { model: string; body: Record<string, unknown> }) => {
    const key = replayKey(model, body);
    const answer = cassette.get(key);
    if (answer !== undefined) return answer;
    return new RouterError('cache.miss', `no recorded answer for this call to \`${model}\` (${key.slice(0, 12)})`, {
      where: name,
      advice: 'record it once with a real provider, or change the request back',
    });
  };
  return fakeProvider({ name, reply });
}

/** Passes calls on and keeps what came back in the cassette. */
export function recordingProvider(inner: Provider, cassette: Cassette): Provider {
  return {
    name: inner.name,
    async complete(call) {
      const answer = await inner.complete(call);
      cassette.set(replayKey(call.model, call.body), answer.completion);
      return answer;
    },
  };
}
