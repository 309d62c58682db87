/** Starts a timer and returns the signal it will abort, as `AbortSignal.timeout` does; handed in, so that tests own the time. */
export type Timeout = (ms: number) => AbortSignal;

export type LinkedSignal = {
  signal: AbortSignal;
  /** Lets go of the sources; without it a long-lived signal would collect listeners. */
  release: () => void;
};

/**
 * A signal that aborts with the first of several.
 * Not `AbortSignal.any`: on Node 20 a timeout that only such a signal refers to can be collected before it fires.
 */
export function linkSignals(signals: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const undo: (() => void)[] = [];
  for (const source of signals) {
    if (source === undefined) continue;
    if (source.aborted) controller.abort(source.reason);
    const abort = () => controller.abort(source.reason);
    source.addEventListener('abort', abort, { once: true });
    undo.push(() => source.removeEventListener('abort', abort));
  }
  return { signal: controller.signal, release: () => undo.forEach((step) => void step()) };
}

/** Several signals that all abort with one, which gets a single listener however many there are. */
export function splitSignal(source: AbortSignal | undefined, count: number): { signals: AbortSignal[]; release: () => void } {
  const controllers = Array.from({ length: count }, () => new AbortController());
  const abort = () => controllers.forEach((controller) => void controller.abort(source?.reason));
  if (source?.aborted) abort();
  source?.addEventListener('abort', abort, { once: true });
  return { signals: controllers.map(({ signal }) => signal), release: () => source?.removeEventListener('abort', abort) };
}

/** What `work` gives, or a rejection with the signal's reason as soon as that aborts, even when `work` takes no notice of it. */
export function settledBy<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Runs `work` under the caller's signal and a deadline of its own; rejects with the reason of whichever comes first.
 *
 * @param limits `deadlineMs` in milliseconds; `timeout` makes the signal that ends it
 */
export async function withDeadline<T>(
  limits: { deadlineMs: number; timeout: Timeout; signal?: AbortSignal | undefined },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { signal, release } = linkSignals([limits.signal, limits.timeout(limits.deadlineMs)]);
  try {
    signal.throwIfAborted();
    return await settledBy(work(signal), signal);
  } finally {
    release();
  }
}

/** True for the reason of a signal that ran out of time, as against one that somebody aborted. */
export function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}
