const SQRT_2PI = Math.sqrt(2 * Math.PI);

/** Density of the standard normal distribution. @example normalDensity(0).toFixed(4) // => '0.3989' */
export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / SQRT_2PI;
}

/**
 * P(Z ≤ z) for a standard normal Z, to about 1e-15 absolute.
 * Source: Taylor series of Marsaglia 2004 (J. Stat. Softw. 11(4)) near the middle, continued fraction (Abramowitz & Stegun 26.2.14) in the tails.
 *
 * @example normalCdf(1.959963984540054).toFixed(6) // => '0.975000'
 */
export function normalCdf(z: number): number {
  if (z < -5) return upperTail(-z);
  if (z > 5) return 1 - upperTail(z);
  let term = z;
  let sum = z;
  for (let odd = 3; Math.abs(term) > 1e-17; odd += 2) {
    term *= (z * z) / odd;
    sum += term;
  }
  return 0.5 + sum * normalDensity(z);
}

function upperTail(z: number): number {
  let fraction = z;
  for (let depth = 60; depth >= 1; depth--) fraction = z + depth / fraction;
  return normalDensity(z) / fraction;
}

/**
 * The z with P(Z ≤ z) = p: the probit, to about 1e-13.
 * Source: Acklam's rational approximation, then two Halley steps. (`simple-statistics` has a probit good to three digits only.)
 *
 * @param p 0..1; 0 and 1 give −∞ and +∞
 * @example normalQuantile(0.975).toFixed(6) // => '1.959964'
 */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  let z = acklam(p);
  for (let step = 0; step < 2; step++) {
    const newton = (normalCdf(z) - p) / normalDensity(z);
    z -= newton / (1 + (z * newton) / 2);
  }
  return z;
}

const CENTRE_TOP = [
  -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1, 2.506628277459239,
];
const CENTRE_BOTTOM = [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1];
const TAIL_TOP = [
  -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783,
];
const TAIL_BOTTOM = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];

const horner = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** First guess for p in (0, 0.5]. */
function acklam(p: number): number {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return horner(TAIL_TOP, q) / horner(TAIL_BOTTOM, q);
  }
  const q = p - 0.5;
  return (horner(CENTRE_TOP, q * q) * q) / horner(CENTRE_BOTTOM, q * q);
}
