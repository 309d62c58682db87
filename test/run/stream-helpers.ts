import { afterEach } from 'vitest';
import type { RouterOptions } from '../../src/config/schema.ts';
import type { ChatChunk } from '../../src/core/completion.ts';
import type { RouterError } from '../../src/core/errors.ts';
import { memoryRecorder } from '../../src/record/memory.ts';
import { createRouter, type Router } from '../../src/router.ts';
import { type Behaviour, startUpstream, type Upstream } from '../servers/upstream.ts';
import { policyOf } from '../support/policy.ts';

/** Servers and routers in use; closed after each test of a file that imports this. */
export const upstreams: Upstream[] = [];
const routers: Router[] = [];

/** Called once by each file that starts servers: helpers may be loaded once for many files. */
export function closesServers(): void {
  afterEach(async () => {
    await Promise.all(routers.splice(0).map((router) => router.close()));
    await Promise.all(upstreams.splice(0).map((upstream) => upstream.close()));
  });
}

type Settings = RouterOptions;

export async function routerOver(behaviours: Record<string, Behaviour>, settings: Settings = {}) {
  const recorder = memoryRecorder();
  const providers: Record<string, { baseUrl: string; keyVariable: null }> = {};
  const servers: Record<string, Upstream> = {};
  for (const [name, behaviour] of Object.entries(behaviours)) {
    const server = await startUpstream(behaviour);
    upstreams.push(server);
    servers[name] = server;
    providers[name] = { baseUrl: server.url, keyVariable: null };
  }
  const policy = policyOf(Object.keys(behaviours).map((name) => `${name}/m`));
  const run = { deadlineMs: 4_000, firstByteMs: 400, idleMs: 400, clientStallMs: 400, backoffMs: 1 };
  const router = createRouter({ policy, providers, recorder, run, ...settings });
  routers.push(router);
  return { router, recorder, servers };
}

export const ask = { messages: [{ role: 'user' as const, content: 'tell me something' }], stream: true as const };

type Read = { text: string; chunks: ChatChunk[]; error: RouterError | null };

export async function read(stream: AsyncIterable<ChatChunk>): Promise<Read> {
  const chunks: ChatChunk[] = [];
  try {
    for await (const each of stream) chunks.push(each);
    return { text: textIn(chunks), chunks, error: null };
  } catch (error) {
    return { text: textIn(chunks), chunks, error: error as RouterError };
  }
}

const textIn = (chunks: readonly ChatChunk[]): string => chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
