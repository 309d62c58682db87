/**
 * One sum that calls in flight share: each call puts its most aside before it starts and settles what it cost after.
 * Spent and put aside together never exceed the cap.
 */
export class Purse {
  spent: number;
  private held = 0;
  private readonly maxUsd: number;
  private readonly waiting: (() => void)[] = [];

  /** @param spent dollars spent already, counted towards the cap */
  constructor(maxUsd: number, spent = 0) {
    this.maxUsd = maxUsd;
    this.spent = spent;
  }

  /** Puts dollars aside, waiting for calls in flight to settle if need be; false when they would not fit even then. */
  async reserve(usd: number): Promise<boolean> {
    while (this.spent + this.held + usd > this.maxUsd) {
      if (this.held === 0 || this.spent + usd > this.maxUsd) return false;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.held += usd;
    return true;
  }

  settle(reserved: number, actual: number): void {
    this.held = Math.max(0, this.held - reserved);
    this.spent += actual;
    for (const proceed of this.waiting.splice(0)) proceed();
  }
}
