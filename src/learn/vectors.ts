/** Sum of the products of two vectors of one length. @example dot(Float64Array.of(1, 2), Float64Array.of(3, 4)) // => 11 */
export function dot(one: Float64Array, two: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] as number) * (two[at] as number);
  return sum;
}

/** Differences from the mean: what all entries share is gone. */
export function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}
