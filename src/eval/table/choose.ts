/**
 * The model with the highest expected utility on each row: expected quality − usdWeight · expected dollars. Models of unknown cost are
 * never chosen when money counts; ties go to the cheaper one, then to the first.
 *
 * @param gains expected quality per (row, model), row-major; a constant per row does not matter
 * @param usd expected dollars per (row, model), row-major
 * @param usdWeight quality a dollar is worth
 */
export function chooseRows(
  gains: Float64Array,
  usd: Float64Array,
  width: number,
  usdWeight: number,
  rows: Int32Array,
  into: Int32Array,
): void {
  for (const row of rows) {
    let [best, highest, cheapest] = [-1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let model = 0; model < width; model++) {
      const cost = usd[row * width + model] as number;
      if (Number.isNaN(cost)) continue;
      const utility = (gains[row * width + model] as number) - usdWeight * cost;
      if (utility > highest || (utility === highest && cost < cheapest)) [best, highest, cheapest] = [model, utility, cost];
    }
    into[row] = best;
  }
}

/**
 * Weights of a dollar to sweep, from "quality only" to "cheapest only": 0, then evenly on a log scale around the trade the table offers
 * (its spread of quality over its spread of cost).
 */
export function usdWeightGrid(typicalUsd: number, points = 25): number[] {
  if (!(typicalUsd > 0)) return [0];
  const centre = 0.1 / typicalUsd;
  const grid = Array.from({ length: points - 1 }, (_, index) => centre * 10 ** (-3 + (5 * index) / (points - 2)));
  return [0, ...grid];
}
