/** Failures in a row that open a breaker. */
const IN_A_ROW = 5;
/** Or this share of at least `ENOUGH` calls within the window. */
const SHARE = 0.5;
const ENOUGH = 10;
const WINDOW_MS = 10_000;
/** How long an open breaker lets nothing through, and the least time between two probes. */
const COOL_MS = 10_000;

type Call = { at: number; failed: boolean };

/** Keeps calls away from a candidate that is down. Times are milliseconds of the monotonic clock. */
export type Breaker = {
  /** 0 when a call may go out now, else milliseconds until a probe may. */
  waitMs(now: number): number;
  isOpen(): boolean;
  began(now: number): void;
  succeeded(now: number): void;
  /** True when this failure opened it. */
  failed(now: number): boolean;
};

/**
 * Opens after 5 failures in a row, or half of at least 10 calls within 10 s; then lets one probe through per 10 s, and closes on its success.
 */
export function breaker(): Breaker {
  let openedAt: number | null = null;
  let probedAt = Number.NEGATIVE_INFINITY;
  let row = 0;
  let calls: Call[] = [];
  const note = (now: number, failed: boolean) => {
    calls = calls.filter(({ at }) => now - at < WINDOW_MS).slice(-200);
    calls.push({ at: now, failed });
  };
  const tooMany = () => row >= IN_A_ROW || (calls.length >= ENOUGH && calls.filter(({ failed }) => failed).length >= SHARE * calls.length);
  return {
    isOpen: () => openedAt !== null,
    waitMs: (now) => (openedAt === null ? 0 : Math.max(0, Math.max(openedAt, probedAt) + COOL_MS - now)),
    began(now) {
      if (openedAt !== null) probedAt = now;
    },
    succeeded(now) {
      if (openedAt !== null) calls = [];
      openedAt = null;
      row = 0;
      note(now, false);
    },
    failed(now) {
      row += 1;
      note(now, true);
      if (openedAt !== null || !tooMany()) return false;
      openedAt = now;
      return true;
    },
  };
}
