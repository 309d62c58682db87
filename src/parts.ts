import type { Classifier } from './core/contracts.ts';
import type { ReadyPolicy } from './core/policy.ts';
import type { RouteRecord } from './core/record.ts';
import type { State } from './core/state.ts';
import type { Taxonomy } from './core/taxonomy.ts';
import type { Parts } from './route.ts';
import type { RunParts } from './run/plan.ts';
import type { Pins, Turns } from './run/turns.ts';

export type Experiment = { name: string; arms: readonly { name: string; weight: number; policy?: ReadyPolicy; model?: string }[] };

/** What a request needs beyond a decision. */
export type Runner = {
  run: RunParts;
  state: State;
  turns: Turns;
  pins: Pins;
  /** Reads the risk again within a tool loop: a classifier that costs nothing. */
  rescore: Classifier<Taxonomy>;
  experiment: Experiment | null;
  shadow: { name: string; policy: ReadyPolicy } | null;
  /** Whether fields of a request that are not known here are sent on. */
  passthrough: boolean;
  /** Told of each record, after the recorder. */
  observe: (record: RouteRecord) => void;
  /** Told what feedback said of an answer, 0..1. */
  judged: (score: number) => void;
};

export type CompleteParts<T extends Taxonomy> = Parts<T> & { runner: Runner };
