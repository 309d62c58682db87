import { type Figure, gap, ratio } from './gap.ts';

/** Counts by gold value (rows) and predicted value (columns), both in the order of `values`. */
export type Confusion = { values: readonly string[]; counts: number[][] };

/**
 * Counts pairs of gold and predicted value.
 *
 * @throws RangeError for a value that is not listed
 * @example confusionOf(['a', 'b'], ['a', 'a', 'b'], ['a', 'b', 'b']).counts // => [[1, 1], [0, 1]]
 */
export function confusionOf(values: readonly string[], gold: readonly string[], predicted: readonly string[]): Confusion {
  const index = new Map(values.map((value, position) => [value, position]));
  const counts = values.map(() => values.map(() => 0));
  for (const [row, wanted] of gold.entries()) {
    const line = counts[index.get(wanted) ?? -1];
    const column = index.get(predicted[row] ?? '');
    if (line === undefined || column === undefined)
      throw new RangeError(`row ${row}: unlisted value \`${wanted}\` or \`${predicted[row]}\``);
    line[column] = (line[column] ?? 0) + 1;
  }
  return { values, counts };
}

/** Margins of a confusion table. */
export type Margins = { total: number; hits: number; gold: number[]; predicted: number[] };

export function marginsOf({ values, counts }: Confusion): Margins {
  const gold = counts.map((line) => line.reduce((sum, count) => sum + count, 0));
  const predicted = values.map((_, column) => counts.reduce((sum, line) => sum + (line[column] ?? 0), 0));
  const hits = counts.reduce((sum, line, row) => sum + (line[row] ?? 0), 0);
  return { total: gold.reduce((sum, count) => sum + count, 0), hits, gold, predicted };
}

/** Share of rows on the diagonal, 0..1. @example accuracy({ values: ['a', 'b'], counts: [[1, 1], [0, 2]] }) // => 0.75 */
export function accuracy(confusion: Confusion): Figure {
  const { hits, total } = marginsOf(confusion);
  return ratio(hits, total);
}

/** Precision, recall and F1 of one value with the numbers of rows they rest on; a gap where there are none. */
export type ValueScore = { value: string; precision: Figure; recall: Figure; f1: Figure; gold: number; predicted: number };

/**
 * Per value: precision = hits / predicted, recall = hits / gold, F1 = 2·hits / (gold + predicted).
 *
 * @example valueScores({ values: ['a', 'b'], counts: [[1, 1], [0, 2]] })[0].recall // => 0.5
 */
export function valueScores(confusion: Confusion): ValueScore[] {
  const { gold, predicted } = marginsOf(confusion);
  return confusion.values.map((value, index) => {
    const hits = confusion.counts[index]?.[index] ?? 0;
    const [goldRows = 0, predictedRows = 0] = [gold[index], predicted[index]];
    return {
      value,
      precision: ratio(hits, predictedRows),
      recall: ratio(hits, goldRows),
      f1: ratio(2 * hits, goldRows + predictedRows),
      gold: goldRows,
      predicted: predictedRows,
    };
  });
}

/** Mean F1 over the values that occur in gold or prediction, 0..1. Source: as scikit-learn `f1_score(average='macro')`. */
export function macroF1(confusion: Confusion): Figure {
  return meanOf(valueScores(confusion).map(({ f1 }) => f1));
}

/** Mean recall over the values that occur in gold, 0..1. Source: as scikit-learn `balanced_accuracy_score`. */
export function balancedAccuracy(confusion: Confusion): Figure {
  return meanOf(valueScores(confusion).map(({ recall }) => recall));
}

function meanOf(figures: readonly Figure[]): Figure {
  const known = figures.filter((figure) => typeof figure === 'number');
  return ratio(
    known.reduce((sum, figure) => sum + figure, 0),
    known.length,
  );
}

/**
 * Matthews correlation for any number of values, −1..1; 0 is chance.
 * Source: Gorodkin 2004, Comput. Biol. Chem. 28. A constant gold or prediction leaves it undefined.
 */
export function matthews(confusion: Confusion): Figure {
  const { total, hits, gold, predicted } = marginsOf(confusion);
  if (total === 0) return gap('no-rows');
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  const spread = (total * total - dot(predicted, predicted)) * (total * total - dot(gold, gold));
  return spread === 0 ? gap('one-class') : (hits * total - dot(gold, predicted)) / Math.sqrt(spread);
}
