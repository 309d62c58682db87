/** Uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * A seeded source of random numbers: same seed, same sequence on every machine. Mulberry32, period 2^32.
 * Source: T. Ettinger 2017, public domain. Not for secrets.
 *
 * @param seed any integer; only its lower 32 bits count
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A shuffled copy. Fisher–Yates. @example shuffled([1, 2, 3], seededRandom(7)).length // => 3 */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [copy[last], copy[other]] = [copy[other] as T, copy[last] as T];
  }
  return copy;
}
