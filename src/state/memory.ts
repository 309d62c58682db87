import { type BoundedMap, boundedMap } from '../core/bounded.ts';
import type { Clock } from '../core/contracts.ts';
import { RouterError } from '../core/errors.ts';
import type { Hold, Reservation, ReserveRequest, Spend, SpendScope, State, Taken } from '../core/state.ts';
import { windowId } from './windows.ts';

export type MemoryOptions = {
  clock: Clock;
  /** Expiring facts and rate windows kept, least recently used dropped first; budgets are never dropped. @default 100000 */
  entries?: number;
};

type HoldState = { amountNanos: number; until: number };
type Book = Spend & { holds: Map<string, HoldState> };
type Fact = { value: string; until: number };
type Rate = { slot: number; current: number; previous: number };
type Memory = {
  clock: Clock;
  /** By scope, then by window: the one that runs and the one before, for settlements under way. */
  books: Map<string, Map<string, Book>>;
  /** When so many scopes are known, those of past windows are cleared out. */
  clearAt: number;
  /** The latest instant seen: a clock set back never reopens a window that is over. */
  latest: number;
  settled: BoundedMap<true>;
};

const SETTLED_KEPT = 10_000;

/** State of one process: exact, bounded, gone with it. */
export function memoryState({ clock, entries = 100_000 }: MemoryOptions): State {
  const memory: Memory = { clock, books: new Map(), clearAt: 10_000, latest: Number.NEGATIVE_INFINITY, settled: boundedMap(SETTLED_KEPT) };
  const facts = boundedMap<Fact>(entries);
  const rates = boundedMap<Rate>(entries);
  return {
    name: 'memory',
    reserve: async (request) => reserve(memory, request),
    settle: async (hold, nanos) => settle(memory, hold, nanos),
    spend: async (scopes) => scopes.map((scope) => spendOf(memory, scope)),
    take: async (key, amount, limit, windowMs) => take(rates, clock.monotonic(), { key, amount, limit, windowMs }),
    async get(key) {
      const fact = facts.get(key);
      return fact === undefined || fact.until <= clock.monotonic() ? null : fact.value;
    },
    async set(key, value, ttlMs) {
      facts.set(key, { value, until: clock.monotonic() + ttlMs });
    },
    close: async () => undefined,
  };
}

function bookOf(memory: Memory, { key, window, timeZone }: SpendScope): Book {
  memory.latest = Math.max(memory.latest, memory.clock.now());
  const id = windowId(memory.latest, window, timeZone);
  const books = memory.books.get(key) ?? new Map<string, Book>();
  const known = books.get(id);
  if (known !== undefined) return sweep(known, memory.clock.monotonic());
  const fresh: Book = { key, window: id, spentNanos: 0, heldNanos: 0, expiredNanos: 0, expiredHolds: 0, holds: new Map() };
  for (const past of [...books.keys()].sort().slice(0, -1)) books.delete(past);
  books.set(id, fresh);
  memory.books.set(key, books);
  if (memory.books.size >= memory.clearAt) clearPast(memory, id);
  return fresh;
}

/** Budgets are never dropped while their window runs; scopes not seen in it, with nothing held, are over. */
function clearPast(memory: Memory, current: string): void {
  for (const [key, books] of memory.books) {
    const over = [...books.values()].every(({ window, holds }) => window.length === current.length && window < current && holds.size === 0);
    if (over) memory.books.delete(key);
  }
  memory.clearAt = Math.max(10_000, memory.books.size * 2);
}

/** A hold whose lease ran out is charged as reserved: nobody is left to say what it really cost. */
function sweep(book: Book, now: number): Book {
  for (const [id, hold] of book.holds) {
    if (hold.until > now) continue;
    book.holds.delete(id);
    book.heldNanos -= hold.amountNanos;
    book.spentNanos += hold.amountNanos;
    book.expiredNanos += hold.amountNanos;
    book.expiredHolds += 1;
  }
  return book;
}

function reserve(memory: Memory, { id, amountNanos, scopes, leaseMs, force = false }: ReserveRequest): Reservation {
  requireNanos(amountNanos);
  if (memory.settled.has(id)) throw settledBefore(id);
  const books = scopes.map((scope) => bookOf(memory, scope));
  const replayed = books.length > 0 && books.every(({ holds }) => holds.has(id));
  const left = books.map((book, at) => (scopes[at]?.capNanos ?? 0) - book.spentNanos - book.heldNanos);
  const short = left.findIndex((nanos) => nanos < amountNanos);
  if (!replayed && !force && short !== -1) {
    return { kind: 'denied', scope: scopes[short]?.key ?? '', remainingNanos: Math.max(0, left[short] ?? 0) };
  }
  const until = memory.clock.monotonic() + leaseMs;
  if (!replayed) for (const book of books) hold(book, id, { amountNanos, until });
  const places = books.map(({ key, window }) => ({ key, window }));
  const remainingNanos = Math.min(...left) - (replayed ? 0 : amountNanos);
  return { kind: 'held', hold: { id, amountNanos, places }, remainingNanos, replayed };
}

function hold(book: Book, id: string, state: HoldState): void {
  book.holds.set(id, state);
  book.heldNanos += state.amountNanos;
}

function settle(memory: Memory, { id, places }: Hold, actualNanos: number): boolean {
  requireNanos(actualNanos);
  let found = false;
  for (const { key, window } of places) {
    const book = memory.books.get(key)?.get(window);
    const state = book?.holds.get(id);
    if (book === undefined || state === undefined) continue;
    book.holds.delete(id);
    book.heldNanos -= state.amountNanos;
    book.spentNanos += actualNanos;
    found = true;
  }
  if (found) memory.settled.set(id, true);
  return found;
}

function spendOf(memory: Memory, scope: SpendScope): Spend {
  const { holds: _holds, ...spend } = bookOf(memory, scope);
  return { ...spend };
}

/** A sliding window out of two fixed ones: the previous counts for the share of it that still overlaps. */
function take(
  rates: BoundedMap<Rate>,
  now: number,
  { key, amount, limit, windowMs }: { key: string; amount: number; limit: number; windowMs: number },
): Taken {
  const slot = Math.floor(now / windowMs);
  const rate = rates.get(key) ?? { slot, current: 0, previous: 0 };
  if (rate.slot !== slot) {
    rate.previous = rate.slot === slot - 1 ? rate.current : 0;
    rate.current = 0;
    rate.slot = slot;
  }
  rates.set(key, rate);
  const used = rate.current + rate.previous * (1 - (now % windowMs) / windowMs);
  // One call larger than the whole limit goes out alone rather than never.
  if (used > 0 && used + amount > limit) return { ok: false, retryAfterMs: waitFor(rate, now, amount, limit, windowMs) };
  rate.current += amount;
  return { ok: true };
}

/** Until enough of the previous window has slid out; at the latest when a new one begins. */
function waitFor({ current, previous }: Rate, now: number, amount: number, limit: number, windowMs: number): number {
  const toNext = windowMs - (now % windowMs);
  const excess = current + amount - limit;
  if (excess > 0 || previous === 0) return toNext + 1;
  const share = 1 + excess / previous;
  return Math.max(1, Math.min(toNext, Math.ceil(share * windowMs - (now % windowMs)) + 1));
}

function requireNanos(nanos: number): void {
  if (Number.isSafeInteger(nanos) && nanos >= 0) return;
  throw new RouterError('state.invalid', `expected whole nano-dollars from 0 to 2^53, found \`${nanos}\``, {
    advice: 'book money in whole nano-dollars',
  });
}

export function settledBefore(id: string): RouterError {
  return new RouterError('state.invalid', `reservation \`${id}\` was settled before`, { advice: 'use a new id for each reservation' });
}
