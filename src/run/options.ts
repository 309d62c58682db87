/** How requests are run. Times are milliseconds on the monotonic clock. */
export type RunOptions = {
  /** For the whole request, every attempt and wait included. @default 300000 */
  deadlineMs: number;
  /** Longest wait for the first chunk of a streamed answer. @default 30000 */
  firstByteMs: number;
  /** Longest silence between two chunks. @default 30000 */
  idleMs: number;
  /** How long a reader of a stream may let a chunk lie before the upstream is cut. @default 30000 */
  clientStallMs: number;
  /** Base of the full-jitter backoff before a candidate is tried again. @default 250 */
  backoffMs: number;
  /** Output tokens reserved against budgets when the request sets no limit. @default 4096 */
  reserveOutputTokens: number;
  /** Which refusals of a request send it to the next candidate. @default { contextLength: true, contentPolicy: false } */
  fallbackOn: { contextLength: boolean; contentPolicy: boolean };
};

export const RUN_DEFAULTS: RunOptions = {
  deadlineMs: 300_000,
  firstByteMs: 30_000,
  idleMs: 30_000,
  clientStallMs: 30_000,
  backoffMs: 250,
  reserveOutputTokens: 4_096,
  fallbackOn: { contextLength: true, contentPolicy: false },
};
