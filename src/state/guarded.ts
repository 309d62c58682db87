import type { Clock, Timers } from '../core/contracts.ts';
import { isRouterError, RouterError } from '../core/errors.ts';
import type { Hold, Reservation, ReserveRequest, SpendScope, State } from '../core/state.ts';
import { windowsAround } from './windows.ts';

export type GuardOptions = {
  clock: Clock;
  timers: Timers;
  /** Longest time one operation may take, milliseconds. @default 50 */
  operationMs?: number;
  /** What becomes of requests under a budget while the store cannot be asked: refused, or allowed this much per scope and process. @default 'refuse' */
  onUnavailable?: 'refuse' | { localSliceUsd: number };
  /** Told when the store is lost, and when it is back. */
  onChange?: (degraded: boolean) => void;
};

/** State that goes on without its store: caches, limits and breakers locally, budgets as chosen. */
export type GuardedState = State & { degraded(): boolean };

/** Operations in a row that may fail before the store is left alone for a while. */
const FAILURES = 5;
const RETRY_MS = 1_000;
/** Settlements kept for when the store is back; beyond them the leases decide. */
const MOST_LATE = 10_000;
const NANOS_PER_USD = 1_000_000_000;

type Late = { hold: Hold; nanos: number };
type Guard = Required<Pick<GuardOptions, 'clock' | 'timers' | 'operationMs' | 'onUnavailable' | 'onChange'>> & {
  primary: State;
  local: State;
  failures: number;
  openUntil: number;
  degraded: boolean;
  late: Late[];
  localHolds: Set<string>;
  cancelProbe: () => void;
  closed: boolean;
};

/** @param local takes over while `primary` is out of reach */
export function guardedState(primary: State, local: State, options: GuardOptions): GuardedState {
  const { operationMs = 50, onUnavailable = 'refuse', onChange = () => undefined, clock, timers } = options;
  const guard: Guard = {
    ...{ primary, local, clock, timers, operationMs, onUnavailable, onChange, failures: 0, openUntil: Number.NEGATIVE_INFINITY },
    ...{ degraded: false, late: [], localHolds: new Set<string>(), cancelProbe: () => undefined, closed: false },
  };
  return {
    name: `${primary.name}, guarded`,
    degraded: () => guard.degraded,
    reserve: (request) => reserve(guard, request),
    settle: (hold, nanos) => settle(guard, hold, nanos),
    spend: (scopes) =>
      ask(
        guard,
        () => primary.spend(scopes),
        () => localBudget(guard, () => local.spend(sliced(guard, scopes))),
      ),
    take: (...take) =>
      ask(
        guard,
        () => primary.take(...take),
        () => local.take(...take),
      ),
    get: (key) =>
      ask(
        guard,
        () => primary.get(key),
        () => local.get(key),
      ),
    set: (...fact) =>
      ask(
        guard,
        () => primary.set(...fact),
        () => local.set(...fact),
      ),
    async close() {
      guard.closed = true;
      guard.cancelProbe();
      await primary.close();
      await local.close();
    },
  };
}

/** Asks the store within its time, or the fallback at once while it is known to be away; the fallback hears whether the store was asked. */
async function ask<T>(guard: Guard, primary: () => Promise<T>, fallback: (asked: boolean) => Promise<T>): Promise<T> {
  if (guard.clock.monotonic() < guard.openUntil) return fallback(false);
  try {
    const answer = await inTime(guard, primary);
    wentWell(guard);
    return answer;
  } catch (error) {
    if (!isRouterError(error) || error.code !== 'state.unavailable') throw error;
    wentWrong(guard);
    return fallback(true);
  }
}

function inTime<T>({ timers, operationMs }: Guard, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(operationMs, () => reject(slow(operationMs)));
    work().then(resolve, reject).finally(cancel);
  });
}

function wentWell(guard: Guard): void {
  guard.failures = 0;
  guard.openUntil = Number.NEGATIVE_INFINITY;
  if (guard.degraded) change(guard, false);
  const late = guard.late.splice(0);
  if (late.length > 0) void settleLate(guard, late);
}

function wentWrong(guard: Guard): void {
  guard.failures += 1;
  if (guard.failures < FAILURES || guard.closed) return;
  guard.openUntil = guard.clock.monotonic() + RETRY_MS;
  if (!guard.degraded) change(guard, true);
  // In the background too, so that late settlements do not wait for the next request.
  guard.cancelProbe();
  guard.cancelProbe = guard.timers.after(
    RETRY_MS + 1,
    () =>
      void ask(
        guard,
        () => guard.primary.get('probe'),
        async () => null,
      ).catch(() => null),
  );
}

function change(guard: Guard, degraded: boolean): void {
  guard.degraded = degraded;
  guard.onChange(degraded);
}

async function settleLate(guard: Guard, late: readonly Late[]): Promise<void> {
  for (const each of late) {
    try {
      await inTime(guard, () => guard.primary.settle(each.hold, each.nanos));
    } catch {
      keepLate(guard, each);
    }
  }
}

function keepLate(guard: Guard, late: Late): void {
  if (guard.late.length < MOST_LATE) guard.late.push(late);
}

/** Without an answer nobody knows whether the money is held: the hold is given back as soon as the store can be asked. */
async function reserve(guard: Guard, request: ReserveRequest): Promise<Reservation> {
  const here = async (asked: boolean) => {
    const places = request.scopes.flatMap(({ key, window, timeZone }) =>
      windowsAround(guard.clock.now(), window, timeZone).map(({ id }) => ({ key, window: id })),
    );
    if (asked) {
      keepLate(guard, { hold: { id: request.id, amountNanos: request.amountNanos, places }, nanos: 0 });
    }
    const answer = await localBudget(guard, () => guard.local.reserve({ ...request, scopes: sliced(guard, request.scopes) }));
    if (answer.kind === 'held') guard.localHolds.add(request.id);
    return answer;
  };
  return ask(guard, () => guard.primary.reserve(request), here);
}

async function settle(guard: Guard, hold: Hold, nanos: number): Promise<boolean> {
  if (guard.localHolds.delete(hold.id)) return guard.local.settle(hold, nanos);
  const later = async () => {
    keepLate(guard, { hold, nanos });
    return true;
  };
  return ask(guard, () => guard.primary.settle(hold, nanos), later);
}

function sliced({ onUnavailable }: Guard, scopes: readonly SpendScope[]): SpendScope[] {
  if (onUnavailable === 'refuse') return [...scopes];
  const slice = Math.floor(onUnavailable.localSliceUsd * NANOS_PER_USD);
  return scopes.map((scope) => ({ ...scope, capNanos: Math.min(scope.capNanos, slice) }));
}

async function localBudget<T>({ onUnavailable }: Guard, work: () => Promise<T>): Promise<T> {
  if (onUnavailable !== 'refuse') return work();
  throw new RouterError('budget.unavailable', 'a budget applies and its store cannot be asked', {
    where: 'state',
    advice: 'wait until the store is back, or allow a bounded local slice with `onUnavailable: { localSliceUsd }`',
    retryable: true,
    retryAfterSeconds: 1,
  });
}

function slow(ms: number): RouterError {
  return new RouterError('state.unavailable', `the shared state gave no answer within ${ms} ms`, {
    where: 'state',
    advice: 'look at the load of the server and the network to it',
    retryable: true,
  });
}
