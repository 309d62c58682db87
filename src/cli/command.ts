import { CLASSIFIER_NAMES } from '../config/schema.ts';
import type { Arguments, Flag } from './flags.ts';
import type { Io } from './io.ts';

/** One verb of the command line, as data; its code is loaded when it runs. */
export type Command = {
  name: string;
  summary: string;
  /** What stands after the name, as the help shows it. */
  usage: string;
  /** True when nothing but flags may follow the name. */
  flagsOnly?: true;
  flags: readonly Flag[];
  examples: readonly string[];
  run(given: Arguments, io: Io): Promise<number>;
};

export const classifier: Flag = {
  name: 'classifier',
  kind: 'text',
  value: 'NAME',
  choices: CLASSIFIER_NAMES,
  help: `${CLASSIFIER_NAMES.join(', ')} (embedded unless named; llm, cascade and semantic ask an endpoint and may spend money)`,
};
export const examples: Flag = {
  name: 'examples',
  kind: 'text',
  value: 'FILE',
  help: 'labelled texts for semantic: CSV or JSONL with `text` and axes',
};
export const weights: Flag = { name: 'weights', kind: 'text', value: 'FILE', help: 'weights for the embedded classifier' };

/** Shared by every command that labels, trains or judges. */
export const project: Flag = {
  name: 'project',
  kind: 'text',
  value: 'FILE',
  help: 'axes, prompt, policy and weights of your own (pointsman.yaml, if it is here; `none` for the shipped ones)',
};

/** Shared by every command that reads runs. */
export const runs: Flag = { name: 'runs', kind: 'text', value: 'DIR', help: 'where run folders are (.pointsman/runs unless given)' };

/** How the model that labels is asked, and how far it is believed. */
export const llmFlags: readonly Flag[] = [
  {
    name: 'llm-samples',
    kind: 'integer',
    value: 'K',
    min: 1,
    max: 20,
    help: 'answers that llm and cascade ask for at once: their agreement is the confidence (1: token log-probabilities)',
  },
  {
    name: 'llm-calibration',
    kind: 'text',
    value: 'FILE',
    help: 'what `pointsman calibrate` wrote: used where model and prompt are the same',
  },
];
