import { isRouterError, RouterError } from '../core/errors.ts';
import type { Model } from '../core/models.ts';
import { type Admitted, abortedError, deadlineError } from './attempt.ts';
import { callsMade, elapsedMs, noteSkip, type Running, remainingMs } from './running.ts';
import { pause } from './timers.ts';

/** Most second calls to candidates that failed, per request. */
const MOST_RETRIES = 2;
const MOST_BACKOFF_MS = 8_000;
/** A wait asked for is stretched by up to this share, so that those who wait do not come back at once. */
const PARK_JITTER = 0.1;
const LEAST_WAIT_MS = 5;

export type Step = { kind: 'try'; admitted: Admitted } | { kind: 'give-up'; error: RouterError };
type Verdict = { kind: 'go'; admitted: Admitted } | { kind: 'wait'; waitMs: number } | { kind: 'no' };
type Wait = { model: Model; waitMs: number; retry: boolean };

/**
 * Who is tried next: the first candidate not tried yet that is still eligible, up, within its limits and affordable. When none is
 * left, the request waits for the soonest that will be, if its deadline allows; candidates behind an open breaker are not waited for.
 */
export async function nextStep(running: Running): Promise<Step> {
  try {
    for (;;) {
      const stop = whyStop(running);
      if (stop !== null) return { kind: 'give-up', error: stop };
      const again = staleSocket(running);
      const { admitted, waits } = again === null ? await firstAdmitted(running) : await admittedAgain(running, again);
      if (admitted !== null) return { kind: 'try', admitted };
      if (again !== null) continue;
      const soonest = [...waits, ...retries(running)].sort((a, b) => a.waitMs - b.waitMs)[0];
      if (soonest === undefined || soonest.waitMs >= remainingMs(running)) return { kind: 'give-up', error: exhausted(running, soonest) };
      await pause(running.parts.timers, Math.max(LEAST_WAIT_MS, soonest.waitMs), running.plan.signal ?? NEVER);
      if (!soonest.retry) continue;
      const retried = await admittedAgain(running, soonest.model);
      if (retried.admitted !== null) return { kind: 'try', admitted: retried.admitted };
    }
  } catch (error) {
    if (isRouterError(error)) return { kind: 'give-up', error };
    return { kind: 'give-up', error: abortedError(error) };
  }
}

const NEVER = new AbortController().signal;

function whyStop(running: Running): RouterError | null {
  const { signal } = running.plan;
  if (signal?.aborted) return abortedError(signal.reason);
  if (remainingMs(running) <= 0) return deadlineError(elapsedMs(running));
  return callsMade(running) > running.known.size ? exhausted(running, undefined) : null;
}

/** A kept-alive socket that closed as we wrote deserves one more try on a fresh one. */
function staleSocket(running: Running): Model | null {
  const { last, tries, known, excluded } = running;
  if (last?.kind !== 'failed' || last.error.code !== 'provider.stale-socket' || tries.get(last.model.id) !== 1) return null;
  // Never at the expense of a candidate not tried yet: the bound on attempts must leave each of them its turn.
  const untried = running.order.filter(({ id }) => !tries.has(id) && !excluded.has(id)).length;
  return callsMade(running) + untried <= known.size ? last.model : null;
}

type Found = { admitted: Admitted | null; waits: Wait[] };

async function firstAdmitted(running: Running): Promise<Found> {
  const waits: Wait[] = [];
  for (const model of running.order) {
    if (running.tries.has(model.id) || running.excluded.has(model.id)) continue;
    const verdict = await admit(running, model, false);
    if (verdict.kind === 'go') return { admitted: verdict.admitted, waits };
    if (verdict.kind === 'wait') waits.push({ model, waitMs: verdict.waitMs, retry: false });
  }
  return { admitted: null, waits };
}

async function admittedAgain(running: Running, model: Model): Promise<Found> {
  running.retries += 1;
  if (!running.parts.health.takeRetry(model.id)) {
    running.excluded.add(model.id);
    noteSkip(running, model.id, 'retry-budget', 'a tenth of its traffic may be retries');
    // A stale socket without a retry left must not be asked about again.
    running.tries.set(model.id, 2);
    return { admitted: null, waits: [] };
  }
  const verdict = await admit(running, model, true);
  if (verdict.kind === 'go') return { admitted: verdict.admitted, waits: [] };
  running.tries.set(model.id, 2);
  return { admitted: null, waits: [] };
}

/** Every gate a candidate passes before a call, the cheap ones first and money last, for it has to be given back. */
async function admit(running: Running, model: Model, retry: boolean): Promise<Verdict> {
  const { plan, parts } = running;
  const exclude = (code: string, detail: string): Verdict => {
    running.excluded.add(model.id);
    noteSkip(running, model.id, code, detail);
    return { kind: 'no' };
  };
  const skip = plan.recheck(model.id);
  if (skip !== null) return exclude(skip.reason, skip.detail);
  const available = parts.health.available(model.id);
  if (!available.ok) {
    noteSkip(running, model.id, available.reason, `for another ${Math.round(available.waitMs)} ms`);
    const waitMs = available.waitMs * (1 + PARK_JITTER * parts.random());
    return available.reason === 'parked' ? { kind: 'wait', waitMs } : { kind: 'no' };
  }
  // Before anything is awaited: an open breaker lets one probe through, not one per waiting request.
  parts.health.began(model.id);
  const output = reservedOutput(running, model);
  const taken = await parts.limiter.take(model, plan.inputTokens + output);
  if (!taken.ok) {
    noteSkip(running, model.id, 'rate-limit', `its own limit, for another ${Math.round(taken.retryAfterMs)} ms`);
    return { kind: 'wait', waitMs: taken.retryAfterMs };
  }
  const id = `${plan.requestId}#${callsMade(running)}`;
  const money = await parts.ledger.reserve(id, model, { input: plan.inputTokens, output }, plan.scopes, remainingMs(running));
  if (money.kind === 'denied') return exclude('budget', money.detail);
  return { kind: 'go', admitted: { model, hold: money.hold, reservedNanos: money.nanos, shareMs: shareOf(running, model), retry } };
}

/** Output tokens the money is set aside for: what the request allows, what the model can give, times the answers asked for. */
function reservedOutput({ plan, parts }: Running, model: Model): number {
  const asked = plan.maxOutputTokens ?? parts.options.reserveOutputTokens;
  return Math.min(asked, model.maxOutputTokens ?? Number.POSITIVE_INFINITY) * plan.choices;
}

/** The time left, divided by the candidates it may have to last for. */
function shareOf(running: Running, model: Model): number {
  const others = running.order.filter(
    ({ id }) => id !== model.id && !running.tries.has(id) && !running.excluded.has(id) && running.parts.health.available(id).ok,
  );
  return remainingMs(running) / (others.length + 1);
}

function retries(running: Running): Wait[] {
  if (running.retries >= MOST_RETRIES) return [];
  const { health, random, options } = running.parts;
  return running.order.flatMap((model): Wait[] => {
    const error = running.failures.get(model.id);
    if (error === undefined || !error.retryable || running.excluded.has(model.id)) return [];
    const available = health.available(model.id);
    if (available.ok) {
      const most = Math.min(MOST_BACKOFF_MS, options.backoffMs * 2 ** running.retries);
      return [{ model, waitMs: random() * most, retry: true }];
    }
    return available.reason === 'parked' ? [{ model, waitMs: available.waitMs * (1 + PARK_JITTER * random()), retry: true }] : [];
  });
}

const FINAL = new Set(['provider.rejected', 'provider.context-length', 'provider.content-policy', 'provider.rate-limited']);

/** The error of a request nobody could serve. One that every candidate agrees on is passed on as it is. */
function exhausted(running: Running, soonest: Wait | undefined): RouterError {
  const { last, attempts } = running;
  if (last?.kind === 'failed' && FINAL.has(last.error.code)) return last.error;
  const skips = attempts.filter(({ status }) => status === 'skipped');
  if (last === null && skips.length > 0 && skips.every(({ code }) => code === 'budget' || code === 'price-unknown'))
    return overBudget(skips[0]?.detail);
  const waitMs = soonest?.waitMs ?? soonestMs(running);
  const tried = callsMade(running);
  const story = tried === 0 ? 'no candidate is available' : `none of ${tried} call(s) gave an answer`;
  const last_ = last?.kind === 'failed' ? `; the last: ${last.error.message}` : '';
  const keys = missingKeys([...running.failures.values()]);
  return new RouterError('run.no-candidate', `${story}${last_}`, {
    advice: keys ?? 'try again later, or add a candidate at another provider; `attempts` of the record tells each story',
    retryable: keys === null,
    ...(waitMs === null ? {} : { retryAfterSeconds: Math.ceil(waitMs / 1_000) }),
    ...(last?.kind === 'failed' ? { cause: last.error } : {}),
  });
}

function soonestMs({ order, parts }: Running): number | null {
  const waits = order.map(({ id }) => parts.health.available(id)).flatMap((state) => (state.ok ? [] : [state.waitMs]));
  return waits.length === 0 ? null : Math.min(...waits);
}

function overBudget(detail: string | undefined): RouterError {
  return new RouterError('budget.exceeded', `the budget does not allow this request: ${detail ?? 'nothing is left'}`, {
    advice: 'wait for the next window, raise the budget, lower `max_tokens`, or allow a cheaper pool',
  });
}

/** What to do where nothing but keys was wanting: waiting mends no key. */
function missingKeys(failures: readonly RouterError[]): string | null {
  if (failures.length === 0 || failures.some(({ code }) => code !== 'provider.missing-key')) return null;
  const names = [...new Set(failures.map(({ where }) => where))].join(', ');
  return `set ${names}, or leave their models out (\`candidates\`, or a policy without them)`;
}
