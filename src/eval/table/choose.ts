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

/** Parts of the table's own trade between which choices move; outside them they are nearly settled. */
const [DENSE_FROM, DENSE_TO] = [0.01, 3];
const [BELOW, ABOVE] = [
  [0.001, 0.003],
  [10, 30, 100],
];

/**
 * Weights of a dollar to sweep, from "quality only" to "cheapest only": 0, then on a log scale around the trade the table offers (a tenth of
 * quality for its typical cost), finely where choices move and coarsely beyond.
 */
export function usdWeightGrid(typicalUsd: number, points = 49): number[] {
  if (!(typicalUsd > 0)) return [0];
  const centre = 0.1 / typicalUsd;
  const steps = Math.max(2, points - 1 - BELOW.length - ABOVE.length);
  const dense = Array.from({ length: steps }, (_, step) => DENSE_FROM * (DENSE_TO / DENSE_FROM) ** (step / (steps - 1)));
  return [0, ...[...BELOW, ...dense, ...ABOVE].map((part) => centre * part)];
}
