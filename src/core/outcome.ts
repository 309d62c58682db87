import type { ChatCompletion } from './completion.ts';
import type { ErrorCode, RouterError } from './errors.ts';
import type { TokenUsage } from './label.ts';

/** One call to one candidate, or the reason it was passed over. Times are milliseconds since the request began. */
export type Attempt = {
  model: string;
  status: 'answered' | 'failed' | 'cancelled' | 'skipped';
  /** Why it failed or was skipped: an error code, or a skip reason of `decide`. */
  code: ErrorCode | string | null;
  detail: string;
  startedMs: number;
  ms: number;
  firstByteMs: number | null;
  /** True for a second call to the same candidate. */
  retry: boolean;
  tokens: TokenUsage | null;
  /** Dollars charged for this attempt; null when the price is unknown. */
  usd: number | null;
  flags: string[];
};

type Ran = {
  attempts: Attempt[];
  /** Tokens of the answer. */
  tokens: TokenUsage | null;
  /** Dollars of all attempts together; null when one of them has an unknown cost. */
  usd: number | null;
  firstByteMs: number | null;
  ms: number;
  /** What deserves notice: `usage_estimated`, `over_reservation`, `model_mismatch`, `client_cancelled`, … */
  flags: string[];
};

/** What came of running a decision. */
export type Outcome =
  | (Ran & { kind: 'answered'; model: string; completion: ChatCompletion; finish: string })
  | (Ran & { kind: 'failed'; model: string | null; error: RouterError; finish: string });
