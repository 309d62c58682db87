import type { ErrorCode, RouterError } from '../core/errors.ts';
import type { RunParts } from './plan.ts';

/** How long a candidate is left alone after a 429 that named no time, milliseconds. */
const DEFAULT_PARK_MS = 1_000;
/** A bad key does not mend itself within the minute. */
const UNAUTHORISED_PARK_MS = 60_000;

const REACHED: ReadonlySet<ErrorCode> = new Set(['provider.rejected', 'provider.context-length', 'provider.content-policy']);
/** Ours, the caller's, or the network's between two calls: no reason to think worse of a candidate. */
const BLAMELESS: ReadonlySet<ErrorCode> = new Set([
  'run.deadline',
  'run.aborted',
  'run.hook-failed',
  'provider.stale-socket',
  'cache.miss',
]);

/** Tells a candidate's health what its failure means: down, asked to wait, locked out, or merely of another opinion. */
export function reportFailure({ health, notify }: RunParts, model: string, error: RouterError): void {
  const { code, retryAfterSeconds } = error;
  if (BLAMELESS.has(code)) return;
  if (REACHED.has(code)) {
    health.reached(model);
    return;
  }
  if (code === 'provider.unauthorised' || code === 'provider.missing-key' || code === 'provider.unknown') {
    health.park(model, UNAUTHORISED_PARK_MS, 'unauthorised');
    notify?.({ kind: 'unauthorised', model, detail: error.message });
    return;
  }
  if (retryAfterSeconds !== undefined || code === 'provider.rate-limited') {
    health.park(model, retryAfterSeconds === undefined ? DEFAULT_PARK_MS : retryAfterSeconds * 1_000);
  }
  if (code !== 'provider.rate-limited' && health.failed(model)) notify?.({ kind: 'breaker-opened', model });
}
