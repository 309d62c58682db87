import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type RedisServer = { url: string; port: number; process: ChildProcess; stop(): Promise<void> };

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A real server of its own on a free port, nothing on disk. Needs `redis-server` (Debian: `apt-get install redis-server`). */
export async function startRedis(args: readonly string[] = [], onPort?: number): Promise<RedisServer> {
  const port = onPort ?? (await freePort());
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...args];
  const server = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    server.stdout.on('data', (data: Buffer) => {
      output += data.toString();
      if (output.includes('Ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`redis-server ended: ${output.slice(-500)}`)));
  });
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  return { url: `redis://127.0.0.1:${port}`, port, process: server, stop };
}

export type LinkMode = 'pass' | 'stall' | 'cut-replies';
export type LinkProxy = { url: string; behave(mode: LinkMode): void; cut(): void; close(): Promise<void> };

/** A TCP proxy that passes, swallows, or executes without answering: the link is cut after the command and before its reply. */
export async function startProxy(port: number): Promise<LinkProxy> {
  let mode: LinkMode = 'pass';
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => void (mode === 'stall' ? undefined : upstream.write(data)));
    upstream.on('data', (data) => void (mode === 'cut-replies' ? client.destroy() : mode === 'pass' ? client.write(data) : undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const close = async () => {
    cut();
    server.close();
    await once(server, 'close');
  };
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave: (next) => {
      mode = next;
    },
    cut,
    close,
  };
}
