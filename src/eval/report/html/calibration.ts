import type { CalibrationBin } from '../../metrics/calibration.ts';
import { isGap } from '../../metrics/gap.ts';
import { wilson } from '../../metrics/wilson.ts';
import { linearScale } from './scale.ts';
import { across, axes, dot, type Frame, figure, HALF, label, line, path, rect, upwards } from './svg.ts';

/** What the classifier was sure of, and whether it was right. */
export type Sure = { confidence: number; right: boolean };

const share = (value: number): string => value.toFixed(1);
const FEWEST = 10;

/** Confidence against how often it was right, with Wilson intervals; on the diagonal the classifier keeps its word. */
export function reliabilityPlot(axis: string, bins: readonly CalibrationBin[]): string {
  if (bins.length === 0) return '<p class="none">Reliability not drawn: not enough data.</p>';
  const x = linearScale([0, 1], across(HALF));
  const y = linearScale([0, 1], upwards(HALF));
  const marks = bins.flatMap(({ confidence, accuracy, count }) => {
    const interval = wilson(Math.round(accuracy * count), count);
    const says = `${count} rows: said ${confidence.toFixed(2)}, right ${accuracy.toFixed(2)}`;
    const bar = isGap(interval) ? [] : [line(x.at(confidence), y.at(interval.low), x.at(confidence), y.at(interval.high), 'interval')];
    return [...bar, dot(x.at(confidence), y.at(accuracy), 4, 'router', says)];
  });
  const description = `How often ${axis} was right, by how sure the classifier was. Ten bins of equal count with 95 % intervals; on the dashed line it keeps its word, above it is too modest.`;
  return figure(
    { id: `reliability-${axis}`, title: 'Reliability.', description },
    {
      frame: HALF,
      marks: [
        ...axes(HALF, x, y, { x: 'confidence', y: 'share right' }, { x: share, y: share }),
        line(x.at(0), y.at(0), x.at(1), y.at(1), 'hull'),
        ...marks,
      ],
    },
  );
}

const LOW: Frame = { ...HALF, height: 300 };
const STEPS = 20;

/** Where the confidences lie, right and wrong apart. */
export function confidenceHistogram(axis: string, rows: readonly Sure[]): string {
  if (rows.length === 0) return '<p class="none">Confidence not drawn: not enough data.</p>';
  const counts = Array.from({ length: STEPS }, () => ({ right: 0, wrong: 0 }));
  for (const { confidence, right } of rows) {
    const bin = counts[Math.min(STEPS - 1, Math.floor(confidence * STEPS))];
    if (bin !== undefined) bin[right ? 'right' : 'wrong']++;
  }
  const x = linearScale([0, 1], across(LOW));
  const y = linearScale([0, Math.max(...counts.map(({ right, wrong }) => right + wrong)) * 1.05], upwards(LOW), 4);
  const bars = counts.flatMap(({ right, wrong }, index) => {
    const [left, end] = [x.at(index / STEPS) + 1, x.at((index + 1) / STEPS) - 1];
    const says = `confidence ${(index / STEPS).toFixed(2)} to ${((index + 1) / STEPS).toFixed(2)}: ${right} right, ${wrong} wrong`;
    const part = (from: number, to: number, kind: string) =>
      from === to ? [] : [rect(left, y.at(to), end - left, y.at(from) - y.at(to), kind, says)];
    return [...part(0, wrong, 'bar bad'), ...part(wrong, wrong + right, 'bar good')];
  });
  const description = `How many rows had which confidence in ${axis}: below, dark, the wrong ones; above, light, the right ones.`;
  return figure(
    { id: `confidence-${axis}`, title: 'Confidence.', description },
    { frame: LOW, marks: [...axes(LOW, x, y, { x: 'confidence', y: 'rows' }, { x: share, y: String }), ...bars] },
  );
}

/** Error among the rows kept, as more and more of the surest ones are kept. */
export function riskCoveragePlot(axis: string, rows: readonly Sure[]): string {
  if (rows.length < FEWEST) return '<p class="none">Risk and coverage not drawn: not enough data.</p>';
  const sorted = [...rows].sort((a, b) => b.confidence - a.confidence);
  let wrong = 0;
  const curve = sorted.map(({ right, confidence }, index) => {
    if (!right) wrong++;
    return { coverage: (index + 1) / sorted.length, error: wrong / (index + 1), confidence };
  });
  const step = Math.ceil(curve.length / 300);
  const thinned = curve.filter((_, index) => index >= FEWEST - 1 && (index % step === 0 || index === curve.length - 1));
  const x = linearScale([0, 1], across(HALF));
  const y = linearScale([0, Math.max(0.05, ...thinned.map(({ error }) => error)) * 1.15], upwards(HALF), 4);
  const ends = [0.5, 1].flatMap((coverage) => {
    const at = curve[Math.round(curve.length * coverage) - 1];
    if (at === undefined) return [];
    const says = `the surest ${Math.round(coverage * 100)} % (confidence ≥ ${at.confidence.toFixed(2)}): ${(at.error * 100).toFixed(1)} % wrong`;
    const text = `${(at.error * 100).toFixed(0)} %`;
    return [
      dot(x.at(at.coverage), y.at(at.error), 4, 'router', says),
      label(x.at(at.coverage) - 8, y.at(at.error) - 7, text, 'small strong', 'end'),
    ];
  });
  const description = `Share of ${axis} labels that are wrong when only the surest are kept: what leaving doubtful rows to somebody else would buy. Marked: the surest half, and all.`;
  return figure(
    { id: `risk-${axis}`, title: 'Risk and coverage.', description },
    {
      frame: HALF,
      marks: [
        ...axes(HALF, x, y, { x: 'share of rows kept, surest first', y: 'share wrong' }, { x: share, y: (value) => value.toFixed(2) }),
        path(
          thinned.map(({ coverage, error }) => [x.at(coverage), y.at(error)]),
          'sweep',
        ),
        ...ends,
      ],
    },
  );
}
