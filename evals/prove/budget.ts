import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { SpendScope, State } from '../../src/core/state.ts';
import { connectRedis } from '../../src/state/redis.ts';
import type { Finding } from './finding.ts';
import { type LinkProxy, startProxy, startRedis } from './redis-server.ts';
import { workerArguments } from './worker.ts';

const PROCESSES = 4;
const AT_ONCE = 50;
const LEASE_MS = 3_000;
const PREFIX = 'proof';
/** Of the money all tries together would want, so that the cap is reached well before the end. */
const CAP_SHARE = 0.6;
const MEAN_NANOS = 7_500_000;

type Told = { settled: Map<string, number>; intents: Map<string, number>; done: number };

/** Four processes on one budget, with links cut and one process killed: never more than the cap, and sums exact to the nano-dollar. */
export async function proveBudget({ tries, built }: { tries: number; built?: string }): Promise<Finding[]> {
  const server = await startRedis();
  const proxy = await startProxy(server.port);
  const { state } = await connectRedis({ url: server.url, prefix: PREFIX, commandMs: 5_000 });
  const redis = new Redis(server.url);
  const capNanos = Math.floor(tries * PROCESSES * MEAN_NANOS * CAP_SHARE);
  const scope: SpendScope = { key: 'all', window: 'month', timeZone: 'UTC', capNanos };
  const told: Told = { settled: new Map(), intents: new Map(), done: 0 };
  try {
    const start = (name: string) =>
      startWorker({ url: proxy.url, name, tries, capNanos, leaseMs: LEASE_MS, prefix: PREFIX, atOnce: AT_ONCE }, told, built);
    const workers = Array.from({ length: PROCESSES }, (_, at) => start(`w${at}`));
    const samples = sampling(state, scope);
    const orphans = await disturb(workers, tries, proxy, redis, told, () => start('w9'));
    const { most, count } = await samples.stop();
    await wait(LEASE_MS + 200);
    // Each operation sweeps at most twenty expired holds, so that none of them is slow.
    for (let sweep = 0; sweep < 10; sweep++) await state.spend([scope]);
    return await findings(state, scope, told, { most, count, orphans });
  } finally {
    redis.disconnect();
    await state.close();
    await proxy.close();
    await server.stop();
  }
}

type Worker = { process: ChildProcess; ended: Promise<unknown> };

function startWorker(settings: Record<string, unknown>, told: Told, built?: string): Worker {
  const argv = [...workerArguments('budget-worker', built), JSON.stringify(settings)];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    const { settled, intent, nanos, done } = JSON.parse(line) as { settled?: string; intent?: string; nanos?: number; done?: string };
    if (intent !== undefined) told.intents.set(intent, nanos ?? 0);
    if (settled !== undefined) told.settled.set(settled, nanos ?? 0);
    if (done !== undefined) told.done += 1;
  });
  return { process: child, ended: Promise.all([once(child, 'exit'), once(lines, 'close')]) };
}

function sampling(state: State, scope: SpendScope) {
  let running = true;
  let most = 0;
  let count = 0;
  const loop = (async () => {
    while (running) {
      const [spend] = await state.spend([scope]);
      most = Math.max(most, (spend?.spentNanos ?? 0) + (spend?.heldNanos ?? 0));
      count += 1;
      await wait(5);
    }
  })();
  const stop = async () => {
    running = false;
    await loop;
    return { most, count };
  };
  return { stop };
}

/** Cuts links before replies all along; kills one process in the middle, and starts another. Answers with the holds the dead one left. */
async function disturb(
  workers: Worker[],
  tries: number,
  proxy: LinkProxy,
  redis: Redis,
  told: Told,
  replace: () => Worker,
): Promise<number> {
  let running = true;
  const cutting = (async () => {
    while (running) {
      await wait(60);
      proxy.behave('cut-replies');
      await wait(2);
      proxy.behave('pass');
    }
  })();
  while (told.settled.size < tries / 2) await wait(2);
  const [victim, ...others] = workers;
  victim?.process.kill('SIGKILL');
  await victim?.ended;
  // Its last commands may still be on their way through the proxy.
  await wait(100);
  const orphans = await holdsOf(redis, 'h:w0-');
  const last = replace();
  await Promise.all([...others, last].map(({ ended }) => ended));
  running = false;
  await cutting;
  // What the dead process meant to settle and no longer holds was settled.
  for (const [id, nanos] of told.intents) if (id.startsWith('w0-') && !orphans.has(id)) told.settled.set(id, nanos);
  return orphans.size;
}

async function holdsOf(redis: Redis, start: string): Promise<Set<string>> {
  const [key] = await redis.keys(`{${PREFIX}}:v1:b:all:????-??`);
  const fields = key === undefined ? [] : await redis.hkeys(key);
  return new Set(fields.filter((field) => field.startsWith(start)).map((field) => field.slice(2)));
}

async function findings(
  state: State,
  scope: SpendScope,
  told: Told,
  seen: { most: number; count: number; orphans: number },
): Promise<Finding[]> {
  const [spend] = await state.spend([scope]);
  const { spentNanos = 0, heldNanos = 0, expiredNanos = 0, expiredHolds = 0 } = spend ?? {};
  const settled = [...told.settled.values()].reduce((sum, nanos) => sum + nanos, 0);
  return [
    {
      claim: `spent + held within the cap at every sample (${seen.count} of them)`,
      found: `most ${seen.most} of ${scope.capNanos}`,
      holds: seen.most <= scope.capNanos,
    },
    {
      claim: 'spent = settled + expired, to the nano-dollar',
      found: `${spentNanos} = ${settled} + ${expiredNanos}`,
      holds: spentNanos === settled + expiredNanos,
    },
    {
      claim: 'holds left by the killed process, charged when their lease ended',
      found: `${expiredHolds} of ${seen.orphans}`,
      holds: expiredHolds === seen.orphans,
    },
    { claim: 'held when all is over', found: String(heldNanos), holds: heldNanos === 0 },
    { claim: 'processes that finished', found: `${told.done} of ${PROCESSES}`, holds: told.done === PROCESSES },
  ];
}
