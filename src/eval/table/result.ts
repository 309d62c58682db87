import type { Evidence } from '../../core/policy.ts';
import type { BreakEven } from '../break-even.ts';
import type { ClassifyingCost } from '../classifying.ts';
import type { Estimated } from '../compete.ts';
import type { SliceLift } from '../dearest.ts';
import type { Figure, Gap } from '../metrics/gap.ts';
import type { EvalParts } from '../parts.ts';
import type { Verdict } from '../result.ts';
import type { RunHead } from '../run-folder.ts';
import type { AxisScore } from '../score.ts';
import type { TableLoss } from './loss.ts';

/** One fixed model: mean quality 0..1 and dollars per 1,000 rows, null when unknown. */
export type ModelFigures = { model: string; quality: number; usdPer1k: number | null; priceTier: 'low' | 'medium' | 'high' | null };

/** One contender. `usdPer1k` holds the classifier's cost; null is unknown, never 0. */
export type ContenderFigures = {
  quality: number | null;
  qualityCi95: [number, number] | null;
  usdPer1k: number | null;
  classifierUsdPer1k: number | null;
  /** Quality above what mixing fixed models (chosen on fit folds) buys for the same money. */
  liftOverFreeMix: Estimated | Gap;
  overBestConstant: Estimated | Gap;
  /** 1 − cost of the cheapest setting that keeps the best constant's quality to one point, over the constant's cost; null if none does, or only a dearer one. */
  savingAtBestConstantQuality: number | null;
  /** For a strong/weak pair. */
  apgr?: Estimated | Gap;
  cpt50?: Estimated | Gap;
  cpt80?: Estimated | Gap;
  /** Share of rows by model. */
  mix: Record<string, number>;
  entropy: Figure;
};

/** Single figures of the router's curve, each by its published formula. */
export type CurveFigures = {
  /** RouterBench, paper form, over the sweep and the fixed models' cost range. */
  aiq: Figure;
  /** The same for the fixed models alone. */
  aiqFreeMix: Figure;
  /** RouterArena. */
  arena: Figure;
  /** Mean utility below the oracle at the router's own trade. */
  regret: Figure;
  /** Least cost of the sweep that reaches the best constant's mean quality, over the constant's cost. */
  qnc: Figure;
  /**
   * Cost and quality of every setting of the sweep, cheapest first, with the weight of a dollar it stands for (null: the router's own
   * setting) and its quality above the best constant's, paired.
   */
  deferral: { usdPer1k: number | null; quality: number; usdWeight: number | null; overBestConstant: Estimated | Gap }[];
};

/** `metrics.json` and `--json` of an evaluation on an outcome table. Documented in the README; additions keep `schemaVersion`. */
export type TableMetrics = {
  schemaVersion: 1;
  kind: 'outcomes';
  /** `unanswered` rows got no label of the classifier and are left out; absent in runs of earlier versions. */
  table: { name: string; hash: string; incomplete: number; skipped: number; clusters: number; unanswered?: number };
  evidence: { quality: Evidence; usd: Evidence | null };
  /** Rows scored, and rows each was fitted on. */
  n: number;
  fit: { folds: number; rows: number; seed: number; inSample: boolean };
  /** What a dollar is worth when choosing; by fold, since a fold may leave it for a sure lift unless it is pinned. */
  objective: { name: string; usdWeight: number; pinned: boolean; usdWeightByFold: number[] };
  classifier: string;
  /** The policy served by, and what it was fitted on; null when the router was fitted on the other folds of this table. */
  policy: { name: string; hash: string; fittedOn: { table: string; rows: number; ids: string } | null; finding: string | null } | null;
  strong: string | null;
  weak: string | null;
  models: ModelFigures[];
  controls: Record<string, ContenderFigures>;
  router: ContenderFigures & CurveFigures;
  loss: TableLoss;
  /** The slice in which the router does worst against the best constant; null without slices of thirty rows. */
  worstSlice?: SliceLift | null;
  /** From how many requests on routing pays; absent in runs of earlier versions. */
  breakEven?: BreakEven;
  /** The router's labels against those the outcomes imply, by axis: complexity is the cheapest price tier that passed, domain comes of the categories. */
  labels?: Record<string, AxisScore>;
  verdict: Verdict;
};

/** What a run on a table is remembered by. */
export type TableManifest = RunHead & {
  seconds: number;
  /** Tokens, dollars and latency of labelling, per classifier. */
  classifying: ClassifyingCost[];
  /** Dollars spent by this attempt, as far as known. */
  spentUsd: number;
  /** What all rows cost when they were answered, and the share of remembered answers. */
  freshUsd: number;
  cached: number;
  /** True when rows of an earlier attempt were taken over. */
  resumed: boolean;
  /** Set when a run was continued although something had changed. */
  changed: boolean;
  /** Rows left out because their text was learned from. */
  seen: number;
  context: EvalParts['context'];
};
