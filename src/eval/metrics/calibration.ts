import { type Figure, gap, ratio } from './gap.ts';

/** A stated confidence, 0..1, and whether it came true. */
export type Forecast = { p: number; y: 0 | 1 };

/** One group of forecasts: how sure they were and how often right. */
export type CalibrationBin = { count: number; confidence: number; accuracy: number };

/**
 * Brier score: mean of (p − y)²; 0 is perfect, always saying 0.5 gives 0.25. Source: Brier 1950, Mon. Weather Rev. 78(1).
 *
 * @example brierScore([{ p: 0.8, y: 1 }, { p: 0.4, y: 0 }]) // => 0.1
 */
export function brierScore(forecasts: readonly Forecast[]): Figure {
  return ratio(
    forecasts.reduce((sum, { p, y }) => sum + (p - y) ** 2, 0),
    forecasts.length,
  );
}

/**
 * Expected calibration error over bins of equal width, closed on the right: Σ share · |accuracy − confidence|, 0..1.
 * Stated confidences bunch, so read `ace` first. Source: Naeini, Cooper & Hauskrecht 2015, AAAI.
 *
 * @example expectedCalibrationError([{ p: 0.9, y: 1 }, { p: 0.9, y: 0 }], 10) // => 0.4
 */
export function expectedCalibrationError(forecasts: readonly Forecast[], bins = 10): Figure {
  return weightedError(equalWidthBins(forecasts, bins), forecasts.length);
}

/**
 * Adaptive calibration error over bins of equal count: as above, but each bin rests on as many rows.
 * Source: Nixon et al. 2019, arXiv 1904.01685.
 *
 * @example adaptiveCalibrationError([{ p: 0.9, y: 1 }, { p: 0.9, y: 0 }], 1) // => 0.4
 */
export function adaptiveCalibrationError(forecasts: readonly Forecast[], bins = 5): Figure {
  return weightedError(equalMassBins(forecasts, bins), forecasts.length);
}

/** Bins (0, 1/n], (1/n, 2/n] …; a confidence of exactly 0 falls in the first. Empty bins are left out. */
export function equalWidthBins(forecasts: readonly Forecast[], bins: number): CalibrationBin[] {
  const groups = Array.from({ length: bins }, (): Forecast[] => []);
  for (const forecast of forecasts) groups[Math.min(bins - 1, Math.max(0, Math.ceil(forecast.p * bins - 1e-12) - 1))]?.push(forecast);
  return groups.filter((group) => group.length > 0).map(summary);
}

/** Bins of equal count after sorting by confidence; the first ones take the rest, as numpy `array_split` does. */
export function equalMassBins(forecasts: readonly Forecast[], bins: number): CalibrationBin[] {
  const sorted = [...forecasts].sort((a, b) => a.p - b.p);
  const size = Math.floor(sorted.length / bins);
  const larger = sorted.length % bins;
  const groups = Array.from({ length: bins }, (_, bin) => {
    const start = bin * size + Math.min(bin, larger);
    return sorted.slice(start, start + size + (bin < larger ? 1 : 0));
  });
  return groups.filter((group) => group.length > 0).map(summary);
}

function summary(group: readonly Forecast[]): CalibrationBin {
  const mean = (of: (forecast: Forecast) => number) => group.reduce((sum, forecast) => sum + of(forecast), 0) / group.length;
  return { count: group.length, confidence: mean(({ p }) => p), accuracy: mean(({ y }) => y) };
}

function weightedError(bins: readonly CalibrationBin[], total: number): Figure {
  if (total === 0) return gap('no-rows');
  return bins.reduce((sum, { count, confidence, accuracy }) => sum + (count / total) * Math.abs(accuracy - confidence), 0);
}
