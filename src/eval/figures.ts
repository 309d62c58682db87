import { axisValues, type Taxonomy } from '../core/taxonomy.ts';
import { type Figure, isGap } from './metrics/gap.ts';
import type { EvalMetrics } from './result.ts';
import type { TableMetrics } from './table/result.ts';

const known = (figure: Figure | null | undefined): number | null => (typeof figure === 'number' ? figure : null);

/** Names of the figures that `figuresOf` gives, before there is a run: of labelled axes, or of a table where there are none. */
export function figureNames(axes: readonly string[] | null, taxonomy: Taxonomy): string[] {
  if (axes === null) return [...TABLE_FIGURES];
  const named = axes.flatMap((axis) => {
    const definition = taxonomy[axis];
    if (definition === undefined) return [];
    const single = ['accuracy', 'balancedAccuracy', 'macroF1', 'kappa', ...(definition.ordered ? ['topRecall'] : [])];
    const byValue = axisValues(definition).flatMap((value) => [`${value}.recall`, `${value}.precision`]);
    return [...single, ...byValue].map((name) => `${axis}.${name}`);
  });
  return ['rows_ok', 'parse_ok', 'all.accuracy', ...named];
}

/** The figures of a run that a gate may put a floor under, by name. */
export function figuresOf(metrics: EvalMetrics | TableMetrics, classifier: string): Map<string, number | null> {
  return metrics.kind === 'labels' ? labelFigures(metrics, classifier) : tableFigures(metrics);
}

function labelFigures(metrics: EvalMetrics, classifier: string): Map<string, number | null> {
  const figures = new Map<string, number | null>();
  const score = metrics.classifiers.find((candidate) => candidate.classifier === classifier);
  if (score === undefined) return figures;
  const { ok, parse_failed, provider_error } = score.states;
  const asked = ok + parse_failed + provider_error;
  figures.set('rows_ok', asked === 0 ? null : (ok + parse_failed) / asked);
  figures.set('parse_ok', ok + parse_failed === 0 ? null : ok / (ok + parse_failed));
  figures.set('all.accuracy', known(score.joint.value));
  for (const [axis, { accuracy, balancedAccuracy, macroF1, kappa, ordinal, values }] of Object.entries(score.axes)) {
    figures.set(`${axis}.accuracy`, known(accuracy.value));
    figures.set(`${axis}.balancedAccuracy`, known(balancedAccuracy));
    figures.set(`${axis}.macroF1`, known(macroF1));
    figures.set(`${axis}.kappa`, known(kappa.value));
    if (ordinal !== null) figures.set(`${axis}.topRecall`, known(ordinal.topRecall.value));
    for (const { value, recall, precision } of values) {
      figures.set(`${axis}.${value}.recall`, known(recall));
      figures.set(`${axis}.${value}.precision`, known(precision));
    }
  }
  return figures;
}

const TABLE_FIGURES = ['router.quality', 'router.lift', 'router.liftLow', 'router.saving', 'router.apgr'] as const;

function tableFigures({ router }: TableMetrics): Map<(typeof TABLE_FIGURES)[number], number | null> {
  const { quality, liftOverFreeMix, savingAtBestConstantQuality, apgr } = router;
  return new Map([
    ['router.quality', quality],
    ['router.lift', isGap(liftOverFreeMix) ? null : liftOverFreeMix.mean],
    ['router.liftLow', isGap(liftOverFreeMix) ? null : liftOverFreeMix.ci95[0]],
    ['router.saving', savingAtBestConstantQuality],
    ['router.apgr', apgr === undefined || isGap(apgr) ? null : apgr.mean],
  ]);
}

/** Dollars per 1,000 rows of the run's router; null when unknown. */
export function routerUsdPer1k(metrics: EvalMetrics | TableMetrics): number | null {
  if (metrics.kind === 'outcomes') return metrics.router.usdPer1k;
  return isGap(metrics.router) ? null : known(metrics.router.usdPer1k);
}
