const START = 1 << 10;

/**
 * Remembers ids by a 64-bit hash and the line each first stood on: 12 bytes a slot, so that a million ids fit in 24 MB.
 * Two different ids are taken for one with a chance of 3 in 10^8 per million rows; the error then names both lines.
 */
export class SeenIds {
  private high = new Uint32Array(START);
  private low = new Uint32Array(START);
  private lines = new Uint32Array(START);
  private size = 0;

  /** The line an id was first seen on, or null when it is new; then it is kept with `line`, from 1. */
  add(id: string, line: number): number | null {
    const [high, low] = hash64(id);
    const slot = this.slotOf(high, low);
    const known = this.lines[slot] as number;
    if (known !== 0) return known;
    this.put(slot, high, low, line);
    this.size++;
    if (this.size * 2 > this.lines.length) this.grow();
    return null;
  }

  private put(slot: number, high: number, low: number, line: number): void {
    this.high[slot] = high;
    this.low[slot] = low;
    this.lines[slot] = line;
  }

  private slotOf(high: number, low: number): number {
    const mask = this.lines.length - 1;
    let slot = low & mask;
    while (this.lines[slot] !== 0 && (this.low[slot] !== low || this.high[slot] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { high, low, lines } = this;
    const slots = lines.length * 2;
    this.high = new Uint32Array(slots);
    this.low = new Uint32Array(slots);
    this.lines = new Uint32Array(slots);
    for (let index = 0; index < lines.length; index++) {
      const line = lines[index] as number;
      if (line === 0) continue;
      const [a, b] = [high[index] as number, low[index] as number];
      this.put(this.slotOf(a, b), a, b, line);
    }
  }
}

/** Two multiply-xor lanes over the code units, each finished like MurmurHash3 (A. Appleby 2011, public domain). */
function hash64(text: string): [number, number] {
  let high = 0x9e3779b9;
  let low = 0x85ebca6b;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x5bd1e995) ^ (low >>> 13);
  }
  return [finish(high), finish(low)];
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
