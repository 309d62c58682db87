import type { DatasetRow } from '../../eval/dataset.ts';
import type { Predicted } from '../../eval/predict.ts';
import type { Asking } from './asking.ts';
import type { Finalist } from './conclude.ts';
import type { TextGuard } from './guards.ts';
import type { topAxes } from './paired.ts';
import type { Standing } from './pareto.ts';
import type { PromptFacts, TuneData, TuneMode, TuneOptions, TuneParts } from './parts.ts';
import type { Reflecting } from './reflecting.ts';
import type { ShotPool } from './shots.ts';

/** Train rows whose errors are reflected on. */
export const FEEDBACK_ROWS = 240;
/** Shuffles of the few-shots, and dev rows asked in each, to see what their order does. */
export const ORDERS = 3;
export const ORDER_ROWS = 64;

/** Where a prompt came from. */
export type Origin = 'incumbent' | 'random few-shots' | 'patch' | 'few-shots';

/** A prompt on trial, and the file of the run folder it lies in. */
export type Candidate = {
  hash: string;
  file: string;
  text: string;
  facts: PromptFacts;
  origin: Origin;
  parent: string | null;
  what: string;
};

/** A candidate that was measured on the whole of dev. */
export type Member = Candidate & Standing & { dev: readonly Predicted[] };

/** One line of the lineage: what was tried and what became of it. */
export type Trial = {
  origin: Origin;
  what: string;
  hash: string | null;
  parent: string | null;
  outcome: 'incumbent' | 'better' | 'kept' | 'dominated' | 'dropped' | 'refused' | 'rejected';
  why: string;
  /** Gain over the incumbent where the whole of dev was asked, over the parent where the race ended before; null when nothing was asked. */
  gain: number | null;
  /** Rows that gain rests on. */
  rows: number;
  tokens: number | null;
  diagnosis: string;
};

/** All that a search knows and is handed. */
export type Search = {
  options: Required<Pick<TuneOptions, 'patience' | 'seed'>> & { mode: TuneMode; signal: AbortSignal | undefined };
  parts: TuneParts;
  data: TuneData;
  asking: Asking;
  reflecting: Reflecting;
  folder: string;
  /** Most tokens of a candidate. */
  tokenCap: number;
  rounds: number;
  guard: TextGuard;
  tops: ReturnType<typeof topAxes>;
  /** Train rows to reflect on, and dev rows in the order they are raced on. */
  feedback: readonly DatasetRow[];
  dev: readonly DatasetRow[];
  pool: ShotPool;
  incumbent: Member;
  /** The incumbent with few-shots drawn at random, if it was measured. */
  random: Member | null;
  /** Measured prompts that no guard refused. */
  members: Member[];
  finalists: Finalist[];
  trials: Trial[];
  lessons: string[];
  tried: Set<string>;
};
