import type { ChatCompletion } from '../core/completion.ts';
import type { RouterError } from '../core/errors.ts';
import type { Model } from '../core/models.ts';
import type { Attempt } from '../core/outcome.ts';
import type { ChunkSink, RunParts, RunPlan } from './plan.ts';

/** An answer that was given, whether or not it was accepted. */
export type Answered = { kind: 'answered'; model: Model; completion: ChatCompletion; attempt: Attempt };
export type Tried = Answered | { kind: 'failed'; model: Model; error: RouterError };

/** What one request has been through so far; lives as long as `run` does. */
export type Running = {
  plan: RunPlan;
  parts: RunParts;
  sink: ChunkSink | null;
  startedAt: number;
  deadlineAt: number;
  /** Candidates still to try, in order; escalation replaces them. */
  order: readonly Model[];
  /** Every candidate that was ever in the order: the bound on attempts counts them. */
  known: Set<string>;
  attempts: Attempt[];
  tries: Map<string, number>;
  failures: Map<string, RouterError>;
  last: Tried | null;
  retries: number;
  excluded: Set<string>;
  noted: Set<string>;
  /** True once a piece of an answer was handed on: from then on there is no fallback. */
  committed: boolean;
  /** The answer to fall back on when escalation finds nothing better. */
  spare: Answered | null;
  flags: Set<string>;
};

export function begin(plan: RunPlan, parts: RunParts, sink: ChunkSink | null): Running {
  const startedAt = parts.clock.monotonic();
  return {
    plan,
    parts,
    sink,
    startedAt,
    deadlineAt: startedAt + (plan.deadlineMs ?? parts.options.deadlineMs),
    order: plan.order,
    known: new Set(plan.order.map(({ id }) => id)),
    attempts: [],
    tries: new Map(),
    failures: new Map(),
    last: null,
    retries: 0,
    excluded: new Set(),
    noted: new Set(),
    committed: false,
    spare: null,
    flags: new Set(),
  };
}

export const elapsedMs = (running: Running): number => running.parts.clock.monotonic() - running.startedAt;
export const remainingMs = (running: Running): number => running.deadlineAt - running.parts.clock.monotonic();

/** Calls actually made; candidates passed over are not among them. */
export const callsMade = (running: Running): number => running.attempts.filter(({ status }) => status !== 'skipped').length;

/** Notes once why a candidate was passed over. */
export function noteSkip(running: Running, model: string, code: string, detail: string): void {
  const key = `${model} ${code}`;
  if (running.noted.has(key)) return;
  running.noted.add(key);
  const at = elapsedMs(running);
  const none = { firstByteMs: null, retry: false, tokens: null, usd: 0, flags: [] };
  running.attempts.push({ model, status: 'skipped', code, detail, startedMs: at, ms: 0, ...none });
}
