import { nanosOfUsd, usdOfNanos } from '../../core/money.ts';

/**
 * Reserve before a call, settle after it (D4): what is spent and what may still be spent never exceed the cap together.
 * Who finds no room waits for others to settle; who would find none even then closes the purse, for later and cheaper work would make an unfair sample.
 */
export class Purse {
  private spentNanos: number;
  private heldNanos = 0;
  private closed = false;
  private readonly capNanos: number;
  private readonly waiting: (() => void)[] = [];

  constructor(capUsd: number, spentUsd: number) {
    this.capNanos = Number.isFinite(capUsd) ? Math.floor(capUsd * 1e9) : Number.POSITIVE_INFINITY;
    this.spentNanos = nanosOfUsd(spentUsd);
  }

  get spentUsd(): number {
    return usdOfNanos(this.spentNanos);
  }

  /** True when the money was refused to somebody. */
  get isEmpty(): boolean {
    return this.closed;
  }

  /** Sets money aside, waiting for it if need be; false when the cap does not allow it. */
  async reserve(usd: number): Promise<boolean> {
    const nanos = nanosOfUsd(usd);
    while (!this.closed) {
      if (this.spentNanos + this.heldNanos + nanos <= this.capNanos) {
        this.heldNanos += nanos;
        return true;
      }
      if (this.heldNanos === 0) this.close();
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    return false;
  }

  /** Gives back what was set aside and books what it came to. */
  settle(reservedUsd: number, actualUsd: number): void {
    this.heldNanos -= nanosOfUsd(reservedUsd);
    this.spentNanos += nanosOfUsd(actualUsd);
    for (const wake of this.waiting.splice(0)) wake();
  }

  private close(): void {
    this.closed = true;
    for (const wake of this.waiting.splice(0)) wake();
  }
}
