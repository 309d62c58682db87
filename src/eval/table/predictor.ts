import type { OutcomeTable } from './table.ts';

/**
 * Guesses every model's quality on rows it has not seen. `gain` is what a choice rests on: a model's quality above the mean of all
 * models on that row, so that how hard a row is for everybody does not drown the differences between models.
 */
export type Predictor = {
  name: string;
  /** Fits on some rows and guesses others: one gain per (row of `score`, model), row-major. */
  predict(fit: Int32Array, score: Int32Array): Float64Array;
};

/** Quality of each model above the mean of all on that row, row-major. */
export function gainsOf(table: OutcomeTable): Float64Array {
  const { models, ids } = table;
  const width = models.length;
  const gains = new Float64Array(ids.length * width);
  for (let row = 0; row < ids.length; row++) {
    let mean = 0;
    for (const { quality } of models) mean += (quality[row] as number) / width;
    for (let model = 0; model < width; model++)
      gains[row * width + model] = ((models[model] as { quality: Float64Array }).quality[row] as number) - mean;
  }
  return gains;
}

/** Mean gain of each model over some rows. */
export function meanGains(gains: Float64Array, width: number, rows: Int32Array): Float64Array {
  const means = new Float64Array(width);
  for (const row of rows)
    for (let model = 0; model < width; model++) means[model] = (means[model] as number) + (gains[row * width + model] as number);
  return rows.length === 0 ? means : means.map((sum) => sum / rows.length);
}

/** The best constant as a predictor: every row gets the models' means. */
export function constantPredictor(table: OutcomeTable): Predictor {
  const gains = gainsOf(table);
  const width = table.models.length;
  return {
    name: 'constant',
    predict: (fit, score) => {
      const means = meanGains(gains, width, fit);
      const guessed = new Float64Array(score.length * width);
      for (let index = 0; index < score.length; index++) guessed.set(means, index * width);
      return guessed;
    },
  };
}
