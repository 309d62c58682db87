import type { ChatChunk, ChatCompletion } from './core/completion.ts';
import type { Route, RouteOverrides } from './core/decision.ts';
import { RouterError } from './core/errors.ts';
import { nanosOfUsd } from './core/money.ts';
import type { Outcome } from './core/outcome.ts';
import { checkTools, outgoingBody } from './core/outgoing.ts';
import type { RouteRecord } from './core/record.ts';
import type { RouteRequest } from './core/request.ts';
import type { Taxonomy } from './core/taxonomy.ts';
import type { CompleteParts } from './parts.ts';
import { orderOf, ownerOf, type Prepared, prepare, recheckOf, refusal, strongerThan, turnOwner } from './prepare.ts';
import { recordOf } from './route.ts';
import { type Accept, acceptance } from './run/accept.ts';
import { channel } from './run/channel.ts';
import type { RunPlan } from './run/plan.ts';
import { run } from './run/run.ts';

/** Options of one completed request, beside those of its routing. */
export type CompleteOptions = RouteOverrides & {
  /** Aborts the request; the upstream is cut within 100 ms. */
  signal?: AbortSignal;
  /** For the whole request, milliseconds. @default `run.deadlineMs` of the router */
  deadlineMs?: number;
  /** Escalation: an answer that fails this check is asked of the next stronger candidate. Not for streams. */
  accept?: Accept;
  /** Conversation the request belongs to: keeps to one model, see `router.conversation`. */
  conversation?: string;
};

/** A whole answer, and how it was routed. `record` tells what was actually run. */
export type Completed<T extends Taxonomy> = { completion: ChatCompletion; route: Route<T>; record: RouteRecord };

/** A streamed answer. Iterate it once; leaving the loop cancels the upstream. A stream that breaks ends with an error chunk, then throws. */
export type Streamed<T extends Taxonomy> = { stream: AsyncIterableIterator<ChatChunk>; route: Route<T>; record: Promise<RouteRecord> };

/** Classify, decide, run with fallbacks, record. @throws RouterError of the outcome, after it was recorded */
export async function complete<T extends Taxonomy>(
  request: RouteRequest,
  options: CompleteOptions,
  parts: CompleteParts<T>,
): Promise<Completed<T>> {
  const { plan, prepared } = await planFor(request, options, parts);
  const outcome = await run(plan, parts.runner.run);
  const record = await finish(request, prepared, outcome, options, parts);
  if (outcome.kind === 'failed') throw outcome.error;
  return { completion: outcome.completion, route: prepared.route, record };
}

/** The same, streamed: resolves with the first chunk of the answer, rejects when there is none. */
export async function completeStream<T extends Taxonomy>(
  request: RouteRequest,
  options: CompleteOptions,
  parts: CompleteParts<T>,
): Promise<Streamed<T>> {
  if (options.accept !== undefined) throw acceptOnStream();
  const { timers } = parts.runner.run;
  const control = new AbortController();
  const stallMs = parts.runner.run.options.clientStallMs;
  const link = channel({ timers, stallMs, onStop: (reason) => control.abort(reason) });
  const release = chain(options.signal, control);
  const { plan, prepared } = await planFor(request, { ...options, signal: control.signal }, parts).catch((error: unknown) => {
    release();
    throw error;
  });
  const ran = run(plan, parts.runner.run, link.push);
  const record = ran.then(async (outcome) => {
    release();
    if (outcome.kind === 'failed') link.fail(outcome.error);
    else link.end();
    return finish(request, prepared, outcome, options, parts);
  });
  // Whoever does not ask for the record must not be ended by it.
  record.catch(() => undefined);
  const first = await Promise.race([link.started.then(() => null), ran]);
  if (first?.kind === 'failed') {
    await record;
    throw first.error;
  }
  return { stream: link.stream, route: prepared.route, record };
}

type Planned<T extends Taxonomy> = { plan: RunPlan; prepared: Prepared<T> };

/** Checks the request, decides, charges the classifier, and lays out the run; a request that may go nowhere is recorded and refused. */
async function planFor<T extends Taxonomy>(request: RouteRequest, options: CompleteOptions, parts: CompleteParts<T>): Promise<Planned<T>> {
  const { runner } = parts;
  checkTools(request);
  const body = outgoingBody(request, runner.passthrough);
  const { signal, deadlineMs, accept, conversation, ...named } = options;
  const overrides = named.user === undefined && request.user !== undefined ? { ...named, user: request.user } : named;
  const requestId = request.id ?? parts.newId();
  const prepared = await prepare(request, { requestId, overrides, conversation }, parts);
  const { route, scopes, ms } = prepared;
  await chargeClassifier(prepared, parts);
  if (route.kind === 'refused') {
    await keep(recordFor(request, prepared, null, parts), parts);
    throw refusal(route);
  }
  const { facts } = route;
  const check = accept === undefined ? null : acceptance(accept, request);
  const plan: RunPlan = {
    requestId,
    body,
    order: orderOf(prepared),
    recheck: recheckOf(prepared),
    inputTokens: facts.inputTokens,
    maxOutputTokens: facts.maxOutputTokens,
    choices: facts.choices,
    scopes,
    wantsUsage: (body.stream_options as { include_usage?: unknown } | undefined)?.include_usage === true,
    ...(check === null ? {} : { acceptance: { check, strongerThan: strongerThan(prepared, parts.estimators, facts) } }),
    ...(signal === undefined ? {} : { signal }),
    deadlineMs: Math.max(1, (deadlineMs ?? runner.run.options.deadlineMs) - ms.total),
  };
  return { plan, prepared };
}

/** A classifier that asks a model spends money too, whatever becomes of the request. */
async function chargeClassifier<T extends Taxonomy>({ route, scopes }: Prepared<T>, { runner }: CompleteParts<T>): Promise<void> {
  const usd = route.source.cached ? 0 : (route.source.usd ?? 0);
  if (usd > 0) await runner.run.ledger.charge(`${route.requestId}#classify`, nanosOfUsd(usd), scopes).catch(() => undefined);
}

async function finish<T extends Taxonomy>(
  request: RouteRequest,
  prepared: Prepared<T>,
  outcome: Outcome,
  { conversation }: CompleteOptions,
  parts: CompleteParts<T>,
): Promise<RouteRecord> {
  const { route } = prepared;
  if (outcome.kind === 'answered') {
    const overrides = prepared.input.overrides ?? {};
    if (route.facts.tools > 0)
      await parts.runner.turns.remember(request, turnOwner(overrides, parts.policy), { model: outcome.model, label: route.label });
    if (conversation !== undefined && isRealTurn(route)) {
      await parts.runner.pins.remember(conversation, ownerOf(overrides), outcome.model);
    }
  }
  const record = recordFor(request, prepared, outcome, parts);
  await keep(record, parts);
  return record;
}

const GREETING_CHARACTERS = 16;

/** A greeting or a client's start-up message must not decide which model a whole conversation gets. */
function isRealTurn<T extends Taxonomy>({ facts, label }: Route<T>): boolean {
  const { complexity } = label as Record<string, { unsure: string | null } | undefined>;
  return facts.characters >= GREETING_CHARACTERS && complexity?.unsure !== 'empty';
}

function recordFor<T extends Taxonomy>(
  request: RouteRequest,
  { route, ms, turn, experiment, shadow }: Prepared<T>,
  outcome: Outcome | null,
  parts: CompleteParts<T>,
): RouteRecord {
  const base = recordOf(request, route, ms, parts);
  const marks = { turn, ...(experiment === undefined ? {} : { experiment }), ...(shadow === undefined ? {} : { shadow }) };
  if (outcome === null) return { ...base, ...marks };
  const { model, attempts, tokens, usd, finish, firstByteMs, flags } = outcome;
  return { ...base, ...marks, executed: { model, attempts, tokens, usd, finish, firstByteMs, ms: outcome.ms, flags } };
}

/** A recorder that fails loses a line, not the answer. */
async function keep<T extends Taxonomy>(record: RouteRecord, { recorder, runner }: CompleteParts<T>): Promise<void> {
  try {
    await recorder?.record(record);
    runner.observe(record);
  } catch (error) {
    runner.run.notify?.({ kind: 'record-failed', detail: error instanceof Error ? error.message : String(error) });
  }
}

function chain(signal: AbortSignal | undefined, control: AbortController): () => void {
  if (signal === undefined) return () => undefined;
  const stop = () => control.abort(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return () => signal.removeEventListener('abort', stop);
}

function acceptOnStream(): RouterError {
  return new RouterError('options.invalid', '`accept` was given with `stream: true`', {
    where: 'accept',
    advice: 'leave out one of them: an answer cannot be judged after it was handed on',
  });
}
