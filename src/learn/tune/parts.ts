import type { Clock } from '../../core/contracts.ts';
import type { RouteRequest } from '../../core/request.ts';
import type { Taxonomy } from '../../core/taxonomy.ts';
import type { Dataset } from '../../eval/dataset.ts';
import type { SeenTexts } from '../../eval/leakage.ts';
import type { EvalClassifier, EvalFiles, ProcessInfo } from '../../eval/parts.ts';
import type { Shot } from './sections.ts';
import type { Splits } from './splits.ts';

export type TuneMode = 'edit' | 'fewshot' | 'both';

export type TuneOptions = {
  /** The incumbent prompt file. */
  promptFile: string;
  /** Most dollars this run may spend, over all its attempts. */
  maxUsd: number;
  /** What may be changed: paragraphs, few-shots, or each in turn. @default 'both' */
  mode?: TuneMode;
  /** Rounds without a better candidate before the search ends. @default 6 */
  patience?: number;
  /** Most tokens of the prompt without a request; an incumbent that is longer may not grow. @default 900 */
  maxPromptTokens?: number;
  /** @default 7 */
  seed?: number;
  /** Calls in flight. @default 8 */
  jobs?: number;
  /** Tries again after a failure that may pass. @default 4 */
  retries?: number;
  /** Put a prompt that won in the place of the incumbent. @default false */
  apply?: boolean;
  /** Where an applied prompt goes. @default promptFile */
  applyTo?: string;
  /** Where a prompt that won goes when it is not applied. */
  candidateFile: string;
  /** Go on with too few rows. @default false */
  force?: boolean;
  /** Say what it would cost and stop. @default false */
  dryRun?: boolean;
  runsFolder: string;
  ledgerFile: string;
  signal?: AbortSignal;
};

export const TUNE_DEFAULTS = { mode: 'both', patience: 6, maxPromptTokens: 900, seed: 7, jobs: 8 } as const;

/** The three splits and what they are called in the ledger. */
export type TuneData = {
  name: string;
  /** Content hash of everything the splits were made of. */
  hash: string;
  /** Content hash looks at the test split are counted by. */
  test: Pick<Dataset, 'name' | 'hash'>;
  axes: readonly string[];
  splits: Splits;
};

/** What the run time makes of a prompt's text. */
export type PromptFacts = {
  hash: string;
  /** Tokens of the prompt without a request, estimated. */
  tokens: number;
  /** Bytes of the same. */
  bytes: number;
  /** Most tokens of an answer. */
  maxOutputTokens: number;
  fewShots: readonly Shot[];
};

/** The strong model that proposes changes. */
export type Reflector = {
  model: string;
  /** Hash of the prompt it is asked with. */
  version: string;
  /** Most dollars one question can cost; null when its price is unknown. */
  worstUsd(question: unknown): number | null;
  missing: string | null;
  /** One answer, and what it cost. `turn` tells apart equal questions. */
  ask(question: unknown, turn: number, signal?: AbortSignal): Promise<{ content: string; usd: number | null; cached: boolean }>;
};

/** Everything the tuner is handed. */
export type TuneParts = {
  taxonomy: Taxonomy;
  /** @throws RouterError `prompt.invalid` for a text the run time would refuse */
  inspect(text: string, where: string): Promise<PromptFacts>;
  /** The small model that labels. */
  labeller: {
    model: string;
    /** Most dollars one new label can cost with the incumbent; null when its price is unknown. */
    worstUsd(request: RouteRequest): number | null;
    missing: string | null;
  };
  /** The classifier that serves with this prompt file, by the ordinary path; remembered answers cost nothing. */
  classifierFor(promptFile: string): Promise<EvalClassifier>;
  reflector: Reflector;
  /** Texts the prompt must not have learned from beside its few-shots. */
  seen?: readonly SeenTexts[];
  files: EvalFiles;
  clock: Clock;
  process: ProcessInfo;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Told after every label that was asked how many there were, and what is spent. */
  progress?: (labels: number, spentUsd: number) => void;
  /** Told what goes on, a line at a time. */
  tell(line: string): void;
};
