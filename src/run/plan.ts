import type { Alert } from '../core/alert.ts';
import type { ChatChunk, ChatCompletion } from '../core/completion.ts';
import type { Clock, Provider, Timers } from '../core/contracts.ts';
import type { Skip } from '../core/decision.ts';
import type { Model } from '../core/models.ts';
import type { Random } from '../core/random.ts';
import type { SpendScope } from '../core/state.ts';
import type { Health } from './health.ts';
import type { Ledger } from './ledger.ts';
import type { Limiter } from './limits.ts';
import type { RunOptions } from './options.ts';

/** Says why an answer will not do, or null when it will. */
export type Acceptance = (completion: ChatCompletion) => string | null | Promise<string | null>;

/** One decision to run. */
export type RunPlan = {
  requestId: string;
  /** The request as it goes out, without `model` and `stream`. */
  body: Record<string, unknown>;
  /** Candidates in the order they are tried, the chosen one first. */
  order: readonly Model[];
  /** Asked again before every attempt: what was eligible when deciding may not be now. */
  recheck: (model: string) => Skip | null;
  inputTokens: number;
  /** Output tokens the request allows for one answer, or null. */
  maxOutputTokens: number | null;
  choices: number;
  /** Budgets the request counts against. */
  scopes: readonly SpendScope[];
  /** Whether the caller asked for the usage chunk of a stream. */
  wantsUsage: boolean;
  /** Escalation: an answer that will not do sends the request to a stronger candidate. */
  acceptance?: { check: Acceptance; strongerThan: (model: string) => readonly Model[] };
  signal?: AbortSignal;
  deadlineMs?: number;
};

export type RunParts = {
  /** @throws RouterError `provider.missing-key` or `provider.unknown`; the candidate is then passed over. */
  provider: (model: Model) => Provider;
  clock: Clock;
  timers: Timers;
  random: Random;
  health: Health;
  limiter: Limiter;
  ledger: Ledger;
  options: RunOptions;
  /** Told of what deserves somebody's attention. */
  notify?: (alert: Alert) => void;
};

/** Takes the chunks of a streamed answer; the promise settles when the reader has taken one. */
export type ChunkSink = (chunk: ChatChunk) => Promise<void>;
