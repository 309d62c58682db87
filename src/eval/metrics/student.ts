import { betaCdf, bisect } from './beta.ts';

/** P(T ≤ t) for Student's t with `degrees` degrees of freedom. Source: Abramowitz & Stegun 26.7.1. @example studentCdf(0, 5) // => 0.5 */
export function studentCdf(t: number, degrees: number): number {
  const tail = betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The t with P(T ≤ t) = p. @param p 0..1, ends excluded @example studentQuantile(0.975, 11).toFixed(4) // => '2.2010' */
export function studentQuantile(p: number, degrees: number): number {
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  let high = 2;
  while (studentCdf(high, degrees) < p && high < 1e9) high *= 2;
  return bisect((t) => studentCdf(t, degrees), p, 0, high);
}
