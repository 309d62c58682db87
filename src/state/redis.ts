import type { Redis } from 'ioredis';
import type { Clock } from '../core/contracts.ts';
import { isRouterError, RouterError } from '../core/errors.ts';
import type { Hold, Reservation, ReserveRequest, Spend, SpendScope, State, Taken } from '../core/state.ts';
import { RESERVE, SETTLE, SPEND, TAKE } from './lua.ts';
import { settledBefore } from './memory.ts';
import { type Window, windowsAround } from './windows.ts';

export type RedisOptions = {
  /** Address of a Redis or Valkey server. @example 'redis://127.0.0.1:6379' */
  url: string;
  /** In front of every key; holds the hash tag. @default 'pointsman' */
  prefix?: string;
  /** Longest time for one operation, milliseconds. @default 50 */
  commandMs?: number;
  /** Longest time to connect, milliseconds. @default 1000 */
  connectMs?: number;
  /** @default the machine's */
  clock?: Pick<Clock, 'now'>;
};

/** Scripts carry a version: processes of two releases may share a server while one replaces the other. */
const VERSION = 'v1';

type Scripted = Redis & Record<'reserveV1' | 'settleV1' | 'spendV1' | 'takeV1', (...values: (string | number)[]) => Promise<unknown>>;
type Store = { redis: Scripted; key: (name: string) => string; now: () => number };

/**
 * State shared over processes through Redis or Valkey. One Lua script per operation; a repeated id is a repeated answer.
 * The bare driver: every trouble is a `state.unavailable`; `redisState` wraps it with time limits and a fallback.
 * A server that cannot be reached now is tried again in the background; `trouble` says so.
 *
 * @throws RouterError `provider.missing-package` without `ioredis`, `state.invalid` when the server may evict keys
 */
export async function connectRedis(options: RedisOptions): Promise<{ state: State; trouble: RouterError | null }> {
  const { redis, trouble } = await client(options);
  const prefix = `{${options.prefix ?? 'pointsman'}}:${VERSION}:`;
  const store: Store = { redis, key: (name) => `${prefix}${name}`, now: options.clock?.now ?? Date.now };
  const state: State = {
    name: 'redis',
    reserve: (request) => told(() => reserve(store, request)),
    settle: (hold, nanos) => told(() => settle(store, hold, nanos)),
    spend: (scopes) => told(() => spend(store, scopes)),
    take: (key, amount, limit, windowMs) => told(() => take(store, key, amount, limit, windowMs)),
    get: (key) => told(() => redis.get(store.key(`f:${key}`))),
    set: (key, value, ttlMs) =>
      told(async () => void (await redis.set(store.key(`f:${key}`), value, 'PX', Math.max(1, Math.round(ttlMs))))),
    close: async () => redis.disconnect(),
  };
  return { state, trouble };
}

async function client({ url, commandMs = 50, connectMs = 1_000 }: RedisOptions): Promise<{ redis: Scripted; trouble: RouterError | null }> {
  const { Redis } = await loadPackage();
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: connectMs,
    commandTimeout: commandMs,
    // A command re-sent after a cut link may run twice; ours are safe to repeat, but we say when.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (times) => Math.min(50 * 2 ** times, 2_000),
  });
  // Without a listener a lost connection would be an uncaught exception; each command reports its own trouble.
  redis.on('error', () => undefined);
  for (const [name, lua] of Object.entries({ reserveV1: RESERVE, settleV1: SETTLE, spendV1: SPEND, takeV1: TAKE }))
    redis.defineCommand(name, { lua });
  try {
    await redis.connect();
  } catch (error) {
    return { redis: redis as Scripted, trouble: unavailable(error) };
  }
  await requireNoEviction(redis);
  return { redis: redis as Scripted, trouble: null };
}

async function loadPackage(): Promise<Pick<typeof import('ioredis'), 'Redis'>> {
  try {
    return await import('ioredis');
  } catch (cause) {
    throw new RouterError('provider.missing-package', 'package `ioredis` is not installed', {
      where: 'state',
      advice: 'run `npm install ioredis`, or leave out the state to keep it in memory',
      cause,
    });
  }
}

/** A server that may evict keys would forget what was spent. */
async function requireNoEviction(redis: Redis): Promise<void> {
  const policy = await redis.config('GET', 'maxmemory-policy').catch(() => null);
  const found = Array.isArray(policy) ? policy[1] : undefined;
  if (typeof found !== 'string' || found === 'noeviction') return;
  redis.disconnect();
  throw new RouterError('state.invalid', `the server evicts keys (\`maxmemory-policy ${found}\`), so budgets could be forgotten`, {
    where: 'maxmemory-policy',
    advice: 'set `maxmemory-policy noeviction`, or use a server of its own for budgets',
  });
}

type Placed = { keys: string[]; bounds: number[][]; windows: Window[][] };

/** Three windows per scope: the script picks the one its own clock is in. */
function place({ key }: Store, scopes: readonly SpendScope[], now: number): Placed {
  const windows = scopes.map(({ window, timeZone }) => windowsAround(now, window, timeZone) as Window[]);
  const keys = windows.flatMap((three, at) => three.map(({ id }) => key(`b:${scopes[at]?.key}:${id}`)));
  return { keys, windows, bounds: windows.map((three) => three.flatMap(({ startMs, endMs }) => [startMs, endMs])) };
}

async function reserve(store: Store, request: ReserveRequest, now = store.now(), tries = 2): Promise<Reservation> {
  const { id, amountNanos, scopes, leaseMs, force = false } = request;
  const { keys, bounds, windows } = place(store, scopes, now);
  const perScope = scopes.flatMap(({ capNanos }, at) => [capNanos, ...(bounds[at] ?? [])]);
  const head = [id, whole(amountNanos), Math.round(leaseMs), force ? 1 : 0, scopes.length];
  const answer = (await store.redis.reserveV1(keys.length, ...keys, ...head, ...perScope)) as (string | number)[];
  const [kind, first, second, ...chosen] = answer;
  if (kind === 'clock' && tries > 1) return reserve(store, request, Number(first), tries - 1);
  if (kind === 'settled') throw settledBefore(id);
  if (kind === 'denied') return { kind: 'denied', scope: scopes[Number(first) - 1]?.key ?? '', remainingNanos: Number(second) };
  if (kind !== 'held') throw unavailable(new Error(`the clocks of this machine and the server differ by days`));
  const places = scopes.map(({ key }, at) => ({ key, window: windows[at]?.[Number(chosen[at]) - 1]?.id ?? '' }));
  return { kind: 'held', hold: { id, amountNanos, places }, remainingNanos: Number(second), replayed: Number(first) === 1 };
}

async function settle({ redis, key }: Store, { id, places }: Hold, actualNanos: number): Promise<boolean> {
  const keys = places.map((place) => key(`b:${place.key}:${place.window}`));
  if (keys.length === 0) return false;
  return Number(await redis.settleV1(keys.length, ...keys, id, whole(actualNanos))) > 0;
}

async function spend(store: Store, scopes: readonly SpendScope[]): Promise<Spend[]> {
  if (scopes.length === 0) return [];
  const { keys, bounds, windows } = place(store, scopes, store.now());
  const answer = ((await store.redis.spendV1(keys.length, ...keys, scopes.length, ...bounds.flat())) as (string | number)[]).map(Number);
  return scopes.map(({ key }, at) => {
    const [index = 2, spentNanos = 0, heldNanos = 0, expiredNanos = 0, expiredHolds = 0] = answer.slice(at * 5, at * 5 + 5);
    return { key, window: windows[at]?.[index - 1]?.id ?? '', spentNanos, heldNanos, expiredNanos, expiredHolds };
  });
}

async function take({ redis, key }: Store, name: string, amount: number, limit: number, windowMs: number): Promise<Taken> {
  const waitMs = Number(await redis.takeV1(1, key(`r:${name}`), amount, limit, windowMs));
  return waitMs === 0 ? { ok: true } : { ok: false, retryAfterMs: waitMs };
}

function whole(nanos: number): string {
  if (Number.isSafeInteger(nanos) && nanos >= 0) return String(nanos);
  const advice = 'book money in whole nano-dollars';
  throw new RouterError('state.invalid', `expected whole nano-dollars from 0 to 2^53, found \`${nanos}\``, { advice });
}

/** Everything a server can answer but an answer, in our words. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isRouterError(error)) throw error;
    throw error instanceof Error && /WRONGTYPE/.test(error.message) ? wrongType(error) : unavailable(error);
  }
}

function wrongType(cause: Error): RouterError {
  return new RouterError('state.invalid', 'a key of ours holds something else: another program uses the same names', {
    where: 'prefix',
    advice: 'give the state a `prefix` of its own',
    cause,
  });
}

function unavailable(cause: unknown): RouterError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new RouterError('state.unavailable', `the shared state cannot be asked: ${said.slice(0, 200)}`, {
    where: 'state',
    advice: 'check the server and its address; READONLY and LOADING pass by themselves after a failover or a start',
    retryable: true,
    cause,
  });
}
