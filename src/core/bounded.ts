/** A map that keeps at most so many entries and drops the least recently used one first. */
export type BoundedMap<V> = {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  has(key: string): boolean;
  readonly size: number;
};

/**
 * @param most entries kept, at least 1
 * @example
 * const map = boundedMap<number>(1);
 * map.set('a', 1);
 * map.set('b', 2);
 * map.get('a') // => undefined
 */
export function boundedMap<V>(most: number): BoundedMap<V> {
  const entries = new Map<string, V>();
  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      // A map remembers the order of insertion: inserting anew makes it the youngest.
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size <= most) return;
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    },
    has: (key) => entries.has(key),
    get size() {
      return entries.size;
    },
  };
}
