import type { QualityPrior } from '../core/policy.ts';
import type { BreakEven } from './break-even.ts';
import type { Estimated, Standing } from './compete.ts';
import type { Figure, Gap } from './metrics/gap.ts';
import type { LabelComparison } from './paired-labels.ts';
import type { PriorRanges } from './priors.ts';
import type { ClassifierScore } from './score.ts';
import type { SliceScore } from './slices.ts';

/** The words a verdict can be. MODELLED stands wherever quality was not measured. */
export type VerdictWord = 'BETTER' | 'NO WORSE' | 'WORSE' | 'CANNOT TELL' | 'INVALID' | 'MODELLED';

export type Verdict = {
  word: VerdictWord;
  /** What the word rests on, in one line. */
  text: string;
  /** The rule by which the word was chosen. */
  rule: string;
  /** What to do. */
  advice: string;
};

/** `metrics.json` of an evaluation on labelled requests. Every figure is a number or a named gap. */
export type EvalMetrics = {
  schemaVersion: 1;
  kind: 'labels';
  evidence: { quality: 'MODELLED'; usd: 'ESTIMATED' };
  dataset: {
    name: string;
    hash: string;
    split: string;
    rows: number;
    skipped: number;
    warnings: string[];
    axes: string[];
    clusters: number;
  };
  /** Rows the router was simulated on. */
  n: number;
  classifiers: (ClassifierScore & { slices: SliceScore[] })[];
  comparisons: LabelComparison[];
  models: Standing[];
  controls: Record<string, Standing>;
  /** Routers made of the other classifiers. */
  otherRouters: Standing[];
  router: Standing | Gap;
  /** Why the router's figures are left out, in a line; absent where there are some, where rows are what is wanting, and in earlier runs. */
  unrouted?: string;
  bestConstant: string | null;
  /** From how many requests on routing pays, if the priors hold; absent in runs of earlier versions and where nothing was routed. */
  breakEven?: BreakEven;
  loss: LossSplit;
  priors: { table: QualityPrior; flip: PriorRanges | Gap };
  /** Smallest difference in accuracy these rows can show at 80 % power, one row in ten differing. */
  smallestVisible: Figure;
  leakage: { checkedAgainst: string[]; leaks: number };
  testLooks: number;
  verdict: Verdict;
};

/** Where quality is lost on the way to the best possible, each part with the file to edit. */
export type LossSplit = {
  /** Gold labels against predicted ones, in utility at the policy's objective: mend the classifier. */
  classifier: (Estimated & { edit: string }) | Gap;
  /** The best route of all against gold labels: needs outcomes. */
  table: Gap;
};
