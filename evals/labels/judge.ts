import type { Label } from '../../src/core/label.ts';
import { auroc } from '../../src/eval/metrics/auroc.ts';
import { adaptiveCalibrationError } from '../../src/eval/metrics/calibration.ts';
import { type Figure, ratio } from '../../src/eval/metrics/gap.ts';
import type { LabelledText, MeasuredText } from './sources.ts';

export type Labeller = (text: string) => Promise<Label>;
export type SourceFigure = { source: string; rows: number; figure: Figure };

/** Sources whose risk labels contradict the label guide: textbook questions marked medium. Never judged on. */
const CONTRADICTING = new Set(['mmlu', 'medquad']);
/** Outcome tables that hold several kinds of requests. */
export const SEVERAL_KINDS = new Set(['llmrouter-dc', 'mmlu-pro', 'routellm-mmlu', 'bfcl', 'alpacaeval1', 'alpacaeval2']);

/** Share of rows whose value is the label, per source. */
export async function accuracyBySource(
  rows: readonly LabelledText[],
  axis: 'domain' | 'complexity' | 'risk',
  label: Labeller,
): Promise<SourceFigure[]> {
  const hits = new Map<string, { right: number; rows: number }>();
  for (const row of rows) {
    const entry = hits.get(row.source) ?? { right: 0, rows: 0 };
    const { value } = (await label(row.text))[axis];
    hits.set(row.source, { right: entry.right + (value === row.label ? 1 : 0), rows: entry.rows + 1 });
  }
  return [...hits].map(([source, entry]) => ({ source, rows: entry.rows, figure: ratio(entry.right, entry.rows) }));
}

/** Share called high among rows labelled `wanted`, per source: recall for high, false alarms for low. */
export async function alarmsBySource(rows: readonly LabelledText[], wanted: 'low' | 'high', label: Labeller): Promise<SourceFigure[]> {
  const judged = rows.filter((row) => row.label === wanted && !CONTRADICTING.has(row.source));
  return accuracyBySource(
    judged.map((row) => ({ ...row, label: 'high' })),
    'risk',
    label,
  );
}

/** Calibration of the domain's confidence over all rows pooled: adaptive calibration error, ten bins of equal mass. */
export async function domainCalibration(rows: readonly LabelledText[], label: Labeller): Promise<Figure> {
  const forecasts = [];
  for (const row of rows) {
    const { value, confidence } = (await label(row.text)).domain;
    forecasts.push({ p: confidence, y: (value === row.label ? 1 : 0) as 0 | 1 });
  }
  return adaptiveCalibrationError(forecasts, 10);
}

/** How well expected complexity ranks the prompts that did worse than the table's mean: area under the curve, per table. */
export async function failureRanking(
  tables: ReadonlyMap<string, readonly MeasuredText[]>,
  limit: number,
  label: Labeller,
): Promise<(SourceFigure & { severalKinds: boolean })[]> {
  const figures = [];
  for (const [source, all] of tables) {
    const rows = all.slice(0, limit);
    const mean = rows.reduce((sum, row) => sum + row.quality, 0) / rows.length;
    const forecasts = [];
    for (const row of rows) {
      const { medium, high } = (await label(row.text)).complexity.probabilities;
      forecasts.push({ p: medium / 2 + high, y: (row.quality < mean ? 1 : 0) as 0 | 1 });
    }
    figures.push({ source, rows: rows.length, figure: auroc(forecasts), severalKinds: SEVERAL_KINDS.has(source) });
  }
  return figures;
}

/** Unweighted mean over the sources that have a figure. */
export function meanOf(figures: readonly SourceFigure[]): Figure {
  const numbers = figures.flatMap(({ figure }) => (typeof figure === 'number' ? [figure] : []));
  return ratio(
    numbers.reduce((sum, value) => sum + value, 0),
    numbers.length,
  );
}
