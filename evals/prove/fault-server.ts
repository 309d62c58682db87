import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Random, seededRandom } from '../../src/core/random.ts';

export const STREAM_FAULTS = ['none', 'none', 'reset', 'end', 'done-too-early', 'error-event', 'garbage', 'stall', 'half-event'] as const;
export type StreamFault = (typeof STREAM_FAULTS)[number];

/** What one faulted stream sends before its fault: the oracle of what a reader may see. */
export type Script = { text: string; fault: StreamFault; before: string; pieces: Buffer[] };

const event = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 's', object: 'chat.completion.chunk', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const ROLE = event({ role: 'assistant', content: '' });
const END = `${event({}, 'stop')}data: [DONE]\n\n`;
const LETTERS = ['a', 'é', '漢', '😀', ' ', '\n', '"', '\\', 'word '];

/** The stream of a seed: a text in random deltas, a fault after some of them, the bytes cut at random places. */
export function scriptOf(seed: number): Script {
  const random = seededRandom(seed);
  const deltas = Array.from({ length: 1 + Math.floor(random() * 30) }, () => word(random));
  const fault = STREAM_FAULTS[Math.floor(random() * STREAM_FAULTS.length)] ?? 'none';
  const sent = fault === 'none' ? deltas.length : Math.floor(random() * (deltas.length + 1));
  const head =
    ROLE +
    deltas
      .slice(0, sent)
      .map((content) => event({ content }))
      .join('');
  const bytes = Buffer.from(head + tailOf(fault, deltas[sent] ?? 'x'), 'utf8');
  return { text: deltas.join(''), fault, before: deltas.slice(0, sent).join(''), pieces: cut(bytes, random) };
}

const word = (random: Random): string =>
  Array.from({ length: 1 + Math.floor(random() * 4) }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join('');

function tailOf(fault: StreamFault, next: string): string {
  if (fault === 'none') return END;
  if (fault === 'done-too-early') return 'data: [DONE]\n\n';
  if (fault === 'error-event') return 'data: {"error":{"message":"overloaded"}}\n\n';
  if (fault === 'garbage') return `data: {"choi\n\n${END}`;
  return fault === 'half-event' ? event({ content: next }).slice(0, -12) : '';
}

function cut(bytes: Buffer, random: Random): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const to = Math.min(bytes.length, at + 1 + Math.floor(random() * 160));
    pieces.push(bytes.subarray(at, to));
    at = to;
  }
  return pieces;
}

export type FaultServer = { url: (path: string) => string; aborted: () => number; close: () => Promise<void> };

/** Two endpoints on one real server: `/faulty/v1` plays the script of the seed it is asked for, `/healthy/v1` always answers whole. */
export async function startFaultServer(): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  let aborted = 0;
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    response.on('close', () => {
      if (!response.writableFinished) aborted += 1;
    });
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { messages } = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { messages: { content: string }[] };
      const seed = Number(messages[0]?.content);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (request.url?.startsWith('/healthy')) response.end(ROLE + event({ content: `healthy ${seed}` }) + END);
      else void play(scriptOf(seed), response, request.socket);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(() => resolve());
    });
  return { url: (path) => `http://127.0.0.1:${port}/${path}/v1`, aborted: () => aborted, close };
}

async function play({ pieces, fault }: Script, response: ServerResponse, socket: Socket): Promise<void> {
  for (const piece of pieces) {
    response.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (fault === 'stall') return;
  if (fault !== 'reset') response.end();
  // What was written must have left: a reset overtakes what is still in the socket.
  else setTimeout(() => socket.resetAndDestroy(), 3);
}
