/** One budget a request counts against, e.g. `user:ada` per day in Berlin. */
export type SpendScope = {
  key: string;
  window: 'day' | 'month';
  /** IANA time zone in which the window turns over. */
  timeZone: string;
  /** Nano-dollars that may be spent and held together within one window. */
  capNanos: number;
};

/** Where a reservation was booked: it is settled in the very window it was made in, however late that is. */
export type Hold = { id: string; amountNanos: number; places: { key: string; window: string }[] };

export type ReserveRequest = {
  /** The same id twice is one reservation. */
  id: string;
  amountNanos: number;
  /** All of them or none. */
  scopes: readonly SpendScope[];
  /** After this long without a settlement the hold is charged as reserved. */
  leaseMs: number;
  /** Book even beyond the cap: money already spent elsewhere, such as the classifier's. @default false */
  force?: boolean;
};

export type Reservation =
  | { kind: 'held'; hold: Hold; remainingNanos: number; replayed: boolean }
  | { kind: 'denied'; scope: string; remainingNanos: number };

/** What one window of a scope has seen so far. `expiredNanos` of the spent were charged because a lease ran out. */
export type Spend = {
  key: string;
  window: string;
  spentNanos: number;
  heldNanos: number;
  expiredNanos: number;
  expiredHolds: number;
};

export type Taken = { ok: true } | { ok: false; retryAfterMs: number };

/**
 * What processes share: budgets, rate limits, and small expiring facts (open breakers, remembered decisions, affinity).
 * Only hashes and integers are stored, never text of a request.
 */
export interface State {
  readonly name: string;
  /** @throws RouterError `state.unavailable` when the store cannot be asked, `state.invalid` when it holds something else. */
  reserve(request: ReserveRequest): Promise<Reservation>;
  /** Replaces a hold by what was spent. False when it was settled, or its lease ended, before: nothing is changed then. */
  settle(hold: Hold, actualNanos: number): Promise<boolean>;
  spend(scopes: readonly SpendScope[]): Promise<Spend[]>;
  /** Takes `amount` out of a sliding window of `limit` per `windowMs`, or says when to ask again. */
  take(key: string, amount: number, limit: number, windowMs: number): Promise<Taken>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  close(): Promise<void>;
}
