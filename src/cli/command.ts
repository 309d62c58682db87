import { CLASSIFIER_NAMES } from '../config/schema.ts';
import { type Arguments, type Flag, integerFlag, switchFlag, textFlag } from './flags.ts';
import type { Io } from './io.ts';

/** One verb of the command line, as data; its code is loaded when it runs. */
export type Command = {
  name: string;
  summary: string;
  /** What stands after the name, as the help shows it. */
  usage: string;
  /** True when nothing but flags may follow the name. */
  flagsOnly?: true;
  /** True when it computes without a pause: it would not hear an interruption, which must end it at once. */
  deaf?: true;
  flags: readonly Flag[];
  examples: readonly string[];
  run(given: Arguments, io: Io): Promise<number>;
};

export const classifier: Flag = textFlag(
  'classifier',
  'NAME',
  `${CLASSIFIER_NAMES.join(', ')} (embedded unless named; llm, cascade and semantic ask an endpoint and may spend money)`,
  { choices: CLASSIFIER_NAMES },
);
export const examples: Flag = textFlag('examples', 'FILE', 'labelled texts for semantic: CSV or JSONL with `text` and axes');
export const weights: Flag = textFlag('weights', 'FILE', 'weights for the embedded classifier');

/** Shared by every command that labels, trains or judges. */
export const project: Flag = textFlag(
  'project',
  'FILE',
  'axes, prompt, policy and weights of your own (pointsman.yaml, if it is here; `none` for the shipped ones)',
);

/** Shared by the commands that route, judge or examine. */
export const policy = textFlag('policy', 'FILE', 'a policy instead of the shipped one');
export const catalogue = textFlag('catalogue', 'FILE', 'prices and abilities instead of the shipped ones');
export const skipBad = switchFlag('skip-bad', 'leave bad rows out and count them');

/** Shared by every command that reads runs. */
export const runs: Flag = textFlag('runs', 'DIR', 'where run folders are (.pointsman/runs unless given)');

/** How the model that labels is asked, and how far it is believed. */
export const llmFlags: readonly Flag[] = [
  integerFlag(
    'llm-samples',
    'K',
    'answers that llm and cascade ask for at once: their agreement is the confidence (1: token log-probabilities)',
    { min: 1, max: 20 },
  ),
  textFlag('llm-calibration', 'FILE', 'what `pointsman calibrate` wrote: used where model and prompt are the same'),
];
