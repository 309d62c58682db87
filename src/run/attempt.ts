import { carriesContent } from '../core/chunk.ts';
import type { ChatChunk } from '../core/completion.ts';
import type { ProviderAnswer } from '../core/contracts.ts';
import { isRouterError, RouterError } from '../core/errors.ts';
import type { Model } from '../core/models.ts';
import { usdOfNanos } from '../core/money.ts';
import type { Attempt } from '../core/outcome.ts';
import type { Hold } from '../core/state.ts';
import { emptyAnswer, isEmpty, isOtherModel } from './answers.ts';
import { reportFailure } from './blame.ts';
import { elapsedMs, type Running, remainingMs, type Tried } from './running.ts';
import { type Watch, watch } from './timers.ts';
import { type Charge, chargeFor, chargeForCut, type Expected } from './usage.ts';

/** After the last `finish_reason` only usage can still come: worth this short a wait, milliseconds. */
const AFTER_FINISH_MS = 2_000;
/** Chunks without content held back before the first one with it. */
const MOST_HELD = 256;

/** A candidate that was let through, with the money set aside and the time it may take. */
export type Admitted = { model: Model; hold: Hold | null; reservedNanos: number | null; shareMs: number; retry: boolean };

type Progress = { startedMs: number; firstByteMs: number | null; characters: number; held: ChatChunk[] };

/** One call to one candidate: timed, streamed, priced, settled, and told to its health. Never rejects. */
export async function attempt(running: Running, admitted: Admitted): Promise<Tried> {
  const { parts, plan } = running;
  const { model } = admitted;
  const guard = watch(parts.clock, parts.timers);
  const release = follow(plan.signal, guard);
  const progress: Progress = { startedMs: elapsedMs(running), firstByteMs: null, characters: 0, held: [] };
  running.tries.set(model.id, (running.tries.get(model.id) ?? 0) + 1);
  try {
    const answer = await call(running, admitted, guard, progress);
    return await succeed(running, admitted, progress, answer);
  } catch (thrown) {
    const error = asRouterError(thrown, model.id);
    guard.abort(error);
    return await fail(running, admitted, progress, error, guard.late());
  } finally {
    guard.stop();
    release();
  }
}

async function call(running: Running, admitted: Admitted, guard: Watch, progress: Progress): Promise<ProviderAnswer> {
  const { model } = admitted;
  const provider = running.parts.provider(model);
  armLimits(running, admitted, guard);
  const onChunk = running.sink === null ? {} : { onChunk: (chunk: ChatChunk) => take(running, admitted, guard, progress, chunk) };
  const sent = provider.complete({ model: model.wireName, body: running.plan.body, signal: guard.signal, ...onChunk });
  const answer = await settledOrAborted(sent, guard.signal);
  progress.firstByteMs ??= elapsedMs(running) - progress.startedMs;
  if (isEmpty(answer.completion)) {
    const { tokens, nanos } = chargeFor(model, answer.completion, answer.usage, expectedOf(running, admitted));
    throw Object.assign(emptyAnswer(model.id), { charge: { tokens, nanos, flags: [] } satisfies Charge });
  }
  if (running.sink !== null) await forward(running, admitted, guard, progress);
  return answer;
}

function armLimits(running: Running, { model, shareMs }: Admitted, guard: Watch): void {
  const limit = Math.min(shareMs, model.timeoutMs ?? Number.POSITIVE_INFINITY);
  guard.arm('limit', limit, () => timeoutError(model.id, `gave no answer within ${Math.round(limit)} ms`));
  if (running.sink === null) return;
  const { firstByteMs } = running.parts.options;
  guard.arm('silence', firstByteMs, () => timeoutError(model.id, `sent nothing for ${firstByteMs} ms`));
}

/** Takes one chunk: time stands still while the reader has it, and nothing is handed on by an attempt that was given up. */
async function take(running: Running, admitted: Admitted, guard: Watch, progress: Progress, chunk: ChatChunk): Promise<void> {
  if (guard.signal.aborted) throw guard.signal.reason;
  guard.disarm('silence');
  progress.firstByteMs ??= elapsedMs(running) - progress.startedMs;
  progress.characters += charactersOf(chunk);
  progress.held.push(chunk);
  if (running.committed || carriesContent(chunk)) await forward(running, admitted, guard, progress);
  else if (progress.held.length > MOST_HELD) throw emptyAnswer(admitted.model.id);
  if (guard.signal.aborted) throw guard.signal.reason;
  const finished = chunk.choices.some(({ finish_reason: finish }) => finish !== null);
  const { idleMs } = running.parts.options;
  const silenceMs = finished ? Math.min(idleMs, AFTER_FINISH_MS) : idleMs;
  guard.arm('silence', silenceMs, () => timeoutError(admitted.model.id, `fell silent for ${silenceMs} ms in the middle of an answer`));
}

/** Hands on what was held back. The first time is the commit point. */
async function forward(running: Running, { model }: Admitted, guard: Watch, progress: Progress): Promise<void> {
  if (!running.committed) {
    running.committed = true;
    guard.disarm('limit');
    const spent = elapsedMs(running) - progress.startedMs;
    if (model.timeoutMs !== undefined) {
      guard.arm('limit', model.timeoutMs - spent, () => timeoutError(model.id, `took longer than its ${model.timeoutMs} ms`));
    }
    guard.arm('deadline', remainingMs(running), () => deadlineError(elapsedMs(running)));
  }
  for (const chunk of progress.held.splice(0)) {
    const usageOnly = chunk.choices.length === 0 && chunk.usage !== undefined && chunk.usage !== null;
    if (!usageOnly || running.plan.wantsUsage) await running.sink?.(chunk);
  }
}

async function succeed(running: Running, admitted: Admitted, progress: Progress, answer: ProviderAnswer): Promise<Tried> {
  const { model } = admitted;
  const charge = chargeFor(model, answer.completion, answer.usage, expectedOf(running, admitted));
  if (isOtherModel(model.wireName, answer.model)) charge.flags.push('model_mismatch');
  await settle(running, admitted, charge);
  running.parts.health.succeeded(model.id, progress.firstByteMs ?? 0);
  const attempt = note(running, admitted, progress, charge, 'answered', null, answer.model);
  return { kind: 'answered', model, completion: answer.completion, attempt };
}

async function fail(running: Running, admitted: Admitted, progress: Progress, error: RouterError, late: boolean): Promise<Tried> {
  const { model } = admitted;
  const charge = chargeOfFailure(error, model, progress, expectedOf(running, admitted));
  await settle(running, admitted, charge);
  const cancelled = error.code === 'run.aborted' || error.code === 'run.stalled-client';
  if (cancelled) running.flags.add('client_cancelled');
  if (late) running.flags.add('own_pause');
  if (!cancelled && !late) reportFailure(running.parts, model.id, error);
  running.failures.set(model.id, error);
  note(running, admitted, progress, charge, cancelled ? 'cancelled' : 'failed', error.code, error.message);
  return { kind: 'failed', model, error };
}

/** A status other than success, or no connection at all, costs nothing; whatever was under way is charged as far as it got. */
function chargeOfFailure(error: RouterError, model: Model, progress: Progress, expected: Expected): Charge {
  const known = (error as { charge?: Charge }).charge;
  if (known !== undefined) return known;
  const cut = ['provider.timeout', 'provider.truncated', 'provider.too-large', 'run.aborted', 'run.stalled-client', 'run.deadline'];
  const begun = error.status === undefined && (progress.firstByteMs !== null || cut.includes(error.code));
  return begun ? chargeForCut(model, progress.characters, expected) : { tokens: null, nanos: 0, flags: [] };
}

async function settle(running: Running, { model, hold, reservedNanos }: Admitted, charge: Charge): Promise<void> {
  if (hold !== null && charge.nanos !== null && charge.nanos > hold.amountNanos) {
    charge.flags.push('over_reservation');
    const usd = { reservedUsd: usdOfNanos(reservedNanos ?? 0), actualUsd: usdOfNanos(charge.nanos) };
    running.parts.notify?.({ kind: 'over-reservation', model: model.id, requestId: running.plan.requestId, ...usd });
  }
  try {
    await running.parts.ledger.settle(hold, charge.nanos);
  } catch {
    // The answer is there; the store books the hold itself when its lease ends, or when it is back.
    charge.flags.push('settle_failed');
  }
}

function note(
  running: Running,
  { model, retry }: Admitted,
  progress: Progress,
  charge: Charge,
  status: Attempt['status'],
  code: string | null,
  detail: string,
): Attempt {
  for (const flag of charge.flags) running.flags.add(flag);
  const { startedMs, firstByteMs } = progress;
  const usd = charge.nanos === null ? null : usdOfNanos(charge.nanos);
  const ms = elapsedMs(running) - startedMs;
  const attempt = {
    model: model.id,
    status,
    code,
    detail,
    startedMs,
    ms,
    firstByteMs,
    retry,
    tokens: charge.tokens,
    usd,
    flags: charge.flags,
  };
  running.attempts.push(attempt);
  return attempt;
}

const expectedOf = ({ plan }: Running, { reservedNanos, hold }: Admitted): Expected => ({
  inputTokens: plan.inputTokens,
  choices: plan.choices,
  reservedNanos: hold === null ? null : reservedNanos,
});

function charactersOf({ choices }: ChatChunk): number {
  let characters = 0;
  for (const { delta } of choices) {
    for (const [field, value] of Object.entries(delta)) if (field !== 'role' && typeof value === 'string') characters += value.length;
    for (const call of delta.tool_calls ?? []) characters += (call.function?.name ?? '').length + (call.function?.arguments ?? '').length;
  }
  return characters;
}

/** The caller's abort becomes ours. */
function follow(signal: AbortSignal | undefined, guard: Watch): () => void {
  if (signal === undefined) return () => undefined;
  const stop = () => guard.abort(abortedError(signal.reason));
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

/** Does not wait for a provider that takes no notice of its signal. */
function settledOrAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function asRouterError(thrown: unknown, model: string): RouterError {
  if (isRouterError(thrown)) return thrown;
  const advice = 'a provider must reject with a `RouterError`; see the cause';
  return new RouterError('provider.failed', `the provider of \`${model}\` threw`, { advice, retryable: true, cause: thrown });
}

function timeoutError(model: string, story: string): RouterError {
  const advice = 'raise `timeoutMs` of the model or `deadlineMs`, or add a faster candidate';
  return new RouterError('provider.timeout', `\`${model}\` ${story}`, { advice, retryable: true });
}

export function deadlineError(ms: number): RouterError {
  return new RouterError('run.deadline', `no whole answer within ${Math.round(ms)} ms`, {
    advice: 'raise `deadlineMs`, or name faster candidates',
    retryable: true,
  });
}

export function abortedError(reason: unknown): RouterError {
  if (isRouterError(reason)) return reason;
  return new RouterError('run.aborted', 'the request was aborted by its caller', {
    advice: 'nothing to do: somebody asked for it',
    cause: reason,
  });
}
