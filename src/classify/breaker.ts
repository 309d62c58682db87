/** Lets a failing part rest, so that nobody waits for it in vain. */
export type Breaker = {
  /** True when a call may be made now; while resting, one call at a time is let through after each rest to see whether it works again. */
  allows(): boolean;
  succeeded(): void;
  failed(): void;
};

export type BreakerOptions = {
  /** Failures in a row after which it rests. Minimum 1. @default 5 */
  failures?: number;
  /** Length of a rest, milliseconds. @default 10000 */
  restMs?: number;
  /** A clock that never goes back, milliseconds. */
  monotonic: () => number;
};

/** Closed until `failures` calls in a row failed; then at most one call per `restMs` until one succeeds. */
export function makeBreaker({ failures = 5, restMs = 10_000, monotonic }: BreakerOptions): Breaker {
  let inRow = 0;
  let restUntil = Number.NEGATIVE_INFINITY;
  return {
    allows() {
      if (inRow < failures) return true;
      if (monotonic() < restUntil) return false;
      restUntil = monotonic() + restMs;
      return true;
    },
    succeeded() {
      inRow = 0;
    },
    failed() {
      inRow += 1;
      if (inRow >= failures) restUntil = monotonic() + restMs;
    },
  };
}
