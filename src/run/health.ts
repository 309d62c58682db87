import type { Clock } from '../core/contracts.ts';
import { type Breaker, breaker } from './breaker.ts';

/** Longest time a candidate is left alone on an upstream's word, milliseconds: a hostile header must not switch it off for good. */
const LONGEST_PARK_MS = 600_000;
/** Retries to the same candidate: a tenth of its traffic, and a few to begin with. */
const RETRY_SHARE = 0.1;
const FIRST_RETRIES = 3;
const MOST_RETRIES = 10;
/** Idle candidates earn a retry back in this time, milliseconds. */
const RETRY_REFILL_MS = 10_000;
/** First-byte times kept per candidate. */
const SAMPLES = 200;
const ENOUGH_SAMPLES = 5;

export type Availability = { ok: true } | { ok: false; reason: 'parked' | 'breaker' | 'unauthorised'; waitMs: number };

/** Rolling first-byte times of one model, milliseconds. */
export type Latency = { p50Ms: number; p95Ms: number; samples: number };

/** What this process knows of the candidates: breakers, parks, retries left, speed. */
export type Health = {
  available(model: string): Availability;
  began(model: string): void;
  succeeded(model: string, firstByteMs: number): void;
  /** It answered, if only to say that the request is wrong: it is not down. */
  reached(model: string): void;
  /** True when this failure opened the breaker. */
  failed(model: string): boolean;
  park(model: string, ms: number, reason?: 'parked' | 'unauthorised' | 'breaker'): void;
  /** Takes one retry from the candidate's budget, if it has one. */
  takeRetry(model: string): boolean;
  /** Null until five answers were measured. */
  latency(model: string): Latency | null;
};

type Candidate = {
  breaker: Breaker;
  parkedUntil: number;
  parkReason: 'parked' | 'unauthorised' | 'breaker';
  retries: number;
  refilledAt: number;
  samples: number[];
  sorted: number[] | null;
};

export function createHealth(clock: Clock): Health {
  const candidates = new Map<string, Candidate>();
  const of = (model: string): Candidate => {
    const known = candidates.get(model) ?? freshCandidate(clock.monotonic());
    candidates.set(model, known);
    return known;
  };
  return {
    available: (model) => availability(of(model), clock.monotonic()),
    began(model) {
      const candidate = of(model);
      candidate.breaker.began(clock.monotonic());
      candidate.retries = Math.min(MOST_RETRIES, candidate.retries + RETRY_SHARE);
    },
    succeeded(model, firstByteMs) {
      const candidate = of(model);
      candidate.breaker.succeeded(clock.monotonic());
      candidate.samples.push(firstByteMs);
      if (candidate.samples.length > SAMPLES) candidate.samples.shift();
      candidate.sorted = null;
    },
    reached: (model) => of(model).breaker.succeeded(clock.monotonic()),
    failed: (model) => of(model).breaker.failed(clock.monotonic()),
    park(model, ms, reason = 'parked') {
      const candidate = of(model);
      const until = clock.monotonic() + Math.min(ms, LONGEST_PARK_MS);
      if (until <= candidate.parkedUntil) return;
      candidate.parkedUntil = until;
      candidate.parkReason = reason;
    },
    takeRetry: (model) => takeRetry(of(model), clock.monotonic()),
    latency: (model) => latencyOf(of(model)),
  };
}

function freshCandidate(now: number): Candidate {
  return {
    breaker: breaker(),
    parkedUntil: Number.NEGATIVE_INFINITY,
    parkReason: 'parked',
    retries: FIRST_RETRIES,
    refilledAt: now,
    samples: [],
    sorted: null,
  };
}

function availability({ breaker, parkedUntil, parkReason }: Candidate, now: number): Availability {
  if (parkedUntil > now) return { ok: false, reason: parkReason, waitMs: parkedUntil - now };
  const waitMs = breaker.waitMs(now);
  return waitMs > 0 ? { ok: false, reason: 'breaker', waitMs } : { ok: true };
}

function takeRetry(candidate: Candidate, now: number): boolean {
  const earned = Math.floor((now - candidate.refilledAt) / RETRY_REFILL_MS);
  if (earned > 0) {
    candidate.refilledAt += earned * RETRY_REFILL_MS;
    candidate.retries = Math.max(candidate.retries, Math.min(FIRST_RETRIES, candidate.retries + earned));
  }
  if (candidate.retries < 1) return false;
  candidate.retries -= 1;
  return true;
}

function latencyOf(candidate: Candidate): Latency | null {
  if (candidate.samples.length < ENOUGH_SAMPLES) return null;
  candidate.sorted ??= [...candidate.samples].sort((a, b) => a - b);
  const at = (share: number) => candidate.sorted?.[Math.ceil(share * candidate.samples.length) - 1] ?? 0;
  return { p50Ms: at(0.5), p95Ms: at(0.95), samples: candidate.samples.length };
}
