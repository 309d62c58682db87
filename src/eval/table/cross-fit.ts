import { type Folds, rowsIn } from './folds.ts';
import { gainsOf, meanGains, type Predictor } from './predictor.ts';
import type { OutcomeTable } from './table.ts';

/** Guesses that never saw the row they are about. Gains per (row, model), row-major over all rows of the table. */
export type CrossFit = {
  /** Row r guessed from the folds r is not in. */
  outer: Float64Array;
  /**
   * The same less the models' means on those folds: what was said of this row and no other. Only this may rank rows across folds,
   * because a fold that did badly makes the means of the others look good.
   */
  own: Float64Array;
  /** By fold f: rows outside f, each guessed from the folds that are neither f nor its own: what may be looked at to settle f. */
  inner: Float64Array[];
};

/**
 * Guesses every row from other folds, twice over, with the guesses' spread calibrated on inner folds: a predictor that is too sure of
 * itself is pulled back to the models' means by the slope that fits left-out rows best.
 */
export function crossFit(predictor: Predictor, table: OutcomeTable, folds: Folds): CrossFit {
  const gains = gainsOf(table);
  const width = table.models.length;
  const numbers = Array.from({ length: folds.count }, (_, fold) => fold);
  const inner = innerGuesses(predictor, table, folds);
  const outer = new Float64Array(gains.length);
  const own = new Float64Array(gains.length);
  for (const fold of numbers) {
    const score = rowsIn(folds, [fold]);
    const fit = rowsIn(folds, [fold], true);
    const base = meanGains(gains, width, fit);
    const guesses = inner[fold] as Float64Array;
    const slope = slopeOf(guesses, gains, base, fit, width);
    pull(guesses, fit, base, slope, width);
    scatter(predictor.predict(fit, score), score, outer, width);
    pull(outer, score, base, slope, width);
    for (const row of score)
      for (let model = 0; model < width; model++)
        own[row * width + model] = slope === 0 ? 0 : (outer[row * width + model] as number) - (base[model] as number);
  }
  return { outer, own, inner };
}

/** One fit per pair of folds serves both: rows of either are guessed from the rest. */
function innerGuesses(predictor: Predictor, table: OutcomeTable, folds: Folds): Float64Array[] {
  const width = table.models.length;
  const inner = Array.from({ length: folds.count }, () => new Float64Array(table.ids.length * width));
  for (let first = 0; first < folds.count; first++) {
    for (let second = first + 1; second < folds.count; second++) {
      const score = rowsIn(folds, [first, second]);
      const guessed = predictor.predict(rowsIn(folds, [first, second], true), score);
      for (const [index, row] of score.entries()) {
        const about = folds.foldOf[row] === first ? second : first;
        inner[about]?.set(guessed.subarray(index * width, (index + 1) * width), row * width);
      }
    }
  }
  return inner;
}

/** Least-squares slope of what happened on what was guessed, both from the models' means, cut to 0..1. */
function slopeOf(guesses: Float64Array, gains: Float64Array, base: Float64Array, rows: Int32Array, width: number): number {
  let [together, squares] = [0, 0];
  for (const row of rows) {
    for (let model = 0; model < width; model++) {
      const guess = (guesses[row * width + model] as number) - (base[model] as number);
      together += guess * ((gains[row * width + model] as number) - (base[model] as number));
      squares += guess * guess;
    }
  }
  return squares === 0 ? 0 : Math.min(1, Math.max(0, together / squares));
}

function pull(guesses: Float64Array, rows: Int32Array, base: Float64Array, slope: number, width: number): void {
  for (const row of rows) {
    for (let model = 0; model < width; model++) {
      const mean = base[model] as number;
      guesses[row * width + model] = mean + slope * ((guesses[row * width + model] as number) - mean);
    }
  }
}

function scatter(guessed: Float64Array, score: Int32Array, into: Float64Array, width: number): void {
  for (const [index, row] of score.entries()) into.set(guessed.subarray(index * width, (index + 1) * width), row * width);
}
