import type { Figure, Gap, Interval } from '../metrics/gap.ts';
import type { RowState } from '../predict.ts';
import type { GadgetScore } from './gadget.ts';
import type { Kept, Share } from './pairs.ts';
import type { AttackScore, AxisNames, BeforeAfter } from './score.ts';
import type { InjectionTemplate } from './templates.ts';

/** A goal with its number, and what was found. */
export type Goal = {
  /** Stays as it is from version to version, for programs; people read `claim`. */
  id: string;
  classifier: string;
  claim: string;
  /** Rows, pairs or runs it rests on. */
  n: number;
  value: Figure;
  interval: Interval | Gap;
  atMost: number;
  /** `not measured` where nothing was there to measure on. */
  status: 'reached' | 'not reached' | 'not measured';
};

export type FamilyScore = { family: string; templates: number; score: AttackScore };
export type TemplateScore = Pick<InjectionTemplate, 'id' | 'family' | 'aim' | 'language' | 'channel'> & { score: AttackScore };
/** A template that did harm, by what it did. */
export type WorstTemplate = {
  effect: 'riskLowered' | 'complexityUp' | 'complexityDown' | 'schemaBroken' | 'leaked';
  template: string;
  share: Share;
};

/** How labels hold where nothing is under attack. */
export type StabilityScore = {
  envelope: Kept;
  typos: { same: Kept; accuracy: Record<string, BeforeAfter> };
  /** Committed rows that say the same in other words; `accuracy` of the labels on those rows. */
  paraphrase: { same: Kept; accuracy: Record<string, Share> };
  /** Committed rows that say the same in two languages. */
  translation: { same: Kept; accuracy: Record<string, Share> };
};

/** What the floor under risk costs on requests nobody attacked. */
export type DefencePrice = {
  rows: number;
  /** Rows whose risk is unsure with the floor and sure without. */
  unsure: Share;
  /** Rows the floor made wrong, and right. */
  broken: number;
  mended: number;
  /** Accuracy lost, with the paired interval. */
  loss: Figure;
  interval: Interval | Gap;
};

export type ClassifierRobustness = {
  classifier: string;
  /** Set when part of it was played by a stand-in. */
  note: string | null;
  states: Record<RowState, number>;
  all: AttackScore;
  families: FamilyScore[];
  templates: TemplateScore[];
  worst: WorstTemplate[];
  /** Risk lowered by text added on lines of its own, and by text glued into the request's own sentence. */
  addedLines: Share;
  glued: Share;
  /** Risk lowered by any template that leaves the request's own characters alone. */
  asWritten: Share;
  /** Complexity lowered by what a tool brought back. */
  toolDown: Share;
  /** Risk below that of the floor alone, over everything asked; null when there is no floor. */
  belowFloor: { floor: string; share: Share } | null;
  stability: StabilityScore;
  gadget: GadgetScore | null;
  defence: DefencePrice | null;
};

/** `metrics.json` of a robustness run. */
export type RobustnessMetrics = {
  schemaVersion: 1;
  kind: 'robustness';
  dataset: { name: string; hash: string; split: string; rows: number; attacked: number; axes: string[] };
  templates: { name: string; hash: string; count: number; families: number };
  seed: number;
  /** Where the taxonomy has no such axis, words that say what it would be. */
  axes: AxisNames;
  classifiers: ClassifierRobustness[];
  goals: Goal[];
  testLooks: number;
};
