import { isRouterError, RouterError } from '../../core/errors.ts';
import type { EvalFiles } from '../../eval/parts.ts';
import { recoverLines, sealed, unsealed } from '../../eval/sealed-lines.ts';

type Line = { call: number; hold: number } | { call: number; spent: number };

/**
 * One purse for labels and reflections: a call's worst case is put aside before it sets out and written down, what it really cost after.
 * A process that was killed in between finds its holds again and counts them as spent, since nobody knows better.
 */
export type Spend = {
  /** Dollars gone, holds of an earlier process among them. */
  readonly spentUsd: number;
  readonly maxUsd: number;
  /** Puts dollars aside; the function returned says what the call really cost. */
  hold(usd: number): (actualUsd: number) => void;
  /** @throws RouterError `budget.exceeded` when so much is not left */
  demand(usd: number): void;
  close(): void;
};

export function openSpend(path: string, maxUsd: number, files: EvalFiles): Spend {
  const earlier = files.exists(path) ? recoverLines(files.read(path), 'spend.jsonl', decode) : { rows: [], bytes: 0 };
  if (files.exists(path) && files.read(path).length > earlier.bytes) files.truncate(path, earlier.bytes);
  const log = files.openLog(path);
  let { spentUsd, next } = tally(earlier.rows);
  let heldUsd = 0;
  return {
    get spentUsd() {
      return spentUsd;
    },
    maxUsd,
    hold(usd) {
      const call = next++;
      heldUsd += usd;
      log.append(sealed({ call, hold: usd }));
      return (actual) => {
        heldUsd -= usd;
        spentUsd += actual;
        log.append(sealed({ call, spent: actual }));
      };
    },
    demand(usd) {
      if (spentUsd + heldUsd + usd > maxUsd) throw usedUp(spentUsd, maxUsd);
    },
    close: () => log.close(),
  };
}

/** Calls that were never settled count as held. */
function tally(lines: readonly Line[]): { spentUsd: number; next: number } {
  const calls = new Map<number, number>();
  for (const line of lines) calls.set(line.call, 'spent' in line ? line.spent : line.hold);
  return { spentUsd: [...calls.values()].reduce((sum, usd) => sum + usd, 0), next: Math.max(-1, ...calls.keys()) + 1 };
}

function decode(line: string): Line | null {
  return unsealed(line) as Line | null;
}

/** What a failed call may have cost: what it says, nothing where it says nothing, the worst case where nobody knows, as of a call cut off. */
export function lostUsd(error: unknown, worst: number, signal: AbortSignal | undefined): number {
  return isRouterError(error) && error.spentUsd !== null && signal?.aborted !== true ? (error.spentUsd ?? 0) : worst;
}

export function usedUp(spentUsd: number, maxUsd: number): RouterError {
  return new RouterError(
    'budget.exceeded',
    `the next call could pass the cap: $${spentUsd.toFixed(4)} of $${maxUsd.toFixed(2)} are spent`,
    {
      where: '--max-usd',
      advice: 'run the same command with a larger `--max-usd`: every answer so far is kept and costs nothing again',
    },
  );
}
