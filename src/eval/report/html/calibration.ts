import type { CalibrationBin } from '../../metrics/calibration.ts';
import { linearScale } from './scale.ts';
import { across, axes, dot, type Frame, figure, line, path, rect, upwards } from './svg.ts';

const SMALL: Frame = { width: 350, height: 300, left: 56, right: 14, top: 14, bottom: 48 };
const share = (value: number): string => value.toFixed(1);

/** Confidence against how often it was right, each dot as large as its share of rows; below, where the confidences lie. */
export function reliabilityPlot(axis: string, bins: readonly CalibrationBin[]): string {
  if (bins.length === 0) return '<p>Not enough data.</p>';
  const x = linearScale([0, 1], across(SMALL));
  const y = linearScale([0, 1], upwards(SMALL));
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const dots = bins.map(({ confidence, accuracy, count }) =>
    dot(
      x.at(confidence),
      y.at(accuracy),
      3 + 9 * Math.sqrt(count / total),
      'model',
      `${count} rows: said ${confidence.toFixed(2)}, right ${accuracy.toFixed(2)}`,
    ),
  );
  const rug = bins.map(({ confidence, count }) =>
    rect(x.at(confidence) - 3, y.at(0) - (60 * count) / total, 6, (60 * count) / total, 'bar', `${count} rows`),
  );
  return figure(
    `reliability-${axis}`,
    `Reliability: ${axis}`,
    `How often ${axis} was right, by how sure the classifier was; on the diagonal it keeps its word. Bins of equal count.`,
    SMALL,
    [
      ...axes(SMALL, x, y, { x: 'confidence', y: 'share right' }, { x: share, y: share }),
      line(x.at(0), y.at(0), x.at(1), y.at(1), 'hull'),
      ...rug,
      ...dots,
    ],
  );
}

/** Error among the rows kept, as more and more of the surest ones are kept. */
export function riskCoveragePlot(axis: string, rows: readonly { confidence: number; right: boolean }[]): string {
  if (rows.length === 0) return '<p>Not enough data.</p>';
  const sorted = [...rows].sort((a, b) => b.confidence - a.confidence);
  let wrong = 0;
  const curve = sorted.map(({ right }, index): [number, number] => {
    if (!right) wrong++;
    return [(index + 1) / sorted.length, wrong / (index + 1)];
  });
  const thinned = curve.filter(
    (_, index) => index >= 9 && (curve.length <= 300 || index % Math.ceil(curve.length / 300) === 0 || index === curve.length - 1),
  );
  const most = Math.max(0.05, ...thinned.map(([, error]) => error));
  const x = linearScale([0, 1], across(SMALL));
  const y = linearScale([0, most * 1.1], upwards(SMALL));
  return figure(
    `risk-${axis}`,
    `Risk and coverage: ${axis}`,
    `Share of ${axis} labels that are wrong, when only the surest are kept: what leaving doubtful rows to somebody else would buy.`,
    SMALL,
    [
      ...axes(SMALL, x, y, { x: 'share of rows kept', y: 'share wrong' }, { x: share, y: (value) => value.toFixed(2) }),
      path(
        thinned.map(([coverage, error]) => [x.at(coverage), y.at(error)]),
        'sweep',
      ),
    ],
  );
}
