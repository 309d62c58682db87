import { createHash } from 'node:crypto';
import type { Model } from '../core/models.ts';
import { costNanos, nanosOfUsd, usdOfNanos } from '../core/money.ts';
import type { Budget } from '../core/policy.ts';
import type { Hold, SpendScope, State } from '../core/state.ts';

/** Longer than any attempt: only a process that died leaves a hold to its lease. */
const LEASE_SPARE_MS = 60_000;

export type Reserved = { kind: 'held'; hold: Hold | null; nanos: number | null } | { kind: 'denied'; detail: string };

/** Money of requests: set aside before a call, replaced by what it cost after. */
export type Ledger = {
  /** @throws RouterError `budget.unavailable` when a budget applies and the store cannot be asked. */
  reserve(
    id: string,
    model: Model,
    tokens: { input: number; output: number },
    scopes: readonly SpendScope[],
    ms: number,
  ): Promise<Reserved>;
  /** Books what a call cost; an unknown cost books what was reserved. */
  settle(hold: Hold | null, nanos: number | null): Promise<void>;
  /** Books money already spent, such as the classifier's. */
  charge(id: string, nanos: number, scopes: readonly SpendScope[]): Promise<void>;
  /** What the tightest budget has left, and whether only cheap models may be used; null when none applies. */
  remaining(scopes: readonly SpendScope[], budgets: readonly Budget[]): Promise<{ remainingUsd: number; cheapOnly: boolean } | null>;
};

/** The budgets one request counts against. Without a user or tenant it shares the budget of all that named none. */
export function scopesOf(
  budgets: readonly Budget[],
  who: { user?: string | undefined; tenant?: string | undefined; userTier?: string | undefined },
): SpendScope[] {
  return budgets.map(({ scope, window, timeZone, usd }) => {
    const name = scope === 'global' ? 'all' : ((scope === 'tier' ? who.userTier : who[scope]) ?? '');
    const owner = scope === 'global' ? 'all' : shortHash(name);
    return { key: `${scope}:${owner}:${window}:${timeZone}`, window, timeZone, capNanos: nanosOfUsd(usd) };
  });
}

/** Names of people do not belong in a store that neighbours can read. */
const shortHash = (text: string): string => createHash('sha256').update(JSON.stringify(text)).digest('hex').slice(0, 16);

export function createLedger(state: State): Ledger {
  return {
    async reserve(id, model, { input, output }, scopes, ms) {
      const nanos = costNanos(model.price, { input, cachedInput: null, output, reasoning: null });
      if (scopes.length === 0) return { kind: 'held', hold: null, nanos };
      if (nanos === null) return { kind: 'denied', detail: 'a budget applies and the price is unknown' };
      const answer = await state.reserve({ id, amountNanos: nanos, scopes, leaseMs: ms + LEASE_SPARE_MS });
      if (answer.kind === 'held') return { kind: 'held', hold: answer.hold, nanos };
      const left = usdOfNanos(answer.remainingNanos).toFixed(6);
      return { kind: 'denied', detail: `needs $${usdOfNanos(nanos).toFixed(6)}, \`${answer.scope}\` has $${left} left` };
    },
    async settle(hold, nanos) {
      if (hold !== null) await state.settle(hold, nanos ?? hold.amountNanos);
    },
    async charge(id, nanos, scopes) {
      if (nanos <= 0 || scopes.length === 0) return;
      const booked = await state.reserve({ id, amountNanos: nanos, scopes, leaseMs: LEASE_SPARE_MS, force: true });
      if (booked.kind === 'held') await state.settle(booked.hold, nanos);
    },
    async remaining(scopes, budgets) {
      if (scopes.length === 0) return null;
      const spends = await state.spend(scopes);
      const left = scopes.map(({ capNanos }, at) => capNanos - (spends[at]?.spentNanos ?? 0) - (spends[at]?.heldNanos ?? 0));
      const cheapOnly = scopes.some(({ capNanos }, at) => (left[at] ?? 0) < (budgets[at]?.cheapBelow ?? 0) * capNanos);
      return { remainingUsd: usdOfNanos(Math.max(0, Math.min(...left))), cheapOnly };
    },
  };
}
