import type { Clock } from '../core/contracts.ts';
import type { Facts } from '../core/facts.ts';
import type { AnyLabel, LabelSource } from '../core/label.ts';
import type { Price } from '../core/models.ts';
import type { ReadyPolicy } from '../core/policy.ts';
import type { RouteRequest } from '../core/request.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import type { SeenTexts } from './leakage.ts';

/** A label and where it came from; `latencyMs` of the call that gave it, when that was measured, perhaps on another day. */
export type Answered = { label: AnyLabel; source: LabelSource; latencyMs?: number | null };

/** What a model said, apart from the label that is made of it: what is remembered then serves however it is calibrated. */
export type SpokenAnswers = {
  /** Hash of what the answers rest on before any calibration. */
  version: string;
  /** The label before any calibration, and what the model said: null when it was not asked. Must survive JSON. */
  ask(request: RouteRequest, signal?: AbortSignal): Promise<Answered & { said: unknown }>;
  /** The calibrated label of what was said, asking nobody; null when nothing is calibrated. */
  calibrate: ((request: RouteRequest, said: unknown) => Promise<Answered>) | null;
};

/** A classifier as the harness needs it: a function and a name, of any taxonomy. */
export type EvalClassifier = {
  name: string;
  classify(request: RouteRequest, signal?: AbortSignal): Promise<Answered>;
  /** Hash of what its answers rest on (weights, prompt and model), so that a changed one is another run. */
  version?: string;
  /** What it is, where `name` says more, such as which prompt it asks with: classifiers of one kind and version share answers. */
  kind?: string;
  /** The prompt it asks with, for the run's folder and for comparisons. */
  prompt?: { name: string; hash: string; text: string };
  /** What is remembered in place of its answers; left out: they are remembered as they are. */
  spoken?: SpokenAnswers;
  /** Builds it, once it may run and before anything is made or spent. Throws what is wrong with its configuration. */
  prepare?(): void;
  /** Set for classifiers that call a paid endpoint: they run only with `--max-usd`. */
  paid?: PaidCalls;
};

/** Dollars of one call: with everything cached and said in few words, as expected, and with every token at its most. */
export type UsdRange = { low: number; expected: number; worst: number };

/** What a paid classifier needs to run and would cost. */
export type PaidCalls = {
  model: string;
  /** List price; left out or null when unknown. */
  price?: Price | null;
  /** Expected dollars for one request at list price, or null when a price is unknown. */
  estimateUsd(request: RouteRequest): number | null;
  /** Least and most dollars of one call; null when a price is unknown. Left out: both as expected. */
  rangeUsd?(request: RouteRequest): UsdRange | null;
  /** True for a request whose answer is remembered: it costs nothing. Left out: none is. */
  isRemembered?(request: RouteRequest): boolean;
  /** What is missing before it can run at all, such as the name of an environment variable; null when nothing is. */
  missing: string | null;
};

/** The few file operations a run needs, so that tests can make any of them fail. Paths are absolute or relative to the working folder. */
export interface EvalFiles {
  /** @throws RouterError `input.not-found` or `input.unreadable` */
  read(path: string): Uint8Array;
  exists(path: string): boolean;
  /** Names in a folder, sorted; none when there is no such folder. */
  list(folder: string): string[];
  /** Makes a folder and its parents. */
  makeFolder(path: string): void;
  /** Writes a whole file: temporary file, fsync, rename. What can be had again does without the `flush`, which takes milliseconds to a second. */
  write(path: string, text: string, options?: { flush?: boolean }): void;
  /** Adds a line to a file and returns once the system has it. */
  append(path: string, line: string): void;
  /** Opens a file to add lines to; each `append` returns once the system has the line. */
  openLog(path: string): { append(line: string): void; close(): void };
  /** Cuts a file to its first bytes. */
  truncate(path: string, bytes: number): void;
  /** Writes a file only if there is none; false when there is one. */
  createNew(path: string, text: string): boolean;
  remove(path: string): void;
}

/** What a repository knows. */
export type GitReader = {
  /** Full hash of a revision; null when there is none, or no repository. */
  commitOf(revision: string): string | null;
  /** A file as it was at a commit; null when it was not there. */
  textAt(commit: string, path: string): string | null;
};

/** This process, for locks. */
export type ProcessInfo = { pid: number; isAlive(pid: number): boolean };

/** What describes the run to a reader of its folder. */
export type RunContext = {
  argv: readonly string[];
  versions: Readonly<Record<string, string>>;
  /** Commit and whether files differ from it; null outside a repository. */
  git: { commit: string; dirty: boolean } | null;
};

/** Everything an evaluation is handed. */
export type EvalParts = {
  taxonomy: Taxonomy;
  policy: ReadyPolicy;
  classifiers: readonly EvalClassifier[];
  factsOf(request: RouteRequest): Facts;
  files: EvalFiles;
  clock: Clock;
  process: ProcessInfo;
  context: RunContext;
  /** Texts the classifiers learned from beyond the splits beside the dataset, such as few-shot examples. */
  seen?: readonly SeenTexts[];
  /** Domain by a table's category name, for gold labels. */
  categoryDomains?: Readonly<Record<string, string>>;
  /** Asks a person; absent when nobody is there to answer. */
  confirm?: (question: string) => Promise<boolean>;
  /** Waits, or stops waiting when the signal fires; without it failed calls are not tried again. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Told what a person should know at once, on stderr. */
  warn?: (text: string) => void;
  /** Told how far it is, on stderr. */
  progress?: (done: number, all: number, what: string) => void;
};
