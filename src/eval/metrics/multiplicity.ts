/**
 * Holm's step-down adjustment: adjusted p-values that keep the chance of any false call in the family at the level used.
 * Source: Holm 1979, Scand. J. Statist. 6.
 *
 * @example holm([0.01, 0.04, 0.03, 0.005, 0.2]) // => [0.04, 0.09, 0.09, 0.025, 0.2]
 */
export function holm(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues[index] ?? 1) * (pValues.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}

/**
 * Benjamini–Hochberg adjustment: keeps the expected share of false calls among all calls.
 * Source: Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57(1).
 *
 * @example benjaminiHochberg([0.01, 0.04, 0.03, 0.005, 0.2]) // => [0.025, 0.05, 0.05, 0.025, 0.2]
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = ascending(pValues);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let smallest = 1;
  for (const [rank, index] of [...order.entries()].reverse()) {
    smallest = Math.min(smallest, ((pValues[index] ?? 1) * pValues.length) / (rank + 1));
    adjusted[index] = smallest;
  }
  return adjusted;
}

const ascending = (values: readonly number[]): number[] =>
  values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
