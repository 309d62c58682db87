import { seededRandom } from '../core/random.ts';
import type { Taxonomy } from '../core/taxonomy.ts';
import { modelledBreakEven } from './break-even.ts';
import type { Standing } from './compete.ts';
import type { Dataset } from './dataset.ts';
import { type Gap, gap, isGap } from './metrics/gap.ts';
import { visibleEffect } from './metrics/visible.ts';
import { simulatedRows } from './modelled.ts';
import { compareLabels } from './paired-labels.ts';
import type { EvalParts } from './parts.ts';
import type { Predicted } from './predict.ts';
import type { EvalMetrics, LossSplit } from './result.ts';
import { scoreClassifier } from './score.ts';
import { type Simulation, simulate } from './simulate.ts';
import { scoreSlices } from './slices.ts';
import { type Unrouted, whyUnrouted } from './unrouted.ts';
import { isAnswered, unfitRows } from './validity.ts';
import { modelledVerdict, noVerdict } from './verdict.ts';

export type MeasureInput = {
  dataset: Dataset;
  split: string;
  predictions: ReadonlyMap<string, readonly Predicted[]>;
  router: string;
  seed: number;
  replicates: number;
  leakage: EvalMetrics['leakage'];
  testLooks: number;
  parts: Pick<EvalParts, 'taxonomy' | 'policy' | 'factsOf'>;
};

/** All figures from predictions: pure, so that stored rows give the same figures again. */
export function measure(input: MeasureInput): { metrics: EvalMetrics; simulation: Simulation | null } {
  const { dataset, predictions, router, parts } = input;
  const { rows, axes } = dataset;
  const simulation = simulateRows(input);
  const unrouted = whyUnrouted(dataset, parts.taxonomy, parts.policy);
  const scored = (predictions.get(router) ?? []).filter(isAnswered).length;
  const classifiers = [...predictions].map(([name, predicted]) => ({
    ...scoreClassifier(name, rows, predicted, axes, parts.taxonomy),
    slices: scoreSlices(rows, predicted, axes),
  }));
  const metrics: EvalMetrics = {
    schemaVersion: 1,
    kind: 'labels',
    evidence: { quality: 'MODELLED', usd: 'ESTIMATED' },
    dataset: datasetSummary(dataset, input.split),
    n: simulation?.n ?? 0,
    classifiers,
    comparisons: compareLabels(router, predictions, rows, axes),
    ...standingsOf(simulation, unrouted),
    loss: lossOf(simulation, unrouted),
    priors: { table: parts.policy.qualityPrior, flip: simulation?.flip ?? unrouted.gap },
    smallestVisible: visibleEffect(scored),
    leakage: input.leakage,
    testLooks: input.testLooks,
    verdict: verdictWithout(axes, parts.taxonomy),
  };
  if (!isGap(metrics.router)) {
    const { router: standing, models, bestConstant, n } = metrics;
    metrics.verdict = modelledVerdict(standing, bestConstant, n);
    metrics.breakEven = modelledBreakEven(standing, models, bestConstant);
  }
  return { metrics, simulation };
}

function datasetSummary({ name, hash, rows, skipped, warnings, axes }: Dataset, split: string): EvalMetrics['dataset'] {
  const clusters = new Set(rows.map(({ cluster }) => cluster)).size;
  return { name, hash, split, rows: rows.length, skipped: skipped.length, warnings, axes, clusters };
}

/** Priors speak of the shipped levels of complexity; of axes without them only outcomes can tell what routing is worth. */
function verdictWithout(axes: readonly string[], taxonomy: Taxonomy): EvalMetrics['verdict'] {
  if (!Object.hasOwn(taxonomy, 'complexity'))
    return noVerdict(
      'these axes have no `complexity`, so quality cannot be modelled',
      'judge the labels below; bring outcomes (`--outcomes DIR/NAME`) to judge the routing',
    );
  return noVerdict(axes.includes('complexity') ? 'no rows' : 'no column `complexity`');
}

/** The router is simulated on rows with a gold complexity and an answer; other routers only where they have answers to these too. */
function simulateRows({ dataset, predictions, router, seed, replicates, parts }: MeasureInput): Simulation | null {
  const answered = new Set((predictions.get(router) ?? []).filter(isAnswered).map(({ id }) => id));
  const rows = simulatedRows(dataset.rows, parts.taxonomy, parts.factsOf).filter(({ row }) => answered.has(row.id));
  if (rows.length === 0 || predictions.size === 0) return null;
  const kept = new Set(rows.map(({ row }) => row.id));
  const keep = (predicted: readonly Predicted[]) => predicted.filter(({ id }) => kept.has(id));
  const all = [...predictions].map(([name, predicted]) => [name, keep(predicted)] as const);
  const matching = new Map(all.filter(([name, predicted]) => name === router || unfitRows(predicted) === null));
  return simulate({
    rows,
    policy: parts.policy,
    taxonomy: parts.taxonomy,
    predictions: matching,
    router,
    replicates,
    random: seededRandom(seed),
  });
}

function standingsOf(
  simulation: Simulation | null,
  unrouted: Unrouted,
): Pick<EvalMetrics, 'models' | 'controls' | 'otherRouters' | 'router' | 'unrouted' | 'bestConstant'> {
  if (simulation === null) {
    const why = unrouted.reason === undefined ? {} : { unrouted: unrouted.reason };
    return { models: [], controls: {}, otherRouters: [], router: unrouted.gap, ...why, bestConstant: null };
  }
  const { models, contenders, bestConstant } = simulation.standings;
  const routers = contenders.filter(({ kind }) => kind === 'router');
  const controls = contenders.filter(({ kind }) => kind === 'control');
  return {
    models,
    controls: Object.fromEntries(controls.map((standing): [string, Standing] => [standing.name, standing])),
    otherRouters: routers.slice(1),
    router: routers[0] ?? gap('not-scored'),
    bestConstant,
  };
}

/** Utility the gold labels would have had above the predicted ones, on the same rows. */
function lossOf(simulation: Simulation | null, unrouted: Unrouted): LossSplit {
  const table: Gap = gap('no-outcomes');
  if (simulation === null) return { classifier: unrouted.gap, table };
  const { loss } = simulation.standings;
  return { classifier: isGap(loss) ? loss : { ...loss, edit: 'mend `prompts/` or `npm run train`' }, table };
}
