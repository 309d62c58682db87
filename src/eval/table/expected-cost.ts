import { type Folds, rowsIn } from './folds.ts';
import type { OutcomeTable } from './table.ts';

/**
 * Dollars a router may expect of each model on each row, row-major: list price × (its usual tokens per character of prompt × the prompt's
 * characters, and its mean answer length), both learned on the folds the row is not in; where dollars were recorded in place of tokens, they
 * themselves by the prompt's characters. NaN where a model's cost is unknown.
 */
export function expectedUsd(table: OutcomeTable, folds: Folds): Float64Array {
  const width = table.models.length;
  const expected = new Float64Array(table.ids.length * width).fill(Number.NaN);
  for (let fold = 0; fold < folds.count; fold++) {
    const fit = rowsIn(folds, [fold], true);
    const score = rowsIn(folds, [fold]);
    for (const [index, model] of table.models.entries()) {
      const { price } = model;
      if (!model.costKnown) continue;
      if (price === null || price.input === null || price.output === null || hasGaps(model)) {
        const { perCharacter, constant } = inputLine(model.usd, table.prompts, fit);
        for (const row of score) expected[row * width + index] = Math.max(0, constant + perCharacter * (table.prompts[row] ?? '').length);
        continue;
      }
      const { perCharacter, constant } = inputLine(model.inputTokens, table.prompts, fit);
      const output = meanOver(model.outputTokens, fit) * price.output;
      for (const row of score) {
        const input = Math.max(0, constant + perCharacter * (table.prompts[row] ?? '').length) * price.input;
        expected[row * width + index] = (input + output) / 1_000_000;
      }
    }
  }
  return expected;
}

/** Tokens unknown somewhere: the dollars were recorded. */
const hasGaps = ({ inputTokens, outputTokens }: OutcomeTable['models'][number]): boolean =>
  inputTokens.some(Number.isNaN) || outputTokens.some(Number.isNaN);

/** Least-squares line of input tokens, or dollars, on characters: instruction text adds a constant. */
function inputLine(tokens: Float64Array, prompts: readonly string[], fit: Int32Array): { perCharacter: number; constant: number } {
  const lengths = Float64Array.from(prompts, (prompt) => prompt.length);
  const [meanLength, meanTokens] = [meanOver(lengths, fit), meanOver(tokens, fit)];
  let [together, squares] = [0, 0];
  for (const row of fit) {
    const length = (lengths[row] as number) - meanLength;
    together += length * ((tokens[row] as number) - meanTokens);
    squares += length * length;
  }
  const perCharacter = squares === 0 ? 0 : together / squares;
  return { perCharacter, constant: meanTokens - perCharacter * meanLength };
}

function meanOver(values: Float64Array, rows: Int32Array): number {
  let sum = 0;
  for (const row of rows) sum += values[row] as number;
  return rows.length === 0 ? Number.NaN : sum / rows.length;
}
