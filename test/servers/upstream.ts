import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Exchange = { body: Record<string, unknown>; request: IncomingMessage; response: ServerResponse; socket: Socket; call: number };
export type Behaviour = (exchange: Exchange) => void | Promise<void>;

/** A real HTTP server on a free port of this machine that answers, or misbehaves, as told. */
export type Upstream = {
  url: string;
  calls: () => number;
  /** Sockets that were ended by the other side before an answer was finished. */
  aborted: () => number;
  open: () => number;
  behave(next: Behaviour): void;
  close(): Promise<void>;
};

export async function startUpstream(first: Behaviour): Promise<Upstream> {
  let behaviour = first;
  let calls = 0;
  let aborted = 0;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const call = calls++;
    response.on('close', () => {
      if (!response.writableFinished) aborted += 1;
    });
    response.on('error', () => undefined);
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('error', () => undefined);
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(pieces).toString('utf8') || '{}') as Record<string, unknown>;
      Promise.resolve(behaviour({ body, request, response, socket: request.socket, call })).catch(() => response.destroy());
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls: () => calls,
    aborted: () => aborted,
    open: () => sockets.size,
    behave: (next) => {
      behaviour = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

export const USAGE = { prompt_tokens: 10, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 4 } };

export function completion(text: string, extra: Record<string, unknown> = {}): Record<string, unknown> {
  const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } };
  return { id: 'c1', object: 'chat.completion', created: 1, model: 'wire', choices: [choice], usage: USAGE, ...extra };
}

export const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Behaviour =>
  ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };

export const failing = (status: number, message = 'no', headers: Record<string, string> = {}): Behaviour =>
  json({ error: { message, type: 'x', code: null } }, status, headers);

export function chunk(delta: Record<string, unknown>, finish: string | null = null): string {
  const body = {
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'wire',
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
  return `data: ${JSON.stringify(body)}\n\n`;
}

export const ROLE = chunk({ role: 'assistant', content: '' });
export const STOP = chunk({}, 'stop');
export const DONE = 'data: [DONE]\n\n';
export const usageChunk = `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', choices: [], usage: USAGE })}\n\n`;

export const textChunks = (text: string, size = 4): string[] => {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(chunk({ content: text.slice(at, at + size) }));
  return pieces;
};

export const wholeStream = (text: string): string => [ROLE, ...textChunks(text), STOP, usageChunk, DONE].join('');

export type StreamEnd = 'end' | 'reset' | 'stall';

/** Sends the pieces one by one as an event stream, then ends, resets the socket, or falls silent. */
export const streaming =
  (pieces: readonly (string | Uint8Array)[], end: StreamEnd = 'end'): Behaviour =>
  async ({ response, socket }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const piece of pieces) {
      response.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (end === 'end') response.end();
    // The pieces must have left before the reset, which would overtake them.
    if (end === 'reset') setTimeout(() => socket.resetAndDestroy(), 5);
  };

/** Answers as asked: an event stream when `stream` is set, else a whole completion. */
export const answering =
  (text: string): Behaviour =>
  (exchange) =>
    exchange.body.stream === true ? streaming([wholeStream(text)])(exchange) : json(completion(text))(exchange);

export const silent: Behaviour = () => undefined;
export const headersOnly: Behaviour = ({ response }) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
};
export const resetting: Behaviour = ({ socket }) => {
  socket.resetAndDestroy();
};
