/** Longest wait for one retry, milliseconds: a hostile `Retry-After` must not stall a run, nor overflow a timer into a hot loop. */
const LONGEST_WAIT_MS = 60_000;
const FIRST_WAIT_MS = 500;
/** Calls in a row that were tried to the end and failed: from then on nothing is tried again until one succeeds. */
const HOPELESS = 8;

/** What happened on the way, for `events.jsonl`. */
export type PaceEvent =
  | { event: 'retry'; why: string; attempt: number; waitMs: number }
  | { event: 'gave-up'; why: string; attempt: number }
  | { event: 'width'; width: number };

export type PaceOptions = {
  /** Most calls in flight. */
  most: number;
  /** Tries again after a failure that may pass. @default 4 */
  retries?: number;
  /** Waits; rejects or returns early when the signal fires. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  signal?: AbortSignal;
  onEvent?: (event: PaceEvent) => void;
};

/** How a failed call may be tried again: `retryable`, the seconds an upstream asked for, and a word for the log. */
export type Failure = { retryable: boolean; retryAfterSeconds?: number | undefined; why?: string };

/**
 * Calls in flight, as many as the upstream bears: halved when it says "too many", one more after each full round without trouble.
 * Source: additive increase, multiplicative decrease; Chiu & Jain 1989, Comput. Netw. 17.
 */
export class Pace {
  private allowed: number;
  private inFlight = 0;
  private good = 0;
  /** Counts narrowings: calls that set out before one and fail after it tell nothing new. */
  private round = 0;
  /** Set while the upstream wants to be left alone; nobody sets out until then. */
  private resting: Promise<void> | null = null;
  private givenUp = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly options: PaceOptions;

  constructor(options: PaceOptions) {
    this.options = options;
    this.allowed = options.most;
  }

  /** Calls allowed at once just now. */
  get width(): number {
    return this.allowed;
  }

  /** Runs a call when there is room, and again after failures that may pass, waiting as long as asked. */
  async run<T>(call: () => Promise<T>, failureOf: (error: unknown) => Failure): Promise<T> {
    const { retries = 4, sleep, signal } = this.options;
    for (let attempt = 0; ; attempt++) {
      await this.enter();
      const { round } = this;
      let wait: Promise<void>;
      try {
        const answer = await call();
        this.succeeded();
        return answer;
      } catch (error) {
        const { retryable, retryAfterSeconds, why = 'failed' } = failureOf(error);
        const last = attempt >= retries || this.givenUp >= HOPELESS;
        if (retryable && last) this.giveUp(why, attempt);
        if (!retryable || last || signal?.aborted) throw error;
        this.narrow(round);
        const ms = waitMs(attempt, retryAfterSeconds);
        this.tell({ event: 'retry', why, attempt, waitMs: ms });
        wait = sleep(ms, signal);
        if (retryAfterSeconds !== undefined) this.rest(wait);
      } finally {
        this.leave();
      }
      await wait;
    }
  }

  private giveUp(why: string, attempt: number): void {
    this.givenUp++;
    this.tell({ event: 'gave-up', why, attempt });
  }

  private tell(event: PaceEvent): void {
    this.options.onEvent?.(event);
  }

  private async enter(): Promise<void> {
    while (this.resting !== null || this.inFlight >= this.allowed) {
      if (this.resting !== null) await this.resting;
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.inFlight++;
  }

  /** An upstream that names a time is left alone by all until then, not by the one call it told. */
  private rest(wait: Promise<void>): void {
    this.resting = wait;
    const over = () => {
      if (this.resting === wait) this.resting = null;
    };
    wait.then(over, over);
  }

  private leave(): void {
    this.inFlight--;
    this.waiting.shift()?.();
  }

  private succeeded(): void {
    this.givenUp = 0;
    this.good++;
    if (this.good < this.allowed || this.allowed >= this.options.most) return;
    this.good = 0;
    this.allowed++;
    this.tell({ event: 'width', width: this.allowed });
    this.waiting.shift()?.();
  }

  private narrow(round: number): void {
    if (round !== this.round) return;
    this.round++;
    this.good = 0;
    const narrower = Math.max(1, Math.floor(this.allowed / 2));
    if (narrower !== this.allowed) this.tell({ event: 'width', width: narrower });
    this.allowed = narrower;
  }
}

/** Half a second, doubled each time, unless the upstream asked for a time of its own; never longer than a minute, never negative. */
export function waitMs(attempt: number, retryAfterSeconds: number | undefined): number {
  const asked =
    retryAfterSeconds === undefined || !Number.isFinite(retryAfterSeconds) ? FIRST_WAIT_MS * 2 ** attempt : retryAfterSeconds * 1_000;
  return Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, asked));
}
