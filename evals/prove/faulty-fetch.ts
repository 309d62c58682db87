import type { Random } from '../../src/core/random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a simulated endpoint can do wrong before any of its answer is out. */
export const FAULTS = [
  'status-500',
  'status-503',
  'rate-limited',
  'hostile-retry-after',
  'bad-key',
  'bad-request',
  'refused',
  'closed-socket',
  'hang',
  'headers-then-silence',
  'web-page',
  'empty-answer',
  'half-json',
  'cut-before-content',
  'error-event',
] as const;
export type Fault = (typeof FAULTS)[number];

export type Endpoint = { name: string; healthy: boolean; faultShare: number };
export type Line = (text: string) => void;

const RETRY_AFTER = ['99999999', '-5', 'abc', 'Wed, 21 Oct 2099 07:28:00 GMT', '0'];

/**
 * A `fetch` over simulated endpoints: latencies and faults come from the seed, time from the virtual clock.
 * The answer names the endpoint and the request, so that a wrong body cannot pass for a right one.
 */
export function faultyFetch(endpoint: Endpoint, random: Random, time: VirtualTime, trace: Line): typeof globalThis.fetch {
  return async (_url, init) => {
    const body = JSON.parse(String(init?.body)) as { stream?: boolean; messages: { content: string }[] };
    const asked = body.messages[0]?.content ?? '';
    const signal = init?.signal ?? new AbortController().signal;
    const fault = endpoint.healthy || random() >= endpoint.faultShare ? null : (FAULTS[Math.floor(random() * FAULTS.length)] ?? null);
    trace(`${time.monotonic().toFixed(3)} ${endpoint.name} ${asked} ${fault ?? 'answers'}`);
    await delay(time, 5 + random() * (endpoint.healthy ? 295 : 600), signal);
    const text = `${endpoint.name}:${asked}`;
    return fault === null
      ? good(text, body.stream === true, time, random, signal)
      : broken(fault, body.stream === true, time, random, signal);
  };
}

function delay(time: VirtualTime, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    time.after(ms, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}

const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

const socketError = (code: string): Error =>
  Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(code), { code }) });

const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify({ error: { message: 'simulated' } }), {
    status: code,
    headers: { 'content-type': 'application/json', ...headers },
  });

const event = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 's', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;

async function broken(fault: Fault, stream: boolean, time: VirtualTime, random: Random, signal: AbortSignal): Promise<Response> {
  const role = event({ role: 'assistant', content: '' });
  switch (fault) {
    case 'status-500':
      return status(500);
    case 'status-503':
      return status(503, { 'retry-after': '1' });
    case 'rate-limited':
      return status(429, { 'retry-after': String(Math.ceil(random() * 3)) });
    case 'hostile-retry-after':
      return status(429, { 'retry-after': RETRY_AFTER[Math.floor(random() * RETRY_AFTER.length)] ?? 'x' });
    case 'bad-key':
      return status(401);
    case 'bad-request':
      return status(400);
    case 'refused':
      throw socketError('ECONNREFUSED');
    case 'closed-socket':
      throw socketError('UND_ERR_SOCKET');
    case 'hang':
      return never(signal);
    case 'headers-then-silence':
      return events([], time, random, signal, 'hang');
    case 'web-page':
      return new Response('<html>', { headers: { 'content-type': 'text/html' } });
    case 'empty-answer':
      return stream ? events([role, event({}, 'stop')], time, random, signal) : json('');
    case 'half-json':
      return stream
        ? events([role, 'data: {"choi'], time, random, signal)
        : new Response('{"choi', { headers: { 'content-type': 'application/json' } });
    case 'cut-before-content':
      return events([role], time, random, signal, 'reset');
    case 'error-event':
      return events([role, 'data: {"error":{"message":"overloaded"}}\n\n'], time, random, signal);
  }
}

function json(text: string): Response {
  const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } };
  return new Response(JSON.stringify({ id: 's', model: 'm', choices: [choice], usage: { prompt_tokens: 5, completion_tokens: 3 } }), {
    headers: { 'content-type': 'application/json' },
  });
}

function good(text: string, stream: boolean, time: VirtualTime, random: Random, signal: AbortSignal): Response {
  if (!stream) return json(text);
  const deltas = text.match(/.{1,4}/g) ?? [];
  return events(
    [event({ role: 'assistant', content: '' }), ...deltas.map((content) => event({ content })), event({}, 'stop'), 'data: [DONE]\n\n'],
    time,
    random,
    signal,
  );
}

function events(
  pieces: readonly string[],
  time: VirtualTime,
  random: Random,
  signal: AbortSignal,
  end: 'close' | 'reset' | 'hang' = 'close',
): Response {
  const encoder = new TextEncoder();
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await delay(time, random() * 10, signal);
      const piece = pieces[at++];
      if (piece !== undefined) return controller.enqueue(encoder.encode(piece));
      if (end === 'hang') return never(signal);
      if (end === 'reset') throw socketError('ECONNRESET');
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}
